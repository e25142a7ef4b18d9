import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { InvoiceState, invoiceState, outstandingPence, refundDuePence } from "../invoice/invoice.rules.ts";
import { creditFor } from "./credit-note.rules.ts";

test.each([
  ["deferred before the round", "2026-08-31", true, 92_500],
  ["deferred in the middle of it", "2027-01-10", true, 92_500],
  ["withdrawn the day before the round begins", "2026-08-31", false, 92_500],
  ["withdrawn on its first day", "2026-09-01", false, 0],
  ["withdrawn in the middle of it", "2027-01-10", false, 0],
])("who is %s is credited what our rule says", (_, leftOn, deferred, amountPence) => {
  expect(creditFor(92_500, { leftOn, deferred, roundStartsOn: "2026-09-01" })).toMatchObject({
    amountPence,
    rule: "leaving",
    citation: expect.stringMatching(/^ours/),
  });
});

test("what is owed, paid, credited and paid back always adds up, and the state says which", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), fc.nat(1000), (a, b, c) => {
      const totalPence = a + 1;
      const amounts = { totalPence, creditedPence: b % (totalPence + 1), paidPence: c % (totalPence + 1) };
      const { creditedPence, paidPence } = amounts;
      const [owed, back] = [outstandingPence(amounts), refundDuePence(amounts)];
      expect(owed === 0 || back === 0).toBe(true);
      expect(paidPence + owed - back).toBe(totalPence - creditedPence);
      const state = invoiceState(amounts);
      expect(state === InvoiceState.Credited).toBe(creditedPence === totalPence);
      expect(state === InvoiceState.Paid).toBe(owed === 0 && creditedPence < totalPence);
    }),
  );
});
