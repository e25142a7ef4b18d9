import { addYears, type Day } from "@psqm/clock/clock";
import { BadInput, Refusal } from "@psqm/refusal/refusal";

/** What a hub leader or mentor attends. */
export enum TrainingKind {
  InitialTraining = "INITIAL_TRAINING",
  TrainTheTrainer = "TRAIN_THE_TRAINER",
  QualityAssuranceMeeting = "QUALITY_ASSURANCE_MEETING",
  Conference = "CONFERENCE",
}

export interface TrainingExpected {
  kind: TrainingKind;
  /** As what one is to attend it. */
  roles: readonly ("HUB_LEADER" | "MENTOR")[];
  times: number;
  /** In each year of the appointment, or once and for all. */
  isYearly: boolean;
  isRecommendation: boolean;
  citation: string;
}

/** What documents 000 and 001 expect; neither takes back what the other says, so it is held side by side. */
export const trainingExpected: readonly TrainingExpected[] = [
  {
    kind: TrainingKind.InitialTraining,
    roles: ["HUB_LEADER"],
    times: 1,
    isYearly: false,
    isRecommendation: false,
    citation: "Document 001, Hub Leader specification, 6: attend initial PSQM hub leader training",
  },
  {
    kind: TrainingKind.TrainTheTrainer,
    roles: ["HUB_LEADER", "MENTOR"],
    times: 2,
    isYearly: true,
    isRecommendation: false,
    citation: "Document 000, Person specification, 7: attend two train the trainers sessions annually",
  },
  {
    kind: TrainingKind.QualityAssuranceMeeting,
    roles: ["HUB_LEADER"],
    times: 2,
    isYearly: true,
    isRecommendation: false,
    citation: "Document 001, Hub leader role and responsibilities: meetings, nominally 2 per year",
  },
  {
    kind: TrainingKind.Conference,
    roles: ["HUB_LEADER"],
    times: 1,
    isYearly: true,
    isRecommendation: true,
    citation: "Document 001, Hub Leader specification, 6: (recommended) annual hub leader conference",
  },
];

/**
 * What is expected of somebody in the current term of an appointment, and how often they came.
 * @param termEndsOn the first day after the term
 * @param attended every training of theirs
 */
export function trainingInTerm(
  { role, termEndsOn }: { role: string; termEndsOn: Day },
  attended: readonly { kind: TrainingKind; attendedOn: Day }[],
): { expected: TrainingExpected; attended: number }[] {
  const from = addYears(termEndsOn, -1);
  return trainingExpected
    .filter(({ roles }) => roles.some((each) => each === role))
    .map((expected) => ({
      expected,
      attended: attended.filter(
        ({ kind, attendedOn }) =>
          kind === expected.kind && attendedOn < termEndsOn && (!expected.isYearly || attendedOn >= from),
      ).length,
    }));
}

const LONGEST_NOTE = 500;

/** A note as it is kept, none when empty. @throws BadInput over 500 characters */
export function trainingNote(text: string | null): string | null {
  const note = text?.trim() || null;
  if (note && [...note].length > LONGEST_NOTE) throw new BadInput(`A note has at most ${LONGEST_NOTE} characters.`);
  return note;
}

/** @throws BadInput for a day that is yet to come */
export function assertAttended(attendedOn: Day, today: Day): void {
  if (attendedOn > today)
    throw new BadInput(`Who came is recorded afterwards; ${attendedOn} is after today, ${today}.`);
}

export class TrainingAlreadyRecorded extends Refusal {
  constructor(kind: TrainingKind, attendedOn: Day) {
    super("TRAINING_ALREADY_RECORDED", `That this person attended ${kind} on ${attendedOn} is recorded already.`);
  }
}
