import { expect, test } from "@jest/globals";
import { anonymous, Role, type Viewer } from "@psqm/identity/viewer";
import fc from "fast-check";
import { enrolmentVisible, visibleEnrolments } from "./enrolment.policy.ts";

const schools = ["sch_1", "sch_2", "sch_3"];
const hubs = ["hub_1", "hub_2", "hub_3"];

const viewers: fc.Arbitrary<Viewer> = fc.record({
  kind: fc.constant("person" as const),
  personId: fc.constant("per_1"),
  roles: fc.subarray(Object.values(Role)),
  hubsLed: fc.subarray(hubs),
  hubsMentored: fc.subarray(hubs),
  schools: fc.array(
    fc.record({ schoolId: fc.constantFrom(...schools), role: fc.constantFrom(...Object.values(Role)) }),
  ),
  partnerId: fc.constant(null),
  scopes: fc.constant([]),
});

const rows = fc.record({ schoolId: fc.constantFrom(...schools), hubId: fc.constantFrom(null, ...hubs) });

test("the condition of lists and the policy of rows let through the same enrolments", () => {
  fc.assert(
    fc.property(fc.oneof(viewers, fc.constant(anonymous)), rows, (viewer, row) => {
      expect(matches(visibleEnrolments(viewer), row)).toBe(enrolmentVisible.allows(viewer, row));
    }),
    { numRuns: 1_000 },
  );
});

/** What PostgreSQL makes of the condition: null is in no list. */
function matches(
  where: ReturnType<typeof visibleEnrolments>,
  row: { schoolId: string; hubId: string | null },
): boolean {
  if (!("$or" in where) || !where.$or) return true;
  return where.$or.some((side) =>
    Object.entries(side).every(([column, { $in }]) => {
      const value = row[column as keyof typeof row];
      return value !== null && $in.includes(value);
    }),
  );
}
