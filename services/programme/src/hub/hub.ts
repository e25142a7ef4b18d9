import { defineEntity, p } from "@mikro-orm/core";
import { connectionOf } from "@psqm/subgraph/connection";
import { everyone, Policed } from "@psqm/subgraph/policy";
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { hubCapacity } from "./hub.policy.ts";
import { HubKind } from "./hub.rules.ts";

registerEnumType(HubKind, {
  name: "HubKind",
  description: "Which kind of hub it is.",
  valuesConfig: {
    SciencePsqm: { description: "A local group of schools that take part in PSQM under one hub leader." },
  },
});

export const HubSchema = defineEntity({
  name: "Hub",
  tableName: "hub",
  properties: {
    id: p.text().primary(),
    name: p.text(),
    area: p.text(),
    kind: p.text().$type<HubKind>(),
    capacity: p.integer(),
    baseSchoolId: p.text().nullable(),
    createdAt: p.datetime(3),
  },
});

/** A local group of schools under one hub leader. Who leads it is people's to say. */
@Policed(everyone)
@Directive('@key(fields: "id")')
@Directive('@tag(name: "public")')
@ObjectType({ simpleResolvers: true, description: "A local group of schools that take part in PSQM together." })
export class Hub extends HubSchema.class {
  @Directive('@tag(name: "public")')
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "What it is called." })
  declare name: string;

  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "The part of England that it serves, in words." })
  declare area: string;

  @Directive('@tag(name: "public")')
  @Field(() => HubKind, { description: "Which kind of hub it is." })
  declare kind: HubKind;

  @Policed(hubCapacity)
  @Field(() => Int, { nullable: true, description: "How many schools it can support at once." })
  declare capacity: number;
}
HubSchema.setClass(Hub);

export const HubConnection = connectionOf("Hub", () => Hub, ["public"]);
