import { LockMode } from "@mikro-orm/core";
import { on } from "@psqm/events/consumer";
import type { Transaction } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { z } from "zod";
import { EnrolmentState, hasLeft } from "./enrolment.rules.ts";
import { Enrolment } from "./enrolment.ts";
import { moveEnrolment } from "./move-enrolment.ts";

const submitted = z.object({ enrolmentId: z.string(), submissionId: z.string() });
const awarded = z.object({ enrolmentId: z.string(), awardId: z.string(), validUntil: z.iso.date().optional() });

/** What assessment does with a school's submission moves its enrolment on. */
export const assessmentHandlers = [
  on("assessment", "submission.submitted", submitted, (tx, { enrolmentId, submissionId }) =>
    follow(tx, enrolmentId, [EnrolmentState.Submitted], `Submission ${submissionId} was handed in.`),
  ),
  on("assessment", "submission.review-started", submitted, (tx, { enrolmentId, submissionId }) =>
    follow(tx, enrolmentId, [EnrolmentState.InReview], `Review of submission ${submissionId} has begun.`),
  ),
  // The award is told when it is made, so the school passes through "notified" on the spot.
  on("assessment", "award.made", awarded, async (tx, { enrolmentId, awardId, validUntil }) => {
    await follow(tx, enrolmentId, [EnrolmentState.Notified, EnrolmentState.Awarded], `Award ${awardId} was made.`);
    if (validUntil) await tx.em.nativeUpdate(Enrolment, { id: enrolmentId }, { awardValidUntil: validUntil });
  }),
  on("assessment", "award.not-yet", submitted, (tx, { enrolmentId, submissionId }) =>
    follow(
      tx,
      enrolmentId,
      [EnrolmentState.Notified, EnrolmentState.NotAwarded],
      `Submission ${submissionId} does not reach a mark yet.`,
    ),
  ),
];

/**
 * @throws NotFound, IllegalTransition: the event is tried again and then parked, visible and replayable; but of a school
 * that has left meanwhile, what assessment still had under way changes nothing
 */
async function follow(
  tx: Transaction,
  enrolmentId: string,
  steps: readonly EnrolmentState[],
  reason: string,
): Promise<void> {
  const enrolment = await tx.em.findOne(Enrolment, enrolmentId, {
    lockMode: LockMode.PESSIMISTIC_WRITE,
    refresh: true,
  });
  if (!enrolment) throw new NotFound("enrolment", enrolmentId);
  if (hasLeft(enrolment.state)) return;
  for (const step of steps) moveEnrolment(tx, enrolment, step, reason);
}
