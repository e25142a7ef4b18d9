import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Listener, type LiveStreamOptions, liveStream } from "./live-stream.ts";

interface Row {
  sequence: number;
}

/** A table of messages 1, 2, 3 … of which a read gives at most `pageSize`, after as many turns of the loop as told. */
function table({ rows = 0, pageSize = 200, slowness = 0 } = {}) {
  const state = { rows, reads: 0, listeners: new Set<Listener<number>>() };
  const options: LiveStreamOptions<Row, number, number> = {
    pageSize,
    enrol(listener) {
      state.listeners.add(listener);
      return () => state.listeners.delete(listener);
    },
    positionOf: ({ sequence }) => sequence,
    join: (sequence, last) => (sequence <= last ? null : sequence === last + 1 ? { sequence } : "missing"),
    async read(after) {
      state.reads += 1;
      const seen = state.rows;
      for (let turn = 0; turn < slowness; turn += 1) await delay(0);
      return Array.from({ length: Math.max(0, Math.min(pageSize, seen - after)) }, (_, n) => ({
        sequence: after + n + 1,
      }));
    },
  };
  const bring = (...sequences: number[]) => {
    for (const listener of state.listeners) for (const sequence of sequences) listener.bring(sequence);
  };
  return { state, options, bring };
}

const take = async (stream: AsyncIterableIterator<Row>, count: number) => {
  const taken: number[] = [];
  while (taken.length < count) {
    const { value, done } = await stream.next();
    if (done) break;
    taken.push(value.sequence);
  }
  return taken;
};

test("what is there comes page by page, in order", async () => {
  const { options, state } = table({ rows: 450 });
  const stream = liveStream(options).begin(3, true);
  expect(await take(stream, 447)).toEqual(Array.from({ length: 447 }, (_, n) => n + 4));
  expect(state.reads).toBe(3);
});

test("a message that is committed while the table is being read is not missed", async () => {
  const { options, state, bring } = table({ slowness: 3 });
  const stream = liveStream(options).begin(0, true);
  const first = take(stream, 1);
  await delay(0);
  // The read under way has already seen an empty table.
  expect(state.reads).toBe(1);
  state.rows = 1;
  bring(1);
  expect(await first).toEqual([1]);
});

test("a message that is committed before the subscriber knows where it stands is not missed", async () => {
  const { options, state, bring } = table();
  const stream = liveStream(options);
  state.rows = 1;
  bring(1);
  expect(await take(stream.begin(0, false), 1)).toEqual([1]);
});

test("what follows on what one has comes without a read, and so does not what one has already", async () => {
  const { options, state, bring } = table({ rows: 3 });
  const stream = liveStream(options).begin(3, false);
  const heard = take(stream, 3);
  await delay(0);
  bring(2, 3, 4, 4, 5);
  bring(5, 6);
  expect(await heard).toEqual([4, 5, 6]);
  expect(state.reads).toBe(0);
});

test("what is missing in between is read", async () => {
  const { options, state, bring } = table({ rows: 7 });
  const stream = liveStream(options).begin(3, false);
  const heard = take(stream, 4);
  await delay(0);
  bring(4, 7);
  expect(await heard).toEqual([4, 5, 6, 7]);
  expect(state.reads).toBe(1);
});

test("a subscriber who fetches nothing costs a page, and gets all of it later", async () => {
  const { options, state, bring } = table({ pageSize: 3 });
  const stream = liveStream(options).begin(0, false);
  for (state.rows = 1; state.rows <= 10; state.rows += 1) bring(state.rows);
  state.rows = 10;
  expect(await take(stream, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  // Three of ten were kept; the rest were read again, a page at a time.
  expect(state.reads).toBe(3);
});

test("return settles at once although a next waits, ends that next, and leaves nothing behind", async () => {
  const { options, state } = table();
  const stream = liveStream(options).begin(0, true);
  const waiting = stream.next();
  await delay(5);
  expect(state.listeners.size).toBe(1);
  expect(await stream.return?.()).toEqual({ value: undefined, done: true });
  expect(await waiting).toEqual({ value: undefined, done: true });
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  expect(state.listeners.size).toBe(0);
});

test("a read that fails ends the stream with the failure and leaves nothing behind", async () => {
  const { options, state } = table();
  const read = () => Promise.reject(new Error("the database went away"));
  const stream = liveStream({ ...options, read }).begin(0, true);
  await expect(stream.next()).rejects.toThrow("went away");
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  expect(state.listeners.size).toBe(0);
});

test("whatever the timing of commits, news and reads, every message comes once and in order", async () => {
  const told = fc.constantFrom("in order", "backwards", "the last only", "not at all", "by a ring");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ pause: fc.nat(3), commits: fc.integer({ min: 1, max: 4 }), told }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(3),
      fc.nat(5),
      fc.nat(3),
      async (steps, pageSize, slowness, already, late) => {
        const { options, state, bring } = table({ rows: already, pageSize, slowness });
        const total = already + steps.reduce((sum, { commits }) => sum + commits, 0);
        const stream = liveStream(options);
        const heard = (async () => {
          const reached = state.rows;
          for (let turn = 0; turn < late; turn += 1) await delay(0);
          return take(stream.begin(0, reached > 0), total);
        })();
        for (const { pause, commits, told } of steps) {
          for (let turn = 0; turn < pause; turn += 1) await delay(0);
          const committed = Array.from({ length: commits }, (_, n) => state.rows + n + 1);
          state.rows += commits;
          if (told === "in order") bring(...committed);
          if (told === "backwards") bring(...committed.reverse());
          if (told === "the last only") bring(state.rows);
          if (told === "by a ring") for (const { ring } of state.listeners) ring();
        }
        // What was told to nobody is found by looking now and then.
        bring(state.rows);
        expect(await heard).toEqual(Array.from({ length: total }, (_, n) => n + 1));
        await stream.return?.();
        expect(state.listeners.size).toBe(0);
      },
    ),
    { numRuns: 100 },
  );
});
