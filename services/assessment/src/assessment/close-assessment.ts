import { LockMode } from "@mikro-orm/core";
import { on } from "@psqm/events/consumer";
import { z } from "zod";
import { Assessment } from "./assessment.ts";

const enrolmentWithdrawn = z.object({ enrolmentId: z.string(), withdrawnOn: z.iso.date() });

/** A school that leaves ends its assessment where it stands. One that leaves before it was confirmed has none. */
export const closeAssessment = on("programme", "enrolment.withdrawn", enrolmentWithdrawn, async ({ em }, left) => {
  const assessment = await em.findOne(
    Assessment,
    { enrolmentId: left.enrolmentId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (assessment) assessment.withdrawnOn = left.withdrawnOn;
});
