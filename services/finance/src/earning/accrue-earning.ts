import { newId } from "@psqm/database/id";
import type { Transaction } from "@psqm/events/transact";
import { earningAccrued } from "./earning.events.ts";
import { EarningKind, earningFor } from "./earning.rules.ts";
import { Earning } from "./earning.ts";

interface Work {
  kind: EarningKind;
  personId: string;
  /** What is paid for at most once: two events about the same thing pay once. */
  sourceId: string;
  enrolmentId: string;
  payRates: string;
  /** UTC. */
  doneAt: Date;
}

/** "Hub leader receives £350 for each school in their hub" (001): once for an enrolment, however often it submits. */
export function accrueHubSchool(
  tx: Transaction,
  heard: { enrolmentId: string; hubLeaderId: string; payRates: string; submittedAt: Date },
): Promise<void> {
  const { enrolmentId, hubLeaderId: personId, payRates, submittedAt: doneAt } = heard;
  return accrue(tx, { kind: EarningKind.HubSchool, personId, sourceId: enrolmentId, enrolmentId, payRates, doneAt });
}

/** "… plus £50 for each school submission he/she reviews" (001). */
export function accrueReview(
  tx: Transaction,
  heard: { reviewId: string; enrolmentId: string; reviewerId: string; payRates: string; completedAt: Date },
): Promise<void> {
  const { reviewId: sourceId, enrolmentId, reviewerId: personId, payRates, completedAt: doneAt } = heard;
  return accrue(tx, { kind: EarningKind.Review, personId, sourceId, enrolmentId, payRates, doneAt });
}

async function accrue({ em, emit }: Transaction, { kind, sourceId, personId, enrolmentId, payRates, doneAt }: Work) {
  if (await em.findOne(Earning, { kind, sourceId })) return;
  const { amountPence, ...provenance } = earningFor(kind, payRates);
  const id = newId("ear");
  em.create(Earning, { id, kind, sourceId, personId, enrolmentId, amountPence, ...provenance, accruedAt: doneAt });
  emit(earningAccrued, id, {
    earningId: id,
    personId,
    kind,
    amountPence,
    enrolmentId,
    accruedAt: doneAt.toISOString(),
  });
}
