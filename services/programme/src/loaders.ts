import type { Caller } from "@psqm/events/transact";
import { calendarFeedLoader } from "./calendar-feed/calendar-feed.loader.ts";
import { enrolmentLoader, enrolmentsOfSchoolLoader, historyLoader } from "./enrolment/enrolment.loader.ts";
import { milestoneFactsLoader } from "./enrolment-milestone/milestone-fact.loader.ts";
import { mentoringExcessLoader, mentoringLoader } from "./entitlement/mentoring.loader.ts";
import { extensionsLoader } from "./extension/extension.loader.ts";
import { hubLoader, placesTakenLoader } from "./hub/hub.loader.ts";
import { roundLoader } from "./round/round.loader.ts";
import { attendedLoader, bookingsLoader, sessionsLoader } from "./session/training.loader.ts";

/** One request's batched reads. */
export function makeLoaders({ em, viewer }: Pick<Caller, "em" | "viewer">) {
  return {
    hub: hubLoader(em),
    placesTaken: placesTakenLoader(em),
    round: roundLoader(em),
    enrolment: enrolmentLoader(em, viewer),
    enrolmentsOfSchool: enrolmentsOfSchoolLoader(em, viewer),
    history: historyLoader(em),
    mentoring: mentoringLoader(em),
    mentoringExcess: mentoringExcessLoader(em),
    extensions: extensionsLoader(em),
    calendarFeed: calendarFeedLoader(em),
    attended: attendedLoader(em),
    sessions: sessionsLoader(em),
    bookings: bookingsLoader(em),
    milestoneFacts: milestoneFactsLoader(em),
  };
}

export type Loaders = ReturnType<typeof makeLoaders>;
