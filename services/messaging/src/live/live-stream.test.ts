import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { liveStream } from "./live-stream.ts";
import { WakeUpCalls } from "./wake-up-calls.ts";

const topics = ["con_1", "hub_1"];
const positionOf = ({ sequence }: { sequence: number }) => sequence;

/** A table of messages 1, 2, 3 … of which a read gives at most `page`, after as many turns of the event loop as told. */
function table({ rows = 0, page = 200, slowness = 0 } = {}) {
  const state = { rows, reads: 0 };
  const read = async (after: number) => {
    state.reads += 1;
    const seen = state.rows;
    for (let turn = 0; turn < slowness; turn += 1) await delay(0);
    return Array.from({ length: Math.min(page, seen - after) }, (_, n) => ({ sequence: after + n + 1 }));
  };
  return { state, read };
}

const take = async (stream: AsyncIterableIterator<{ sequence: number }>, count: number) => {
  const taken: number[] = [];
  while (taken.length < count) {
    const { value, done } = await stream.next();
    if (done) break;
    taken.push(value.sequence);
  }
  return taken;
};

test("what is there comes page by page, in order", async () => {
  const { read, state } = table({ rows: 450 });
  const stream = liveStream({ topics, positionOf, after: 3, read, calls: new WakeUpCalls() });
  expect(await take(stream, 447)).toEqual(Array.from({ length: 447 }, (_, n) => n + 4));
  expect(state.reads).toBe(3);
});

test("a message that is committed while the table is being read is not missed", async () => {
  const calls = new WakeUpCalls();
  const { read, state } = table({ slowness: 3 });
  const stream = liveStream({ topics, positionOf, after: 0, read, calls });
  const first = take(stream, 1);
  await delay(0);
  // The read under way has already seen an empty table.
  expect(state.reads).toBe(1);
  state.rows = 1;
  calls.ring(["con_1", "sch_1"]);
  expect(await first).toEqual([1]);
});

test("return settles at once although a next waits, ends that next, and leaves nothing behind", async () => {
  const calls = new WakeUpCalls();
  const stream = liveStream({ topics, positionOf, after: 0, read: table().read, calls });
  const waiting = stream.next();
  await delay(5);
  expect(calls.size).toBe(1);
  expect(await stream.return?.()).toEqual({ value: undefined, done: true });
  expect(await waiting).toEqual({ value: undefined, done: true });
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  expect(calls.size).toBe(0);
});

test("a read that fails ends the stream with the failure and leaves nothing behind", async () => {
  const calls = new WakeUpCalls();
  const stream = liveStream({
    topics,
    positionOf,
    after: 0,
    read: () => Promise.reject(new Error("the database went away")),
    calls,
  });
  await expect(stream.next()).rejects.toThrow("went away");
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  expect(calls.size).toBe(0);
});

test("calls for another conversation cost no read", async () => {
  const calls = new WakeUpCalls();
  const { read, state } = table();
  const stream = liveStream({ topics, positionOf, after: 0, read, calls });
  const waiting = stream.next();
  await delay(5);
  for (let n = 0; n < 10; n += 1) calls.ring(["con_2", "hub_2"]);
  await delay(5);
  expect(state.reads).toBe(1);
  await stream.return?.();
  await waiting;
});

test("whatever the timing of commits, calls and reads, every message comes once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ pause: fc.nat(3), commits: fc.integer({ min: 1, max: 4 }), all: fc.boolean() }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(3),
      fc.nat(5),
      async (steps, page, slowness, already) => {
        const calls = new WakeUpCalls();
        const { read, state } = table({ rows: already, page, slowness });
        const total = already + steps.reduce((sum, { commits }) => sum + commits, 0);
        const stream = liveStream({ topics, positionOf, after: 0, read, calls });
        const heard = take(stream, total);
        for (const { pause, commits, all } of steps) {
          for (let turn = 0; turn < pause; turn += 1) await delay(0);
          state.rows += commits;
          if (all) calls.ringAll();
          else calls.ring(["con_1", "sch_1"]);
        }
        expect(await heard).toEqual(Array.from({ length: total }, (_, n) => n + 1));
        await stream.return?.();
        expect(calls.size).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});
