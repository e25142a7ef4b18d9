import { newId } from "@psqm/database/id";
import { on } from "@psqm/events/consumer";
import { z } from "zod";
import { frameworkOf } from "../framework/frameworks.rules.ts";
import { AssessmentState } from "./assessment.rules.ts";
import { Assessment } from "./assessment.ts";

const enrolmentConfirmed = z.object({
  enrolmentId: z.string(),
  schoolId: z.string(),
  schoolName: z.string(),
  urn: z.string(),
  localAuthority: z.string().nullable(),
  hubId: z.string(),
  rules: z.object({ framework: z.string(), payRates: z.string() }),
  confirmedOn: z.iso.date(),
});

/** A confirmed enrolment gets its assessment, once, on the versions of the rules that its round has pinned. */
export const openAssessment = on("programme", "enrolment.confirmed", enrolmentConfirmed, async ({ em }, enrolment) => {
  const { enrolmentId, schoolId, schoolName, urn, localAuthority, hubId, rules, confirmedOn } = enrolment;
  if (await em.findOne(Assessment, { enrolmentId })) return;
  em.create(Assessment, {
    id: newId("asm"),
    enrolmentId,
    schoolId,
    schoolName,
    urn,
    localAuthority,
    hubId,
    framework: frameworkOf(rules.framework).version,
    payRates: rules.payRates,
    openedOn: confirmedOn,
    state: AssessmentState.Open,
  });
});
