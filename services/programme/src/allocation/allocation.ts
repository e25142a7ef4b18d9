import { connectionOf } from "@psqm/subgraph/connection";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, ID, Int, ObjectType } from "type-graphql";
import { Enrolment } from "../enrolment/enrolment.ts";
import { Hub } from "../hub/hub.ts";
import type { Proposal } from "./allocation.rules.ts";

@Policed(partOfParent)
@ObjectType("AllocationProposal", {
  simpleResolvers: true,
  description: "The hub that is proposed for a school that waits for a place. A person decides.",
})
export class AllocationProposal implements Proposal {
  enrolmentId!: string;
  hubId!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "How far the school is from it, in metres as the crow flies; null where a place is not known.",
  })
  distanceMetres!: number | null;

  @Field(() => String, { description: "Why this hub, or why none." })
  reason!: string;
}

export const AllocationProposalConnection = connectionOf("AllocationProposal", () => AllocationProposal);

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "What became of one offer of a batch, or would become of it." })
export class PlaceOutcome {
  @Field(() => ID, { description: "The enrolment that was named." })
  enrolmentId!: string;

  @Field(() => ID, { description: "The hub that was named." })
  hubId!: string;

  @Field(() => Enrolment, { nullable: true, description: "The enrolment; null for one that is not there." })
  enrolment!: Enrolment | null;

  @Field(() => Boolean, { description: "Whether the place is offered, or would be." })
  offered!: boolean;

  @Field(() => String, { nullable: true, description: "The code of the refusal; null when it is offered." })
  code!: string | null;

  @Field(() => String, { nullable: true, description: "Why it is refused, and the way on; null when it is offered." })
  message!: string | null;
}

/** A hub as seen from a school. */
@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A hub as seen from a school." })
export class HubNearby {
  @Field(() => Hub, { description: "The hub." })
  hub!: Hub;

  @Field(() => Int, {
    nullable: true,
    description: "How far it is, in metres as the crow flies; null where one of the two places is not known.",
  })
  distanceMetres!: number | null;
}

export const HubNearbyConnection = connectionOf("HubNearby", () => HubNearby);
