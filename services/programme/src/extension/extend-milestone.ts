import type { Day } from "@psqm/clock/clock";
import { type Caller, transact } from "@psqm/events/transact";
import { hasRole, Role } from "@psqm/identity/viewer";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import type { CalendarAudience, MilestoneKey } from "../calendar/calendar.rules.ts";
import { readReason } from "../enrolment/enrolment.rules.ts";
import type { Enrolment } from "../enrolment/enrolment.ts";
import { lockEnrolment } from "../enrolment/lock-enrolment.ts";
import { Round } from "../round/round.ts";
import { roundCalendar } from "../session/round-units.ts";
import { mayPlan } from "../session/session.policy.ts";
import { HardDeadline, isHard, NoSuchMilestone, NotALaterDay } from "./extension.rules.ts";
import { Extension } from "./extension.ts";

export interface Extending {
  enrolmentId: string;
  audience: CalendarAudience;
  key: MilestoneKey;
  until: Day;
  reason: string;
}

/**
 * Gives one school, or its hub leader, a later last day; again for another one. Lists, boards, lateness and calendar feeds
 * follow; nothing moves for anybody else.
 * @throws BadInput for a reason that is empty or too long
 * @throws NotFound for an enrolment that the viewer may not see
 * @throws Forbidden for anyone but the leaders of its hub and the programme team
 * @throws NoSuchMilestone, HardDeadline, NotALaterDay
 */
export async function extendMilestone(caller: Caller, input: Extending): Promise<Enrolment> {
  const { enrolmentId, audience, key, until } = input;
  const reason = readReason(input.reason);
  const { viewer } = caller;
  return transact(caller, "extendMilestone", enrolmentId, async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId);
    requireAllowed(mayPlan, viewer, { hubId: enrolment.hubId ?? "" }, "extendMilestone");
    if (viewer.personId === null) throw new Unauthenticated();
    const round = await tx.em.findOneOrFail(Round, enrolment.roundId);
    const row = roundCalendar(round).find((one) => one.audience === audience && one.key === key);
    if (!row) throw new NoSuchMilestone(audience, key);
    if (isHard(key) && !hasRole(viewer, Role.ProgrammeTeam)) throw new HardDeadline(row.name);
    if (until <= row.until) throw new NotALaterDay(until, row.until);
    await tx.em.upsert(Extension, { enrolmentId, audience, key, until, reason, byId: viewer.personId, at: tx.now });
    return enrolment;
  });
}
