import { expect, test } from "@jest/globals";
import {
  directoryOn,
  Eligibility,
  hubDirectory,
  judge,
  NationalHubKind,
  OfstedRating,
  type SchoolFacts,
} from "./hub-directory.rules.ts";

const { Teaching, English, Maths, Computing, Science, Music, Languages, Behaviour, Careers } = NationalHubKind;
const kinds = [Teaching, English, Maths, Computing, Science, Music, Languages, Behaviour, Careers];

const school: SchoolFacts = {
  name: "Wolds Edge Primary School",
  status: "OPEN",
  phase: "Primary",
  type: "Community school",
  rating: OfstedRating.Good,
};

const letters = { [Eligibility.Eligible]: "y", [Eligibility.NotEligible]: "n", [Eligibility.Unknown]: "?" };
const judged = (facts: Partial<SchoolFacts>) =>
  Object.fromEntries(hubDirectory.map((rule) => [rule.kind, judge(rule, { ...school, ...facts })]));
const row = (facts: Partial<SchoolFacts>) =>
  kinds.map((kind) => letters[judged(facts)[kind]?.eligibility ?? Eligibility.Unknown]).join("");

test("the directory has every kind once, in the four areas of document 004, each with its passage", () => {
  expect(hubDirectory.map(({ kind }) => kind)).toEqual(kinds);
  expect(new Set(hubDirectory.map(({ area }) => area)).size).toBe(4);
  expect(hubDirectory.every(({ citation, offers }) => citation.startsWith("004, ") && offers.length > 0)).toBe(true);
});

// Columns: Teaching English Maths Computing Science Music Languages Behaviour Careers. Document 004; DOMAIN 4, C12.
const byPhaseAndType: [phase: string | null, type: string | null, expected: string][] = [
  ["Primary", "Community school", "yyyyyynyy"],
  ["Middle deemed primary", "Community school", "yyyyyynyy"],
  ["Secondary", "Academy converter", "ynyyyyyyy"],
  ["Middle deemed secondary", "Foundation school", "ynyyyyyyy"],
  ["All-through", "Free schools", "yyyyyyyyy"],
  ["Nursery", "Local authority nursery school", "ynnnnynny"],
  ["16 plus", "Sixth form centres", "ynyyyynny"],
  ["Not applicable", "Community special school", "y????y?yy"],
  ["Not applicable", "Pupil referral unit", "y????y?yy"],
  ["Not applicable", "Other independent school", "ynnnnnn?y"],
  ["Primary", "Other independent school", "ynnnnnnyy"],
  ["All-through", "Online provider", "ynnnnnnyy"],
  ["Not applicable", "Other independent special school", "y????y?yy"],
  ["Primary", "Welsh establishment", "y?????nyy"],
  ["Primary", null, "y?????nyy"],
  [null, "Community school", "y????y??y"],
  [null, null, "y???????y"],
];
test.each(byPhaseAndType)("phase %s and type %s: %s", (phase, type, expected) => {
  expect(row({ phase, type })).toBe(expected);
});

test.each<[OfstedRating | null, Eligibility]>([
  [OfstedRating.Outstanding, Eligibility.NotEligible],
  [OfstedRating.Good, Eligibility.Eligible],
  [OfstedRating.RequiresImprovement, Eligibility.Eligible],
  [OfstedRating.Inadequate, Eligibility.Eligible],
  [null, Eligibility.Unknown],
])("rated %s: a behaviour hub is %s, and no other hub asks", (rating, expected) => {
  expect(judged({ rating })[Behaviour]?.eligibility).toBe(expected);
  expect(row({ rating }).replace(/.(.)$/, "$1")).toBe(row({}).replace(/.(.)$/, "$1"));
});

test.each([
  ["CLOSED", "n"],
  ["PROPOSED_TO_OPEN", "n"],
])("a school that is %s is for no hub, whatever else is known or not", (status, letter) => {
  expect(row({ status })).toBe(letter.repeat(9));
  expect(row({ status, phase: null, type: null, rating: null })).toBe(letter.repeat(9));
});

test("the reason names the limit, or what is missing", () => {
  expect(judged({})[Languages]?.reason).toBe('A Language hub serves secondary; the register\'s phase is "Primary".');
  expect(judged({ phase: "Secondary" })[English]?.reason).toBe(
    'An English hub serves primary; the register\'s phase is "Secondary".',
  );
  expect(judged({ type: "Other independent school" })[Maths]?.reason).toMatch(
    /serves state-funded schools, colleges, special schools and alternative provision; the register's type "Other independent school" is none/,
  );
  expect(judged({ rating: null })[Behaviour]?.reason).toMatch(/good, requires improvement or inadequate\. Say how/);
  expect(judged({ rating: OfstedRating.Outstanding })[Behaviour]?.reason).toMatch(/this one is outstanding/);
  expect(judged({ status: "CLOSED" })[Science]?.reason).toMatch(/Wolds Edge Primary School is CLOSED/);
  expect(judged({})[Science]?.reason).toMatch(/this school is within that/);
});

test("a version of the directory holds on its days and on no other", () => {
  const [rule] = hubDirectory;
  if (!rule) throw new Error("The directory is empty.");
  const old = { ...rule, validUntil: "2026-08-31" };
  const current = { ...rule, validFrom: "2026-09-01" };
  expect(directoryOn("2026-08-31", [old, current])).toEqual([old]);
  expect(directoryOn("2026-09-01", [old, current])).toEqual([current]);
  expect(directoryOn("2026-09-01")).toEqual(hubDirectory);
});
