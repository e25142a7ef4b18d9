import { type Day, londonDay } from "@psqm/clock/clock";
import { BadInput } from "@psqm/refusal/refusal";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, Resolver, Root } from "type-graphql";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { programmeTeam } from "../role/role.policy.ts";
import { readsStandingOf } from "../training/training.policy.ts";
import { AseVerification, isAseMember } from "./ase-membership.rules.ts";
import { AseMembership } from "./ase-membership.ts";
import { recordAseMembership } from "./record-ase-membership.ts";
import { verifyAseMembership } from "./verify-ase-membership.ts";

@InputType({ description: "One's membership of the ASE." })
class RecordAseMembershipInput {
  @Field(() => String, { description: "The membership number: 1 to 20 letters, digits or hyphens." })
  number!: string;

  @Field(() => DayScalar, { description: "Its last day." })
  expiresOn!: Day;
}

@InputType({ description: "What the ASE said." })
class VerifyAseMembershipInput {
  @Field(() => ID, { description: "About whom it was asked." })
  personId!: string;

  @Field(() => AseVerification, { description: "VERIFIED or NOT_FOUND." })
  outcome!: AseVerification;

  @Field(() => Int, { description: "The version of the membership about which it was asked." })
  version!: number;
}

@Resolver(() => AseMembership)
export class AseMembershipResolver {
  @Policed(knownPerson)
  @Mutation(() => AseMembership, {
    description: "Says which member of the ASE one is; what changes is unverified again. Refusals: ASE_NUMBER_TAKEN.",
  })
  recordAseMembership(
    @Arg("input", () => RecordAseMembershipInput, { description: "Number and expiry." })
    input: RecordAseMembershipInput,
    @Ctx() context: PeopleContext,
  ): Promise<AseMembership> {
    return recordAseMembership(context, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => AseMembership, {
    description:
      "Writes down what the ASE said. About one that was changed meanwhile it is refused STALE_VERSION, with the current one in `extensions.current`. Refusals: NOT_FOUND.",
  })
  verifyAseMembership(
    @Arg("input", () => VerifyAseMembershipInput, { description: "About whom, and what." })
    input: VerifyAseMembershipInput,
    @Ctx() context: PeopleContext,
  ): Promise<AseMembership> {
    if (input.outcome === AseVerification.Unverified) {
      throw new BadInput("The ASE says VERIFIED or NOT_FOUND; while it says nothing, nothing is written down.");
    }
    return verifyAseMembership(context, input);
  }

  @FieldResolver(() => Boolean, { description: "Whether they are a member today: verified and not expired." })
  isInForce(@Root() membership: AseMembership, @Ctx() { clock }: PeopleContext): boolean {
    return isAseMember(membership, londonDay(clock()));
  }
}

@Resolver(() => Person)
export class AseMembershipOfPersonResolver {
  @FieldResolver(() => AseMembership, {
    nullable: true,
    description:
      "Their membership of the Association for Science Education; null where none was given, and unless it is oneself or one is of the programme team.",
  })
  async aseMembership(
    @Root() person: Person,
    @Ctx() { loaders, viewer }: PeopleContext,
  ): Promise<AseMembership | null> {
    return readsStandingOf(viewer, person.id) ? loaders.aseMembership.load(person.id) : null;
  }
}
