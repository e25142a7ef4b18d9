import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Appointment, commentText, reviewerConflict } from "./review.rules.ts";

const under = { schoolId: "sch_ours", hubId: "hub_ours", openedOn: "2026-09-10" };
const today = "2027-07-10";
const leads = (
  hubId: string,
  role = "HUB_LEADER",
  startedOn = "2020-01-01",
  endedOn: string | null = null,
): Appointment => ({
  hubId,
  role,
  startedOn,
  endedOn,
});

test.each([
  ["leads another hub", [leads("hub_other")], [], null],
  ["leads another hub and belongs to another school", [leads("hub_other")], ["sch_other"], null],
  ["leads another hub since today", [leads("hub_other", "HUB_LEADER", today)], [], null],
  ["leads another hub from tomorrow", [leads("hub_other", "HUB_LEADER", "2027-07-11")], [], "NOT_A_HUB_LEADER"],
  ["led another hub until today", [leads("hub_other", "HUB_LEADER", "2020-01-01", today)], [], "NOT_A_HUB_LEADER"],
  ["only mentors another hub", [leads("hub_other", "MENTOR")], [], "NOT_A_HUB_LEADER"],
  ["nobody we know", [], [], "NOT_A_HUB_LEADER"],
  ["leads the school's hub", [leads("hub_ours")], [], "SAME_HUB"],
  ["leads both hubs", [leads("hub_other"), leads("hub_ours")], [], "SAME_HUB"],
  ["mentors the school's hub", [leads("hub_other"), leads("hub_ours", "MENTOR")], [], "SAME_HUB"],
  [
    "left the school's hub during its year",
    [leads("hub_other"), leads("hub_ours", "HUB_LEADER", "2020-01-01", "2026-12-01")],
    [],
    "SAME_HUB",
  ],
  [
    "left the school's hub on the day its year began",
    [leads("hub_other"), leads("hub_ours", "HUB_LEADER", "2020-01-01", "2026-09-10")],
    [],
    null,
  ],
  ["belongs to the school", [leads("hub_other")], ["sch_ours"], "SCHOOL_MEMBER"],
] as const)("whoever %s", (_who, appointments, schoolIds, conflict) => {
  expect(reviewerConflict({ appointments, schoolIds }, under, today)).toBe(conflict);
});

test("nobody independent lacks a hub of their own, supports the school's hub today or has been at the school", () => {
  const day = fc.constantFrom("2026-01-01", "2026-09-10", "2026-12-01", today, "2027-09-01");
  const appointment = fc.record({
    hubId: fc.constantFrom("hub_ours", "hub_other"),
    role: fc.constantFrom("HUB_LEADER", "MENTOR"),
    startedOn: day,
    endedOn: fc.option(day),
  });
  const relations = fc.record({
    appointments: fc.array(appointment, { maxLength: 4 }),
    schoolIds: fc.subarray(["sch_ours", "sch_other"]),
  });
  fc.assert(
    fc.property(relations, (held) => {
      if (reviewerConflict(held, under, today) !== null) return;
      const now = held.appointments.filter((at) => at.startedOn <= today && (!at.endedOn || at.endedOn > today));
      expect(now.some(({ hubId, role }) => hubId === "hub_other" && role === "HUB_LEADER")).toBe(true);
      expect(now.some(({ hubId }) => hubId === "hub_ours")).toBe(false);
      expect(held.schoolIds).not.toContain("sch_ours");
    }),
  );
});

test("a comment is trimmed, and refused when empty or too long", () => {
  expect(commentText("A comment", "  fine \n")).toBe("fine");
  expect(() => commentText("A comment", " \n ")).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
  expect(() => commentText("A comment", "x".repeat(5_001))).toThrow("5001");
});
