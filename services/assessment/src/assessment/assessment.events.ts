import { eventType } from "@psqm/events/event";
import type { Mark } from "../framework/framework.rules.ts";

/** Aggregate: the enrolment. School and hub leader have settled on the mark that the school works for. */
export const targetMarkAgreed = eventType<{ enrolmentId: string; mark: Mark }>("target-mark.agreed");
