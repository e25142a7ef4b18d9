import { expect, test } from "@jest/globals";
import { BadInput } from "@psqm/refusal/refusal";
import { assertOneSchool, readForm } from "./registration.rules.ts";

const today = "2026-06-01";

test("a form is kept without blanks, and what is left out is null", () => {
  expect(readForm({}, today)).toEqual({ pupilsTold: null, purchaseOrder: null, consentBy: null, consentOn: null });
  expect(
    readForm({ pupils: 0, purchaseOrder: " PO 7 ", consent: { name: " Harriet Head ", on: today } }, today),
  ).toEqual({ pupilsTold: 0, purchaseOrder: "PO 7", consentBy: "Harriet Head", consentOn: today });
});

test.each([
  { pupils: -1 },
  { pupils: 5001 },
  { purchaseOrder: " " },
  { purchaseOrder: "x".repeat(121) },
  { consent: { name: "", on: today } },
  { consent: { name: "Harriet Head", on: "2026-06-02" } },
])("a form with %j is refused", (form) => {
  expect(() => readForm(form, today)).toThrow(BadInput);
});

test.each([{}, { schoolId: "sch_1", urn: "117858" }, { urn: "11785" }, { urn: "x17858" }])(
  "a school that is named by %j is refused",
  (input) => {
    expect(() => assertOneSchool(input)).toThrow(BadInput);
  },
);
