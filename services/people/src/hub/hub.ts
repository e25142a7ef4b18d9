import { defineEntity, p } from "@mikro-orm/core";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, ID, ObjectType } from "type-graphql";

/** The hubs there are, as programme told; only they have appointments. */
export const KnownHubSchema = defineEntity({
  name: "KnownHub",
  tableName: "hub",
  properties: { id: p.string().primary(), name: p.string() },
});

export class KnownHub extends KnownHubSchema.class {}
KnownHubSchema.setClass(KnownHub);

/** Programme's type: its key, and who supports it. */
@Policed(partOfParent)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "A local group of schools under a hub leader." })
export class Hub {
  @Field(() => ID, { description: "Opaque and stable." })
  id!: string;
}

export const hubStub = (id: string): Hub => Object.assign(new Hub(), { id });
