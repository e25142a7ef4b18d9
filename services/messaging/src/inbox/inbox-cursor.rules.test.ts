import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { CursorUnusable, further, inboxCursor, inboxPosition } from "./inbox-cursor.rules.ts";

const integer = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const reached = fc.record({ sequence: integer, change: fc.nat() });
const at = (sequence: number, change = 0) => ({ sequence, change });

test("a cursor gives back the position it was made of, whatever its order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(integer, reached)), (pairs) => {
      const position = new Map(pairs);
      expect(inboxPosition(inboxCursor(position))).toEqual(new Map([...position].sort(([a], [b]) => a - b)));
    }),
  );
});

test("one position has one cursor, in which conversations not begun have no part", () => {
  const cursor = inboxCursor(new Map([[3, at(7)]]));
  expect(
    inboxCursor(
      new Map([
        [1, at(0)],
        [3, at(7)],
      ]),
    ),
  ).toBe(cursor);
  expect(inboxPosition("")).toEqual(new Map());
});

test("three hundred conversations of a thousand messages take less than two kilobytes", () => {
  const position = new Map(Array.from({ length: 300 }, (_, n) => [n * 3 + 1, at(1_000 + n, 10)] as const));
  expect(inboxCursor(position).length).toBeLessThan(2_000);
});

test("to come further in one conversation changes no other, and not what one had", () => {
  const before = new Map([[1, at(4, 2)]]);
  expect(further(before, 2, { sequence: 1 })).toEqual(
    new Map([
      [1, at(4, 2)],
      [2, at(1)],
    ]),
  );
  expect(further(before, 1, { change: 3 })).toEqual(new Map([[1, at(4, 3)]]));
  expect(before).toEqual(new Map([[1, at(4, 2)]]));
});

const bytes = (...of: number[]) => Buffer.from(of).toString("base64url");

test.each([
  ["of another version", bytes(9, 1, 1)],
  ["of a list", Buffer.from('["2026"]').toString("base64url")],
  ["that breaks off", bytes(1, 0x80)],
  ["without a sequence", bytes(1, 1)],
  ["without a change", bytes(1, 1, 1)],
  ["of a conversation numbered 0", bytes(1, 0, 1, 0)],
  ["of a sequence 0", bytes(1, 1, 0, 0)],
  ["of a number beyond all", bytes(1, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1, 0)],
  ["that never ends", bytes(1, ...Array<number>(500).fill(0xff))],
  ["with other characters", "AQ=="],
  ["that is a sequence", "12"],
  ["of 70,000 characters", "A".repeat(70_000)],
])("a cursor %s is refused", (_what, cursor) => {
  expect(() => inboxPosition(cursor)).toThrow(CursorUnusable);
});

test("whatever is given, it is a position or a refusal", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.uint8Array().map((array) => Buffer.from(array).toString("base64url")),
      ),
      (text) => {
        try {
          inboxPosition(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CursorUnusable);
        }
      },
    ),
  );
});
