import { randomUUID } from "node:crypto";
import type { Viewer } from "@psqm/identity/viewer";
import type { TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, hubLeader, mentor, programmeTeam, secondParticipant, subjectLeader } from "@psqm/testing/viewers";
import { agreeTargetMark } from "../assessment/agree-target-mark.ts";
import { proposeTargetMark } from "../assessment/propose-target-mark.ts";
import { signOff } from "../assessment/sign-off.ts";
import { decideAward } from "../award/decide-award.ts";
import { Mark, requiredCriteria } from "../framework/framework.rules.ts";
import { frameworkS2 } from "../framework/framework-s2.rules.ts";
import { writeReflection } from "../reflection/write-reflection.ts";
import { assignReviewer } from "../review/assign-reviewer.ts";
import { completeReview } from "../review/complete-review.ts";
import { submit } from "../submission/submit.ts";

/** A school of its own with its people, its hub, and a reviewer from another hub, for one test. */
export interface ThinYear {
  enrolmentId: string;
  schoolId: string;
  hubId: string;
  sam: Viewer;
  tess: Viewer;
  harriet: Viewer;
  lena: Viewer;
  mina: Viewer;
  /** Leads another hub. */
  rafael: Viewer;
  rafaelId: string;
  hq: Viewer;
  submissionId: string;
}

export const allCriteria = [...requiredCriteria(frameworkS2, Mark.Gilt), "PD", "LOCAL", "WIDER"];

/** A confirmed enrolment, and a leader of another hub whom people has told of. */
export async function confirmedSchool(service: TestSubgraph): Promise<ThinYear> {
  const suffix = randomUUID().slice(0, 8);
  const [enrolmentId, schoolId, hubId, otherHub] = ["enr", "sch", "hub", "hub_other"].map(
    (kind) => `${kind}_${suffix}`,
  );
  const rafaelId = `per_rafael_${suffix}`;
  if (!enrolmentId || !schoolId || !hubId || !otherHub) throw new Error("unreachable");
  await service.deliver("programme", "enrolment.confirmed", enrolmentId, {
    enrolmentId,
    schoolId,
    schoolName: "Wolds Edge Primary School",
    urn: "117900",
    localAuthority: "East Riding of Yorkshire",
    pupils: 64,
    hubId,
    roundId: "rnd_8",
    roundNumber: 8,
    rules: { feeSchedule: "fees-s2", payRates: "pay-s1", framework: "framework-s2" },
    confirmedOn: "2026-09-01",
  });
  await appoint(service, rafaelId, otherHub);
  return {
    enrolmentId,
    schoolId,
    hubId,
    rafaelId,
    sam: subjectLeader(schoolId),
    tess: secondParticipant(schoolId),
    harriet: headTeacher(schoolId),
    lena: hubLeader(hubId),
    mina: mentor(hubId),
    rafael: hubLeader(otherHub, rafaelId),
    hq: programmeTeam(),
    submissionId: "",
  };
}

export async function appoint(
  service: TestSubgraph,
  personId: string,
  hubId: string,
  role = "HUB_LEADER",
): Promise<string> {
  const appointmentId = `app_${randomUUID()}`;
  const fact = { appointmentId, hubId, personId, role, on: "2026-08-01" };
  await service.deliver("people", "hub-appointment.started", hubId, fact);
  return appointmentId;
}

/** Steps of the year, in order; {@link yearUntil} runs them up to and including one. */
const steps = {
  proposed: async (service: TestSubgraph, { sam, enrolmentId }: ThinYear, mark: Mark) => {
    await proposeTargetMark(service.caller(sam), { enrolmentId, mark });
  },
  agreed: async (service: TestSubgraph, { lena, enrolmentId }: ThinYear, mark: Mark) => {
    await agreeTargetMark(service.caller(lena), { enrolmentId, mark });
  },
  written: async (service: TestSubgraph, { sam, enrolmentId }: ThinYear, mark: Mark) => {
    const codes = mark === Mark.Outreach ? allCriteria : requiredCriteria(frameworkS2, mark);
    for (const criterion of codes) {
      const text = `What we did about ${criterion}.`;
      await writeReflection(service.caller(sam), { enrolmentId, criterion, text, version: 0 });
    }
  },
  signedOff: async (service: TestSubgraph, { lena, enrolmentId }: ThinYear) => {
    await signOff(service.caller(lena), enrolmentId);
  },
  submitted: async (service: TestSubgraph, year: ThinYear) => {
    const { id } = await submit(service.caller(year.sam), year.enrolmentId);
    year.submissionId = id;
  },
  assigned: async (service: TestSubgraph, { hq, submissionId, rafaelId }: ThinYear) => {
    await assignReviewer(service.caller(hq), { submissionId, reviewerId: rafaelId });
  },
  reviewed: async (service: TestSubgraph, { rafael, submissionId }: ThinYear, mark: Mark) => {
    await completeReview(service.caller(rafael), { submissionId, recommendation: mark, comment: "Convincing." });
  },
  decided: async (service: TestSubgraph, { hq, submissionId }: ThinYear, mark: Mark) => {
    await decideAward(service.caller(hq), { submissionId, mark, feedback: "Congratulations." });
  },
};

/** A school's year up to and including a step. */
export async function yearUntil(
  service: TestSubgraph,
  last: keyof typeof steps,
  mark: Mark = Mark.Gilt,
): Promise<ThinYear> {
  const year = await confirmedSchool(service);
  for (const [name, step] of Object.entries(steps)) {
    await step(service, year, mark);
    if (name === last) break;
  }
  return year;
}
