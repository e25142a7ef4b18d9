import { calendar, type Milestone, withMoved } from "../calendar/calendar.rules.ts";
import type { Round } from "../round/round.ts";
import { rowsOfModel, type TrainingUnit, trainingUnits } from "./delivery-model.rules.ts";

type Pinned = Pick<Round, "pattern" | "year" | "pinned" | "moved">;

/** All rows of a round's calendar, with the days that the programme team gave some of them. */
export function wholeCalendar({ pattern, year, pinned, moved }: Pinned): Milestone[] {
  return withMoved(calendar(pattern, year, pinned.calendar), moved);
}

/** A round's calendar, of the sessions only those that its delivery model has. */
export function roundCalendar(round: Pinned): Milestone[] {
  return rowsOfModel(round.pinned.deliveryModel, wholeCalendar(round));
}

/** The units of a round's training, by the delivery model and the calendar that it has pinned. */
export function roundUnits(round: Pinned): TrainingUnit[] {
  return trainingUnits(round.pinned.deliveryModel, wholeCalendar(round));
}
