import type { Day } from "@psqm/clock/clock";
import { eventType } from "@psqm/events/event";

/** Somebody told of a change in their circumstances; aggregate: the notice. Not what they told. */
export const noticeGiven = eventType<{
  noticeId: string;
  personId: string;
  hubId: string | null;
  schoolId: string | null;
  toHubId: string | null;
  effectiveOn: Day | null;
}>("notice.given");
