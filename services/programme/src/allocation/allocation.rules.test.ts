import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { EnrolmentState, placeHolding } from "../enrolment/enrolment.rules.ts";
import { allocate, judgePlaces } from "./allocation.rules.ts";

const at = (easting: number) => ({ easting, northing: 430_000 });
const hub = (id: string, easting: number | null, placesLeft = 10, capacity = 10) => ({
  id,
  name: id,
  at: easting === null ? null : at(easting),
  capacity,
  placesLeft,
});
const school = (enrolmentId: string, easting: number | null, preferredHubId: string | null = null) => ({
  enrolmentId,
  at: easting === null ? null : at(easting),
  preferredHubId,
});

test("the nearest hub is proposed, with how far it is and why", () => {
  expect(allocate([school("enr_1", 500_000)], [hub("hub_far", 400_000), hub("hub_near", 508_300)])).toEqual([
    {
      enrolmentId: "enr_1",
      hubId: "hub_near",
      distanceMetres: 8300,
      reason: "8.3 km away, 10 of 10 places left; near and not full.",
    },
  ]);
});

test("of two about as near, the emptier one; a full one never", () => {
  const hubs = [hub("hub_busy", 505_000, 1), hub("hub_empty", 510_000), hub("hub_full", 500_000, 0)];
  expect(allocate([school("enr_1", 500_000)], hubs)).toMatchObject([{ hubId: "hub_empty" }]);
  expect(allocate([school("enr_1", 500_000)], [hub("hub_busy", 505_000, 1), hub("hub_empty", 540_000)])).toMatchObject([
    { hubId: "hub_busy" },
  ]);
});

test("a preferred hub comes first while it has places, whoever asked first", () => {
  const hubs = [hub("hub_liked", 400_000, 1), hub("hub_near", 500_000)];
  const schools = [school("enr_1", 500_000, "hub_liked"), school("enr_2", 500_000, "hub_liked")];
  expect(allocate(schools, hubs)).toMatchObject([
    { hubId: "hub_liked", reason: "The school would like a place there." },
    { hubId: "hub_near" },
  ]);
});

test("a place that nobody knows is proposed last, and by load alone", () => {
  expect(allocate([school("enr_1", null)], [hub("hub_busy", 1, 1), hub("hub_empty", null)])).toEqual([
    {
      enrolmentId: "enr_1",
      hubId: "hub_empty",
      distanceMetres: null,
      reason: "Its distance is not known; 10 of 10 places left.",
    },
  ]);
  expect(allocate([school("enr_1", 1)], [hub("hub_unknown", null), hub("hub_known", 600_000)])).toMatchObject([
    { hubId: "hub_known" },
  ]);
});

const anEasting = fc.option(fc.integer({ min: 100_000, max: 650_000 }));
const hubsOf = fc
  .array(fc.tuple(anEasting, fc.integer({ min: 1, max: 5 }), fc.nat(5)), { maxLength: 6 })
  .map((drawn) =>
    drawn.map(([easting, capacity, taken], n) => hub(`hub_${n}`, easting, Math.max(capacity - taken, 0), capacity)),
  );
const schoolsOf = fc
  .array(fc.tuple(anEasting, fc.option(fc.nat(8))), { maxLength: 25 })
  .map((drawn) =>
    drawn.map(([easting, liked], n) => school(`enr_${n}`, easting, liked === null ? null : `hub_${liked}`)),
  );

test("no school is lost, no hub is over-full, and nobody goes without while a place is left", () => {
  fc.assert(
    fc.property(schoolsOf, hubsOf, (schools, hubs) => {
      const proposals = allocate(schools, hubs);
      expect(proposals.map(({ enrolmentId }) => enrolmentId)).toEqual(schools.map(({ enrolmentId }) => enrolmentId));
      for (const { id, placesLeft } of hubs) {
        expect(proposals.filter(({ hubId }) => hubId === id).length).toBeLessThanOrEqual(placesLeft);
      }
      const places = hubs.reduce((sum, { placesLeft }) => sum + placesLeft, 0);
      expect(proposals.filter(({ hubId }) => hubId !== null)).toHaveLength(Math.min(places, schools.length));
    }),
  );
});

test("whatever a batch asks for, no hub is over-full, no school gets two places, and each wish has its answer", () => {
  const states = Object.values(EnrolmentState);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(7), fc.nat(4)), { maxLength: 30 }),
      fc.array(fc.constantFrom(...states), { maxLength: 6 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(3)), { maxLength: 4 }),
      (wishes, drawn, hubsDrawn) => {
        const places = wishes.map(([enrolment, at]) => ({ enrolmentId: `enr_${enrolment}`, hubId: `hub_${at}` }));
        const stateOf = new Map(drawn.map((state, n) => [`enr_${n}`, state]));
        const hubs = new Map(hubsDrawn.map(([capacity], n) => [`hub_${n}`, { name: `Hub ${n}`, capacity }]));
        const taken = new Map(hubsDrawn.map(([capacity, held], n) => [`hub_${n}`, Math.min(held, capacity)]));
        const verdicts = judgePlaces(places, stateOf, hubs, taken);
        expect(verdicts.map(({ enrolmentId, hubId }) => ({ enrolmentId, hubId }))).toEqual(places);
        const given = verdicts.filter(({ refusal }) => refusal === null);
        expect(new Set(given.map(({ enrolmentId }) => enrolmentId)).size).toBe(given.length);
        for (const [id, { capacity }] of hubs) {
          const more = given.filter(({ hubId }) => hubId === id).length;
          expect((taken.get(id) ?? 0) + more).toBeLessThanOrEqual(capacity);
        }
        for (const { enrolmentId } of given) {
          expect(placeHolding).not.toContain(stateOf.get(enrolmentId));
        }
      },
    ),
  );
});

test("a wish that cannot be is answered as a single offer would be", () => {
  const states = new Map([
    ["enr_1", EnrolmentState.Registered],
    ["enr_2", EnrolmentState.Registered],
  ]);
  const hubs = new Map([["hub_1", { name: "Humber Science Hub", capacity: 1 }]]);
  const wish = (enrolmentId: string, hubId = "hub_1") => ({ enrolmentId, hubId });
  const verdicts = judgePlaces(
    [wish("enr_1"), wish("enr_1"), wish("enr_2"), wish("enr_none"), wish("enr_2", "hub_none")],
    states,
    hubs,
    new Map(),
  );
  expect(verdicts.map(({ refusal }) => refusal?.code ?? null)).toEqual([
    null,
    "ILLEGAL_TRANSITION",
    "HUB_FULL",
    "NOT_FOUND",
    "NOT_FOUND",
  ]);
});
