import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, GraphQLISODateTime, Int, ObjectType, registerEnumType } from "type-graphql";
import { AseVerification } from "./ase-membership.rules.ts";

registerEnumType(AseVerification, {
  name: "AseVerification",
  description: "Whether the Association for Science Education has told us that somebody is its member.",
  valuesConfig: {
    Unverified: { description: "Nobody has asked the ASE yet." },
    Verified: { description: "The ASE knows this number and expiry." },
    NotFound: { description: "The ASE does not know this number, or another expiry." },
  },
});

export const AseMembershipSchema = defineEntity({
  name: "AseMembership",
  tableName: "ase_membership",
  properties: {
    personId: p.string().primary(),
    number: p.string(),
    expiresOn: p.date(),
    state: p.string().$type<AseVerification>(),
    verifiedAt: p.datetime(3).nullable(),
    version: p.integer(),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "Somebody's membership of the Association for Science Education." })
export class AseMembership extends AseMembershipSchema.class {
  declare personId: string;

  @Field(() => String, { description: "The membership number." })
  declare number: string;

  @Field(() => DayScalar, { description: "Its last day." })
  declare expiresOn: Day;

  @Field(() => AseVerification, { description: "Whether the ASE has confirmed it." })
  declare state: AseVerification;

  @Field(() => GraphQLISODateTime, { nullable: true, description: "When the ASE was asked; null if it was not." })
  declare verifiedAt: Opt<Date | null>;

  @Field(() => Int, { description: "Rises with every change, from 1. Send it with the next." })
  declare version: number;
}
AseMembershipSchema.setClass(AseMembership);
