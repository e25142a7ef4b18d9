import { addDays, addYears, type Day } from "@psqm/clock/clock";
import { BadInput, Refusal } from "@psqm/refusal/refusal";

/** What a school has a right to besides its training, each with a clock of its own (document 002, "What does PSQM cost?"). */
export enum EntitlementKind {
  Mentoring = "MENTORING",
  Vle = "VLE",
  RscCpd = "RSC_CPD",
  AseOffer = "ASE_OFFER",
}

export enum EntitlementState {
  NotYet = "NOT_YET",
  Active = "ACTIVE",
  Expired = "EXPIRED",
}

/** How mentoring is given (document 001, criterion 6: "via PSQM portal, phone or face-to-face"). */
export enum MentoringChannel {
  Portal = "PORTAL",
  Phone = "PHONE",
  FaceToFace = "FACE_TO_FACE",
}

/** "Up to 4 hours mentoring per participating school" (documents 000 and 001). */
export const MENTORING_MINUTES = 4 * 60;

/** What the clocks of a school's enrolment run by; London days. */
export interface EntitlementFacts {
  /** The day on which the school took its place. */
  confirmedOn: Day;
  /** First day of the round. */
  startsOn: Day;
  /** The day on which outcomes of the round are told. */
  notifiesOn: Day;
  /** Last day of its award; null while there is none. */
  awardValidUntil: Day | null;
  /** The day on which it left the round; null while it has not. */
  leftOn: Day | null;
}

export interface Entitlement {
  kind: EntitlementKind;
  name: string;
  state: EntitlementState;
  from: Day;
  until: Day;
  /** Why the last day is that one, where the documents leave it open. */
  note: string | null;
  citation: string;
}

const cost = (passage: string): string => `002, "What does PSQM cost?": ${passage}`;
const yearsFrom = (start: Day, years: number): Day => addDays(addYears(start, years), -1);

/**
 * All entitlements of a school on a London day. Their clocks start when both its place and its round have begun (ours:
 * document 002 says how long, not from when), and stop on the day on which it leaves. Without an award what lasts until
 * "accreditation expires" lasts until outcomes are told; an award then carries it on (C8).
 */
export function entitlementsAt(facts: EntitlementFacts, at: Day): Entitlement[] {
  const { confirmedOn, startsOn, notifiesOn, awardValidUntil, leftOn } = facts;
  const from = confirmedOn > startsOn ? confirmedOn : startsOn;
  const clocks: Pick<Entitlement, "kind" | "name" | "until" | "note" | "citation">[] = [
    {
      kind: EntitlementKind.Mentoring,
      name: "Mentoring by the hub, up to 4 hours",
      until: yearsFrom(from, 1),
      note: null,
      citation: `${cost("1 year online mentoring and support")}; 001, hub leader specification, criterion 6: up to 4 hours`,
    },
    {
      kind: EntitlementKind.Vle,
      name: "All resources of the PSQM VLE",
      until: yearsFrom(from, 2),
      note: null,
      citation: cost("2 year's access to all PSQM resources via the PSQM VLE"),
    },
    {
      kind: EntitlementKind.RscCpd,
      name: "CPD sessions funded by the Royal Society of Chemistry",
      until: awardValidUntil ?? notifiesOn,
      note: awardValidUntil ? null : "Until outcomes are told; with an award, until that expires.",
      citation:
        '002, "Additional CPD funded by the Royal Society of Chemistry": taking part, and until accreditation expires',
    },
    {
      kind: EntitlementKind.AseOffer,
      name: "20 % off primary school membership of the ASE",
      until: awardValidUntil ?? notifiesOn,
      note: "Document 002 gives it to participating schools and no last day; ours: as long as the RSC's sessions.",
      citation: '002, "Discounted Association for Science Education (ASE) membership"',
    },
  ];
  return clocks.map(({ until, ...clock }) => {
    const last = leftOn !== null && leftOn < until ? leftOn : until;
    const state = at > last ? EntitlementState.Expired : at < from ? EntitlementState.NotYet : EntitlementState.Active;
    return { ...clock, from, until: last, state };
  });
}

export class MentoringNotRunning extends Refusal {
  constructor(on: Day, running: { from: Day; until: Day } | null) {
    super(
      "MENTORING_NOT_RUNNING",
      running
        ? `This school is mentored from ${running.from} to ${running.until}; ${on} is not within.`
        : "This school has not taken a place yet, so it is not mentored yet.",
      { on, ...running },
    );
  }
}

const MOST_MINUTES_AT_ONCE = 8 * 60;

/**
 * Mentoring that may be logged: 1 to 480 minutes, today or before, within the school's mentoring.
 * @throws BadInput, MentoringNotRunning
 */
export function assertMentoring(
  { minutes, on }: { minutes: number; on: Day },
  facts: EntitlementFacts | null,
  today: Day,
): void {
  if (minutes < 1 || minutes > MOST_MINUTES_AT_ONCE) {
    throw new BadInput(`Mentoring takes 1 to ${MOST_MINUTES_AT_ONCE} minutes at once; this is ${minutes}.`);
  }
  if (on > today) throw new BadInput(`Mentoring is logged when it has happened; ${on} is still to come.`);
  const mentoring = facts && entitlementsAt(facts, on).find(({ kind }) => kind === EntitlementKind.Mentoring);
  if (!mentoring || mentoring.state !== EntitlementState.Active) throw new MentoringNotRunning(on, mentoring ?? null);
}

/**
 * A word of warning from four fifths of the minutes on; null before. Nothing is refused: the school may need it.
 * @param limit the 240 minutes of a school, and what was approved besides
 */
export function mentoringWarning(minutesUsed: number, limit: number = MENTORING_MINUTES): string | null {
  if (minutesUsed < limit * 0.8) return null;
  const left = limit - minutesUsed;
  if (left >= 0) return `${minutesUsed} of ${limit} minutes are used; ${left} are left.`;
  return `${minutesUsed} minutes are used, ${-left} more than the ${limit} of a school. Ask the programme team to approve them.`;
}
