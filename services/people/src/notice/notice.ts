import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, GraphQLISODateTime, ID, ObjectType } from "type-graphql";
import { noticePolicy } from "./notice.policy.ts";

export const NoticeSchema = defineEntity({
  name: "Notice",
  tableName: "notice",
  properties: {
    id: p.string().primary(),
    personId: p.string(),
    hubId: p.string().nullable(),
    schoolId: p.string().nullable(),
    toHubId: p.string().nullable(),
    text: p.text(),
    effectiveOn: p.date().nullable(),
    givenAt: p.datetime(3),
  },
});

@Policed(noticePolicy)
@ObjectType("CircumstanceNotice", {
  simpleResolvers: true,
  description:
    "What a hub leader or subject leader tells of a change in their circumstances. Seen by them, the programme team and, of a subject leader's, the leaders of the hub that supported the school.",
})
export class Notice extends NoticeSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  declare personId: string;

  /** Of the hub that they lead, or the school whose subject leader they are: one of the two. */
  declare hubId: Opt<string | null>;
  declare schoolId: Opt<string | null>;

  /** The hub whose leaders it went to, as it was then: a hub that supports the school later reads nothing of before. */
  declare toHubId: Opt<string | null>;

  @Field(() => String, { description: "What changes, and what it means for the work." })
  declare text: string;

  @Field(() => DayScalar, { nullable: true, description: "The day from which it holds, where there is one." })
  declare effectiveOn: Opt<Day | null>;

  @Field(() => GraphQLISODateTime, { description: "When it was given." })
  declare givenAt: Date;
}
NoticeSchema.setClass(Notice);

export const NoticeAcknowledgementSchema = defineEntity({
  name: "NoticeAcknowledgement",
  tableName: "notice_acknowledgement",
  properties: {
    noticeId: p.string().primary(),
    personId: p.string().primary(),
    at: p.datetime(3),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "That somebody whom a notice concerns has read it." })
export class NoticeAcknowledgement extends NoticeAcknowledgementSchema.class {
  declare noticeId: string;

  declare personId: string;

  @Field(() => GraphQLISODateTime, { description: "When." })
  declare at: Date;
}
NoticeAcknowledgementSchema.setClass(NoticeAcknowledgement);
