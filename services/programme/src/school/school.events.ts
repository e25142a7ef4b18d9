import { on } from "@psqm/events/consumer";
import { Role } from "@psqm/identity/viewer";
import { z } from "zod";
import { hearSchoolsChanged } from "./hear-schools-changed.ts";
import { hearSubjectLeaderEnded, hearSubjectLeaderStarted } from "./hear-subject-leader.ts";

const changedSchool = z.object({
  schoolId: z.string(),
  urn: z.string(),
  name: z.string(),
  localAuthority: z.string(),
  status: z.string(),
  pupils: z.number().int().nullable(),
});

const membership = z.object({
  membershipId: z.string(),
  schoolId: z.string(),
  personId: z.string(),
  role: z.string(),
  on: z.string(),
});

export const schoolHandlers = [
  on("people", "schools.changed", z.object({ schools: z.array(changedSchool) }), (tx, { schools }) =>
    hearSchoolsChanged(tx, schools),
  ),
  on("people", "school-membership.started", membership, async (tx, started) => {
    if (started.role === Role.SubjectLeader) await hearSubjectLeaderStarted(tx, started);
  }),
  on("people", "school-membership.ended", membership, async (tx, ended) => {
    if (ended.role === Role.SubjectLeader) await hearSubjectLeaderEnded(tx, ended);
  }),
];
