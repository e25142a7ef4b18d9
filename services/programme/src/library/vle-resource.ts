import { defineEntity, p } from "@mikro-orm/core";
import { connectionOf } from "@psqm/subgraph/connection";
import { Policed, scopedInSql } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ID, ObjectType, registerEnumType } from "type-graphql";
import { VleResourceKind } from "./vle-resource.rules.ts";

registerEnumType(VleResourceKind, {
  name: "VleResourceKind",
  description: "What a resource of the VLE is.",
  valuesConfig: {
    Link: { description: "A page elsewhere." },
    File: { description: "A document to keep." },
    Webinar: { description: "A recorded webinar." },
    Spotlight: { description: "A spotlight session on one aspect." },
  },
});

export const VleResourceSchema = defineEntity({
  name: "VleResource",
  tableName: "vle_resource",
  properties: {
    id: p.text().primary(),
    kind: p.text().$type<VleResourceKind>(),
    title: p.text(),
    text: p.text(),
    link: p.text(),
    publishedAt: p.datetime(3),
    publishedById: p.text(),
    withdrawnAt: p.datetime(3).nullable(),
  },
});

@Policed(
  scopedInSql(
    "vle-entitled",
    "schools while they are entitled to the VLE, hub leaders, mentors and the programme team",
  ),
)
@ObjectType({ simpleResolvers: true, description: "A resource of the virtual learning environment." })
export class VleResource extends VleResourceSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => VleResourceKind, { description: "What it is." })
  declare kind: VleResourceKind;

  @Field(() => String, { description: "Its title." })
  declare title: string;

  @Field(() => String, { description: "What it is about." })
  declare text: string;

  @Field(() => String, { description: "Where it is, over https." })
  declare link: string;

  @Field(() => GraphQLISODateTime, { description: "When it was published." })
  declare publishedAt: Date;
}
VleResourceSchema.setClass(VleResource);

export const VleResourceConnection = connectionOf("VleResource", () => VleResource);
