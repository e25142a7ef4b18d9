import { addDays, type Day } from "@psqm/clock/clock";
import { CalendarAudience } from "../calendar/calendar.rules.ts";
import { MilestoneState, type StandingMilestone } from "../enrolment-milestone/enrolment-milestone.rules.ts";

/** What is written about a milestone that is not done, and to whom. */
export enum ReminderStep {
  /** To those who have to do it: it is due soon. */
  Before = "BEFORE",
  /** To those who have to do it: it is late. */
  Late = "LATE",
  /** To the hub's leaders: one of their schools is late for a week. */
  HubLeader = "HUB_LEADER",
  /** To the programme team, as an escalation: it is late for two weeks. */
  ProgrammeTeam = "PROGRAMME_TEAM",
}

/** Days before the last one on which somebody is reminded, and days after it on which the next ones hear (ours). */
const BEFORE_DAYS = 7;
const TO_HUB_LEADER_DAYS = 7;
const TO_PROGRAMME_TEAM_DAYS = 14;

/** What is late for longer than this has been told to everybody who is there to be told. */
const LONG_AGO_DAYS = 28;

/**
 * Which word is due about a milestone today; null for none. One step follows the other, so that whoever starts late, or was
 * away, does not send them all at once.
 * @param isDuty whether the platform would hear of its being done: of nothing else can anybody be late
 * @param today a London day
 */
export function stepFor(milestone: StandingMilestone, isDuty: boolean, today: Day): ReminderStep | null {
  const { state, audience, dueBy, until } = milestone;
  if (!isDuty) return null;
  const last = dueBy ?? until;
  if (state === MilestoneState.Due || state === MilestoneState.Upcoming) {
    return today >= addDays(last, -BEFORE_DAYS) ? ReminderStep.Before : null;
  }
  if (state !== MilestoneState.Late || today > addDays(last, LONG_AGO_DAYS)) return null;
  if (today >= addDays(last, TO_PROGRAMME_TEAM_DAYS)) return ReminderStep.ProgrammeTeam;
  if (today < addDays(last, TO_HUB_LEADER_DAYS)) return ReminderStep.Late;
  // A leader who is late has been told so; nobody stands between them and the programme team.
  return audience === CalendarAudience.School ? ReminderStep.HubLeader : null;
}
