import { defineEntity, p } from "@mikro-orm/core";
import { connectionOf } from "@psqm/subgraph/connection";
import { Policed, scopedInSql } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ID, ObjectType, registerEnumType } from "type-graphql";
import { HubPostKind } from "./hub-post.rules.ts";

registerEnumType(HubPostKind, {
  name: "HubPostKind",
  description: "What hangs in a hub.",
  valuesConfig: {
    Announcement: { description: "Something that its leaders tell everybody in it." },
    Resource: { description: "Something on its shelf that may help others." },
  },
});

export const HubPostSchema = defineEntity({
  name: "HubPost",
  tableName: "hub_post",
  properties: {
    id: p.text().primary(),
    hubId: p.text(),
    kind: p.text().$type<HubPostKind>(),
    title: p.text(),
    text: p.text(),
    link: p.text().nullable(),
    byId: p.text(),
    postedAt: p.datetime(3),
    withdrawnAt: p.datetime(3).nullable(),
  },
});

@Policed(scopedInSql("hub-community", "the people of a hub's schools, its leaders and mentors, and the programme team"))
@ObjectType({ simpleResolvers: true, description: "An announcement in a hub, or something on its shelf." })
export class HubPost extends HubPostSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => HubPostKind, { description: "Which of the two." })
  declare kind: HubPostKind;

  @Field(() => String, { description: "Its title." })
  declare title: string;

  @Field(() => String, { description: "What it says; line breaks are its writer's." })
  declare text: string;

  @Field(() => String, { nullable: true, description: "Where it leads; null for none." })
  declare link: string | null;

  @Field(() => GraphQLISODateTime, { description: "When it was put up." })
  declare postedAt: Date;
}
HubPostSchema.setClass(HubPost);

export const HubPostConnection = connectionOf("HubPost", () => HubPost);
