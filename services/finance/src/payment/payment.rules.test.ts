import { expect, test } from "@jest/globals";
import { BadInput } from "@psqm/refusal/refusal";
import fc from "fast-check";
import { assertReceived, Overpayment, paymentReference, settle } from "./payment.rules.ts";

test.each([
  [0, 1, 1, "PART_PAID"],
  [0, 92_500, 92_500, "PAID"],
  [50_000, 42_499, 92_499, "PART_PAID"],
  [50_000, 42_500, 92_500, "PAID"],
])("after %i pence, %i more make %i: %s", (paidPence, amount, paid, state) => {
  expect(settle({ totalPence: 92_500, creditedPence: 0, paidPence }, amount)).toEqual({ paidPence: paid, state });
});

test.each([
  [0, 92_501, 92_500],
  [50_000, 42_501, 42_500],
  [92_500, 1, 0],
])("after %i pence, %i more are too many: %i is outstanding", (paidPence, amount, outstandingPence) => {
  const attempt = () => settle({ totalPence: 92_500, creditedPence: 0, paidPence }, amount);
  expect(attempt).toThrow(Overpayment);
  expect(attempt).toThrow(expect.objectContaining({ code: "OVERPAYMENT", details: { outstandingPence } }));
});

test("a refused overpayment says both amounts in pounds", () => {
  expect(() => settle({ totalPence: 192_505, creditedPence: 0, paidPence: 0 }, 200_000)).toThrow(
    "£1,925.05 of this invoice",
  );
});

test.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("a payment of %d pence is refused", (amount) => {
  expect(() => settle({ totalPence: 92_500, creditedPence: 0, paidPence: 0 }, amount)).toThrow(BadInput);
});

test("whatever is paid in whatever order, what is paid never exceeds the total and is the sum of what was taken", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.array(fc.integer({ min: -5, max: 60_000 })),
      (totalPence, amounts) => {
        let paidPence = 0;
        let taken = 0;
        for (const amount of amounts) {
          try {
            ({ paidPence } = settle({ totalPence, creditedPence: 0, paidPence }, amount));
            taken += amount;
          } catch (error) {
            expect(error).toBeInstanceOf(amount < 1 ? BadInput : Overpayment);
          }
        }
        expect(paidPence).toBe(taken);
        expect(paidPence).toBeLessThanOrEqual(totalPence);
      },
    ),
  );
});

test("a reference loses the white space of its ends; an empty, long or unprintable one is refused", () => {
  expect(paymentReference("  BACS 4711 ")).toBe("BACS 4711");
  for (const reference of ["", "  ", "x".repeat(201), "a\u0000b", "a\nb", "\ud800"]) {
    expect(() => paymentReference(reference)).toThrow(BadInput);
  }
});

test("money that comes tomorrow is not recorded today", () => {
  expect(() => assertReceived("2026-09-02", "2026-09-01")).toThrow(BadInput);
  expect(() => assertReceived("2026-09-01", "2026-09-01")).not.toThrow();
});
