import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { Arg, Args, Ctx, Field, FieldResolver, InputType, Mutation, Query, Resolver, Root } from "type-graphql";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { programmeTeam } from "../role/role.policy.ts";
import { applyAsCandidate } from "./apply-as-candidate.ts";
import { Candidacy } from "./candidacy.ts";
import { CandidacyKind } from "./candidacy-kind.rules.ts";

const CandidacyConnection = connectionOf<Candidacy>("Candidacy", () => Candidacy);

@InputType({ description: "What one applies for, and why." })
class ApplyAsCandidateInput {
  @Field(() => CandidacyKind, { description: "Hub leader or mentor." })
  kind!: CandidacyKind;

  @Field(() => String, { description: "Why you are the one: 1 to 5000 characters." })
  statement!: string;
}

@Resolver(() => Candidacy)
export class CandidacyResolver {
  @Policed(programmeTeam)
  @Query(() => CandidacyConnection, { description: "All candidacies, the newest first." })
  candidacies(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: PeopleContext) {
    return paginate(em, Candidacy, {}, page, { id: "desc" });
  }

  @Policed(knownPerson)
  @Query(() => CandidacyConnection, { description: "One's own candidacies, the newest first." })
  myCandidacies(@Args(() => PageArgs) page: PageArgs, @Ctx() { em, viewer }: PeopleContext) {
    return paginate(em, Candidacy, { personId: viewer.personId ?? "" }, page, { id: "desc" });
  }

  @Policed(knownPerson)
  @Mutation(() => Candidacy, { description: "Applies to be hub leader or mentor. Refusals: ALREADY_APPLIED." })
  applyAsCandidate(
    @Arg("input", () => ApplyAsCandidateInput, { description: "What for, and why." }) input: ApplyAsCandidateInput,
    @Ctx() context: PeopleContext,
  ): Promise<Candidacy> {
    return applyAsCandidate(context, input);
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who applied." })
  person(@Root() candidacy: Candidacy, @Ctx() { loaders }: PeopleContext): Promise<Person | null> {
    return loaders.person.load(candidacy.personId);
  }
}
