import type { Day } from "@psqm/clock/clock";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, Resolver } from "type-graphql";
import { Candidacy } from "../candidacy/candidacy.ts";
import type { PeopleContext } from "../loaders.ts";
import { CandidacyEvidence } from "./candidacy-evidence.ts";
import { removeCandidacyEvidence } from "./remove-candidacy-evidence.ts";
import { writeCandidacyEvidence } from "./write-candidacy-evidence.ts";

@InputType({ description: "A new or changed piece of evidence." })
class WriteCandidacyEvidenceInput {
  @Field(() => ID, { description: "One's own candidacy." })
  candidacyId!: string;

  @Field(() => ID, { nullable: true, description: "The piece to change; left out for a new one." })
  evidenceId?: string | null;

  @Field(() => String, { description: "The code of the criterion, e.g. `LED_CPD`." })
  criterion!: string;

  @Field(() => String, { description: "One of the criterion's kinds of evidence; `OTHER` is always possible." })
  kind!: string;

  @Field(() => String, { description: "What was done, and what came of it: 1 to 5000 characters." })
  text!: string;

  @Field(() => DayScalar, { nullable: true, description: "The day it was, or began; not after today." })
  startedOn?: Day | null;

  @Field(() => DayScalar, { nullable: true, description: "The day it ended." })
  endedOn?: Day | null;

  @Field(() => String, {
    nullable: true,
    description: "Who can speak for it, and how to reach them: at most 300 characters.",
  })
  referee?: string | null;

  @Field(() => Int, { description: "The version that this changes; 0 for a new piece." })
  version!: number;
}

@InputType({ description: "Which piece of evidence goes." })
class RemoveCandidacyEvidenceInput {
  @Field(() => ID, { description: "One's own candidacy." })
  candidacyId!: string;

  @Field(() => ID, { description: "The piece." })
  evidenceId!: string;
}

@Resolver(() => CandidacyEvidence)
export class CandidacyEvidenceResolver {
  @Policed(knownPerson)
  @Mutation(() => CandidacyEvidence, {
    description:
      "Adds or changes evidence in one's own candidacy. A change to an older version is refused STALE_VERSION, with the current one in `extensions.current`. Refusals: CANDIDACY_CLOSED, TOO_MUCH_EVIDENCE, NOT_FOUND.",
  })
  writeCandidacyEvidence(
    @Arg("input", () => WriteCandidacyEvidenceInput, { description: "The evidence and the version it changes." })
    input: WriteCandidacyEvidenceInput,
    @Ctx() context: PeopleContext,
  ): Promise<CandidacyEvidence> {
    const { evidenceId = null, startedOn = null, endedOn = null, referee = null } = input;
    return writeCandidacyEvidence(context, { ...input, evidenceId, startedOn, endedOn, referee });
  }

  @Policed(knownPerson)
  @Mutation(() => Candidacy, {
    description: "Takes evidence out of one's own draft. Refusals: CANDIDACY_CLOSED, NOT_FOUND.",
  })
  removeCandidacyEvidence(
    @Arg("input", () => RemoveCandidacyEvidenceInput, { description: "Which." }) input: RemoveCandidacyEvidenceInput,
    @Ctx() context: PeopleContext,
  ): Promise<Candidacy> {
    return removeCandidacyEvidence(context, input);
  }
}
