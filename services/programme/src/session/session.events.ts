import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";

/** Aggregate: the enrolment. Somebody of the school has now attended every compulsory unit; told once. */
export const trainingCompleted = eventType<{ enrolmentId: string; schoolId: string; completedOn: Day }>(
  "training.completed",
);
