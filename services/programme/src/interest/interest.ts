import { defineEntity, p } from "@mikro-orm/core";
import { connectionOf } from "@psqm/subgraph/connection";
import { Policed } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ID, ObjectType } from "type-graphql";
import { programmeTeam } from "../hub/hub.policy.ts";

export const InterestSchema = defineEntity({
  name: "Interest",
  tableName: "interest",
  properties: {
    id: p.text().primary(),
    name: p.text(),
    email: p.text(),
    schoolId: p.text(),
    roundId: p.text().nullable(),
    message: p.text().nullable(),
    askedAt: p.datetime(3),
    /** SHA-256 of the secret in the link that confirms it, base64url. */
    digest: p.text(),
    expiresAt: p.datetime(3),
    confirmedAt: p.datetime(3).nullable(),
  },
});

/** Somebody without an account asks about the programme for a school. Seen once they have confirmed their address. */
@Policed(programmeTeam)
@ObjectType({ simpleResolvers: true, description: "Somebody asks about the programme for a school." })
export class Interest extends InterestSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => String, { description: "Who asks." })
  declare name: string;

  @Field(() => String, { description: "Their e-mail address, which they have confirmed." })
  declare email: string;

  @Field(() => String, { nullable: true, description: "What they say." })
  declare message: string | null;

  @Field(() => GraphQLISODateTime, { description: "When they asked." })
  declare askedAt: Date;

  @Field(() => GraphQLISODateTime, { description: "When they confirmed their address." })
  declare confirmedAt: Date | null;
}
InterestSchema.setClass(Interest);

export const InterestConnection = connectionOf("Interest", () => Interest);
