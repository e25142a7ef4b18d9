import { addYears, londonDay } from "@psqm/clock/clock";

/** How long the words of a deleted message can still be needed to look into a concern (ours). */
const DELETED_DAYS = 90;
/** As long as an award, and with it the school's part in the programme, is valid (document 003); after that words go (ours). */
const KEPT_YEARS = 3;

export interface Due {
  /** Words of messages that were deleted before this instant. */
  deletedBefore: Date;
  /** Words of messages that were sent before this instant. */
  sentBefore: Date;
}

/** Whose words are due to be erased at an instant. */
export function dueAt(now: Date): Due {
  return {
    deletedBefore: new Date(now.getTime() - DELETED_DAYS * 86_400_000),
    sentBefore: new Date(`${addYears(londonDay(now), -KEPT_YEARS)}T00:00:00Z`),
  };
}
