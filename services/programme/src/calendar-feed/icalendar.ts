import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { ToldItem } from "./calendar-feed.rules.ts";

/** The items as an iCalendar document (RFC 5545). Days are dates without a time zone: the same wherever they are read. */
export function icalendar(items: readonly ToldItem[]): string {
  const calendar = ical({
    name: "PSQM",
    prodId: { company: "PSQM", product: "PSQM Graph", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    ttl: 60 * 60,
  });
  for (const { uid, day, summary, description, sequence, cancelled, changedAt } of items) {
    calendar.createEvent({
      id: uid,
      allDay: true,
      start: new Date(`${day}T00:00:00Z`),
      summary,
      description,
      sequence,
      stamp: changedAt,
      lastModified: changedAt,
      status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return calendar.toString();
}
