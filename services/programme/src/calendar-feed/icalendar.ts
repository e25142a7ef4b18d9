import { londonClock, plainDate } from "@psqm/clock/clock";
import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { ToldItem } from "./calendar-feed.rules.ts";

/** The rule of British Summer Time as calendars want it (RFC 5545, 3.6.5): last Sundays of March and October, 01:00 UTC. */
const EUROPE_LONDON = `BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
TZNAME:BST
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
TZNAME:GMT
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE`;

/**
 * The items as an iCalendar document (RFC 5545). Hours are London's; days are dates without a time zone, the same wherever
 * they are read.
 */
export function icalendar(items: readonly ToldItem[]): string {
  const calendar = ical({
    name: "PSQM",
    prodId: { company: "PSQM", product: "PSQM Graph", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    // Named by the events that have an hour, not here: the library would then write its own stamps as local times, too.
    timezone: { name: null, generator: () => EUROPE_LONDON },
    ttl: 60 * 60,
  });
  for (const { uid, day, startsAt, minutes, summary, description, sequence, cancelled, changedAt } of items) {
    calendar.createEvent({
      id: uid,
      ...(startsAt
        ? {
            timezone: "Europe/London",
            start: londonClock(startsAt),
            end: londonClock(new Date(startsAt.getTime() + (minutes ?? 0) * 60_000)),
          }
        : { allDay: true, start: plainDate(day) }),
      summary,
      description,
      sequence,
      stamp: changedAt,
      status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return calendar.toString();
}
