import { defineEntity, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ObjectType } from "type-graphql";

/** The one feed of a person or of a hub, by whose id it is kept. Of its secret only the hash is. */
export const CalendarFeedSchema = defineEntity({
  name: "CalendarFeed",
  tableName: "calendar_feed",
  properties: {
    ownerId: p.text().primary(),
    /** SHA-256 of the secret in the feed's path, base64url. */
    digest: p.text(),
    madeAt: p.datetime(3),
    lastReadAt: p.datetime(3).nullable(),
  },
});

@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description:
    "A private address from which a calendar program reads what a person, or those who work in a hub, have to do.",
})
export class CalendarFeed extends CalendarFeedSchema.class {
  /** Only in the answer of the mutation that made it. */
  @Field(() => String, {
    nullable: true,
    description:
      "Its path on this platform, such as `/calendar/….ics`: put it after the address that you ask here. Who has it can read the calendar. Told once, when the feed is made; null ever after.",
  })
  path?: string | null;

  @Field(() => GraphQLISODateTime, { description: "When it was made." })
  declare madeAt: Date;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When a calendar program last read it." })
  declare lastReadAt: Date | null;
}
CalendarFeedSchema.setClass(CalendarFeed);

/** What a person's or a hub's calendar was told last of one item. Kept when the feed is revoked, so that sequences go on. */
export const ToldCalendarItemSchema = defineEntity({
  name: "ToldCalendarItem",
  tableName: "told_calendar_item",
  properties: {
    ownerId: p.text().primary(),
    uid: p.text().primary(),
    day: p.date().$type<Day>(),
    startsAt: p.datetime(3).nullable(),
    minutes: p.integer().nullable(),
    summary: p.text(),
    description: p.text(),
    sequence: p.integer(),
    cancelled: p.boolean(),
    changedAt: p.datetime(3),
  },
});

export class ToldCalendarItem extends ToldCalendarItemSchema.class {
  declare startsAt: Date | null;
  declare minutes: number | null;
}
ToldCalendarItemSchema.setClass(ToldCalendarItem);
