import type { Day } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import type { Enrolment } from "../enrolment/enrolment.ts";
import { EnrolmentMove } from "../enrolment/enrolment-move.ts";
import { lockEnrolment } from "../enrolment/lock-enrolment.ts";
import { Round } from "../round/round.ts";
import { mayMentor } from "./entitlement.policy.ts";
import { assertMentoring, type MentoringChannel } from "./entitlement.rules.ts";
import { entitlementFacts } from "./entitlement-facts.ts";
import { MentoringEntry } from "./mentoring-entry.ts";

/**
 * Keeps that the viewer has mentored a school. More than its 4 hours is kept too, with a warning.
 * @throws BadInput for minutes or a day that cannot be
 * @throws NotFound for an enrolment that the viewer may not see
 * @throws Forbidden for anyone but the leaders and mentors of its hub
 * @throws MentoringNotRunning
 */
export function logMentoring(
  caller: Caller,
  input: { enrolmentId: string; channel: MentoringChannel; minutes: number; on?: Day | null },
): Promise<Enrolment> {
  const { enrolmentId, channel, minutes } = input;
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  return transact(caller, "logMentoring", enrolmentId, async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId);
    const on = input.on ?? tx.today;
    requireAllowed(mayMentor, caller.viewer, enrolment, "logMentoring");
    const round = await tx.em.findOneOrFail(Round, enrolment.roundId);
    const history = await tx.em.find(EnrolmentMove, { enrolmentId }, { orderBy: { position: "asc" } });
    assertMentoring({ minutes, on }, entitlementFacts(enrolment, round, history), tx.today);
    tx.em.create(MentoringEntry, {
      id: newId("mlg"),
      enrolmentId,
      mentorId: personId,
      channel,
      minutes,
      on,
      loggedAt: tx.now,
    });
    return enrolment;
  });
}
