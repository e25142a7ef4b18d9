import { eventType } from "@psqm/events/event";
import type { EarningKind } from "./earning.rules.ts";

/** Aggregate: the earning. */
export const earningAccrued = eventType<{
  earningId: string;
  personId: string;
  kind: EarningKind;
  amountPence: number;
  enrolmentId: string;
  /** UTC, ISO 8601. */
  accruedAt: string;
}>("earning.accrued");
