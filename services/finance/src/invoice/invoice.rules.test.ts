import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { feeFor, feeSchedules } from "../fee-schedule/fee-schedule.rules.ts";
import { fundingFor, shareFee } from "../funding/funding.rules.ts";
import { UnknownRuleVersion } from "../rule-version/rule-version.rules.ts";
import { type Billed, billFor, dueDay, invoiceNumber, invoiceState } from "./invoice.rules.ts";

const enrolment = (parts: Partial<Billed> = {}): Billed => ({
  schoolName: "Chalk Stream Primary School",
  localAuthority: "Oxfordshire",
  pupils: 100,
  feeSchedule: "fees-s2",
  confirmedOn: "2026-09-01",
  ...parts,
});

test("a school pays its own fee, and the line says by which rule", () => {
  expect(billFor(enrolment())).toEqual({
    payer: "SCHOOL",
    payerName: "Chalk Stream Primary School",
    totalPence: 92_500,
    lines: [
      {
        description: "PSQM programme fee, Chalk Stream Primary School: 100 pupils, not fewer than 100",
        amountPence: 92_500,
        rule: "fee-schedule",
        version: "fees-s2",
        citation: expect.stringMatching(/^002, /),
      },
    ],
  });
});

test("for a school of the East Riding the fund pays the whole fee, and a line says why", () => {
  const bill = billFor(enrolment({ localAuthority: "East Riding of Yorkshire", pupils: 64 }));
  expect(bill).toMatchObject({
    payer: "FUNDER",
    payerName: "Dogger Bank Wind Farm community fund",
    totalPence: 62_500,
    lines: [
      { amountPence: 62_500, version: "fees-s2" },
      { amountPence: 0, rule: "funding", version: "funding-s2", citation: expect.stringContaining("Dogger Bank") },
    ],
  });
});

test.each([
  ["East Riding of Yorkshire", "2022-09-01", true],
  ["East Riding of Yorkshire", "2022-08-31", false],
  ["Kingston upon Hull, City of", "2026-09-01", false],
  ["east riding of yorkshire", "2026-09-01", false],
  [null, "2026-09-01", false],
])("a school of %s enrolled on %s is funded: %s", (localAuthority, day, funded) => {
  expect(fundingFor(localAuthority, day) !== null).toBe(funded);
});

const anyEnrolment = fc.record<Billed>({
  schoolName: fc.string({ minLength: 1 }),
  localAuthority: fc.option(fc.constantFrom("East Riding of Yorkshire", "Oxfordshire", "Hertfordshire")),
  pupils: fc.option(fc.nat(3_000)),
  feeSchedule: fc.constantFrom(...feeSchedules.map(({ version }) => version)),
  confirmedOn: fc.constantFrom("2022-08-31", "2022-09-01", "2026-09-01"),
});

test("the shares of school and funder make up the fee, and neither is negative", () => {
  fc.assert(
    fc.property(anyEnrolment, fc.constantFrom(...feeSchedules), ({ localAuthority, pupils, confirmedOn }, schedule) => {
      const { pence } = feeFor(schedule, pupils);
      const { schoolPence, funderPence } = shareFee(pence, fundingFor(localAuthority, confirmedOn));
      expect(schoolPence + funderPence).toBe(pence);
      expect(Math.min(schoolPence, funderPence)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a bill is the sum of its lines, is never for nothing, and every line names rule, version and source", () => {
  fc.assert(
    fc.property(anyEnrolment, (billed) => {
      const { totalPence, lines } = billFor(billed);
      expect(lines.reduce((sum, { amountPence }) => sum + amountPence, 0)).toBe(totalPence);
      expect(totalPence).toBeGreaterThan(0);
      for (const { rule, version, citation } of lines) {
        expect([rule, version]).not.toContain("");
        expect(citation).toMatch(/^00\d, /);
      }
    }),
  );
});

test("an enrolment with a fee schedule that nobody knows cannot be billed", () => {
  expect(() => billFor(enrolment({ feeSchedule: "fees-s9" }))).toThrow(UnknownRuleVersion);
});

test.each([
  [1, "PSQM-000001"],
  [999_999, "PSQM-999999"],
  [1_000_000, "PSQM-1000000"],
])("invoice %i has the number %s", (count, number) => {
  expect(invoiceNumber(count)).toBe(number);
});

test.each([
  ["2026-09-01", "2026-10-01"],
  ["2027-01-31", "2027-03-02"],
  ["2028-02-01", "2028-03-02"],
])("an invoice of %s is due on %s", (issuedOn, dueOn) => {
  expect(dueDay(issuedOn)).toBe(dueOn);
});

test.each([
  [0, "ISSUED"],
  [1, "PART_PAID"],
  [92_499, "PART_PAID"],
  [92_500, "PAID"],
])("of 92500 pence %i paid makes it %s", (paidPence, state) => {
  expect(invoiceState({ totalPence: 92_500, creditedPence: 0, paidPence })).toBe(state);
});
