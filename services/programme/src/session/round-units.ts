import { calendar, type Milestone } from "../calendar/calendar.rules.ts";
import type { Round } from "../round/round.ts";
import { rowsOfModel, type TrainingUnit, trainingUnits } from "./delivery-model.rules.ts";

type Pinned = Pick<Round, "pattern" | "year" | "pinned">;

/** A round's calendar, of the sessions only those that its delivery model has. */
export function roundCalendar({ pattern, year, pinned }: Pinned): Milestone[] {
  return rowsOfModel(pinned.deliveryModel, calendar(pattern, year, pinned.calendar));
}

/** The units of a round's training, by the delivery model and the calendar that it has pinned. */
export function roundUnits({ pattern, year, pinned }: Pinned): TrainingUnit[] {
  return trainingUnits(pinned.deliveryModel, calendar(pattern, year, pinned.calendar));
}
