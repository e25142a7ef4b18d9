import { expect, test } from "@jest/globals";
import { EventStream, SlowConsumer } from "./event-stream.ts";

function stream(limit = 3) {
  let ends = 0;
  const events = new EventStream<number>(limit, () => {
    ends += 1;
  });
  return { events, ends: () => ends };
}

async function all(events: AsyncIterable<number>): Promise<number[]> {
  const read: number[] = [];
  for await (const event of events) read.push(event);
  return read;
}

test("events are read in the order in which they came", async () => {
  const { events } = stream();
  events.push(1);
  events.push(2);
  events.end();
  expect(await all(events)).toEqual([1, 2]);
});

test("return() settles a next() that waits, and ends the stream once", async () => {
  const { events, ends } = stream();
  const waiting = events.next();
  await events.return();
  await events.return();
  events.fail(new Error("too late"));
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(ends()).toBe(1);
});

test("a failure is told after the events that came before it, once", async () => {
  const { events } = stream();
  events.push(1);
  events.fail(new Error("lost"));
  expect(await events.next()).toEqual({ done: false, value: 1 });
  await expect(events.next()).rejects.toThrow("lost");
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test("one event too many for a slow reader ends the stream and frees what waited", async () => {
  const { events, ends } = stream(3);
  for (let n = 0; n < 4; n++) events.push(n);
  expect(ends()).toBe(1);
  await expect(events.next()).rejects.toThrow(SlowConsumer);
});
