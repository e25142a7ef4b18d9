import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { missingEvidence } from "../candidacy-evidence/candidacy-evidence.rules.ts";
import { CandidacyEvidence } from "../candidacy-evidence/candidacy-evidence.ts";
import { CandidacyVerdict, verdictsShown } from "../candidacy-verdict/candidacy-verdict.ts";
import { HubAppointment } from "../hub-appointment/hub-appointment.ts";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { programmeTeam } from "../role/role.policy.ts";
import {
  presentCriterion,
  presentSpecification,
  SpecificationCriterionType,
  SpecificationType,
} from "../specification/specification.ts";
import { specificationOf } from "../specification/specifications.rules.ts";
import { amendCandidacy } from "./amend-candidacy.ts";
import { applyAsCandidate } from "./apply-as-candidate.ts";
import { appointCandidate } from "./appoint-candidate.ts";
import { askCandidateForEvidence } from "./ask-candidate-for-evidence.ts";
import { visibleCandidacies } from "./candidacy.policy.ts";
import { CandidacyState } from "./candidacy.rules.ts";
import { Candidacy } from "./candidacy.ts";
import { CandidacyKind } from "./candidacy-kind.rules.ts";
import { CandidacyStep } from "./candidacy-step.ts";
import { declineCandidate } from "./decline-candidate.ts";
import { reviewCandidacy } from "./review-candidacy.ts";
import { submitCandidacy } from "./submit-candidacy.ts";

const CandidacyConnection = connectionOf<Candidacy>("Candidacy", () => Candidacy);

@ArgsType()
class CandidaciesArgs extends PageArgs {
  @Field(() => CandidacyState, { nullable: true, description: "Only those that have come this far." })
  state?: CandidacyState;

  @Field(() => CandidacyKind, { nullable: true, description: "Only those for this." })
  kind?: CandidacyKind;
}

@InputType({ description: "What one applies for, and why." })
class ApplyAsCandidateInput {
  @Field(() => CandidacyKind, { description: "Hub leader or mentor." })
  kind!: CandidacyKind;

  @Field(() => String, { description: "Why you are the one: 1 to 5000 characters." })
  statement!: string;

  @Field(() => Boolean, { description: "Whether you teach in a school: some criteria are for teachers only." })
  isTeacher!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "The version of the specification to be measured by; the current one of the kind if left out.",
  })
  specification?: string | null;
}

@InputType({ description: "A candidacy's statement, rewritten." })
class AmendCandidacyInput {
  @Field(() => ID, { description: "One's own candidacy." })
  candidacyId!: string;

  @Field(() => String, { description: "Why you are the one: 1 to 5000 characters." })
  statement!: string;

  @Field(() => Boolean, { description: "Whether you teach in a school." })
  isTeacher!: boolean;

  @Field(() => Int, { description: "The version that this changes." })
  version!: number;
}

@InputType({ description: "What is missing." })
class AskCandidateForEvidenceInput {
  @Field(() => ID, { description: "The candidacy, which is under review." })
  candidacyId!: string;

  @Field(() => String, { description: "The evidence that is wanted, for the candidate to read: 1 to 5000 characters." })
  what!: string;
}

@InputType({ description: "Who is appointed, and where." })
class AppointCandidateInput {
  @Field(() => ID, { description: "The candidacy." })
  candidacyId!: string;

  @Field(() => ID, { nullable: true, description: "The hub; left out for one that is yet to be made." })
  hubId?: string | null;
}

@InputType({ description: "Who is not appointed, and why." })
class DeclineCandidateInput {
  @Field(() => ID, { description: "The candidacy." })
  candidacyId!: string;

  @Field(() => String, { description: "Why, for the candidate to read: 1 to 5000 characters." })
  reason!: string;
}

@Resolver(() => Candidacy)
export class CandidacyResolver {
  @Policed(knownPerson)
  @Query(() => Candidacy, { nullable: true, description: "One candidacy, if one may see it." })
  candidacy(@Arg("id", () => ID, { description: "Which." }) id: string, @Ctx() { em, viewer }: PeopleContext) {
    return em.findOne(Candidacy, { $and: [{ id }, visibleCandidacies(viewer)] });
  }

  @Policed(programmeTeam)
  @Query(() => CandidacyConnection, { description: "All candidacies but others' drafts, the newest first." })
  candidacies(@Args(() => CandidaciesArgs) page: CandidaciesArgs, @Ctx() { em, viewer }: PeopleContext) {
    const { state, kind } = page;
    const asked = { ...(state && { state }), ...(kind && { kind }) };
    return paginate(em, Candidacy, { $and: [visibleCandidacies(viewer), asked] }, page, { id: "desc" });
  }

  @Policed(knownPerson)
  @Query(() => CandidacyConnection, { description: "One's own candidacies, the newest first." })
  myCandidacies(@Args(() => PageArgs) page: PageArgs, @Ctx() { em, viewer }: PeopleContext) {
    return paginate(em, Candidacy, { personId: viewer.personId ?? "" }, page, { id: "desc" });
  }

  @Policed(knownPerson)
  @Mutation(() => Candidacy, {
    description:
      "Begins a draft candidacy for hub leader or mentor. Refusals: ALREADY_APPLIED, SPECIFICATION_NOT_FOR_KIND, NOT_FOUND.",
  })
  applyAsCandidate(
    @Arg("input", () => ApplyAsCandidateInput, { description: "What for, and why." }) input: ApplyAsCandidateInput,
    @Ctx() context: PeopleContext,
  ): Promise<Candidacy> {
    return applyAsCandidate(context, { ...input, specification: input.specification ?? undefined });
  }

  @Policed(knownPerson)
  @Mutation(() => Candidacy, {
    description:
      "Rewrites the statement of one's own candidacy. A change to an older version is refused STALE_VERSION, with the current one in `extensions.current`. Refusals: CANDIDACY_CLOSED, NOT_FOUND.",
  })
  amendCandidacy(
    @Arg("input", () => AmendCandidacyInput, { description: "The statement and the version it changes." })
    input: AmendCandidacyInput,
    @Ctx() context: PeopleContext,
  ): Promise<Candidacy> {
    return amendCandidacy(context, input);
  }

  @Policed(knownPerson)
  @Mutation(() => Candidacy, {
    description:
      "Hands in one's own draft, or answers what was asked for. Refusals: EVIDENCE_MISSING, ILLEGAL_TRANSITION, NOT_FOUND.",
  })
  submitCandidacy(
    @Arg("candidacyId", () => ID, { description: "One's own candidacy." }) candidacyId: string,
    @Ctx() context: PeopleContext,
  ): Promise<Candidacy> {
    return submitCandidacy(context, candidacyId);
  }

  @Policed(programmeTeam)
  @Mutation(() => Candidacy, {
    description:
      "Takes up a candidacy that was handed in, or takes back one whose candidate does not answer. Refusals: ILLEGAL_TRANSITION, OWN_CANDIDACY, NOT_FOUND.",
  })
  reviewCandidacy(
    @Arg("candidacyId", () => ID, { description: "The candidacy." }) candidacyId: string,
    @Ctx() context: PeopleContext,
  ): Promise<Candidacy> {
    return reviewCandidacy(context, candidacyId);
  }

  @Policed(programmeTeam)
  @Mutation(() => Candidacy, {
    description:
      "Gives a candidacy back for more evidence, with the verdicts so far. Refusals: ILLEGAL_TRANSITION, OWN_CANDIDACY, NOT_FOUND.",
  })
  askCandidateForEvidence(
    @Arg("input", () => AskCandidateForEvidenceInput, { description: "Whom, and for what." })
    input: AskCandidateForEvidenceInput,
    @Ctx() context: PeopleContext,
  ): Promise<Candidacy> {
    return askCandidateForEvidence(context, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => Candidacy, {
    description:
      "Appoints a candidate today, all of whose criteria are met. A mentor of the hub who becomes its leader ceases to be its mentor. Refusals: CRITERIA_NOT_MET, ALREADY_APPOINTED, MENTORS_THEMSELVES, ILLEGAL_TRANSITION, OWN_CANDIDACY, NOT_FOUND.",
  })
  appointCandidate(
    @Arg("input", () => AppointCandidateInput, { description: "Whom, and where." }) input: AppointCandidateInput,
    @Ctx() context: PeopleContext,
  ): Promise<Candidacy> {
    return appointCandidate(context, { ...input, hubId: input.hubId ?? null });
  }

  @Policed(programmeTeam)
  @Mutation(() => Candidacy, {
    description: "Ends a candidacy without an appointment. Refusals: ILLEGAL_TRANSITION, OWN_CANDIDACY, NOT_FOUND.",
  })
  declineCandidate(
    @Arg("input", () => DeclineCandidateInput, { description: "Whom, and why." }) input: DeclineCandidateInput,
    @Ctx() context: PeopleContext,
  ): Promise<Candidacy> {
    return declineCandidate(context, input);
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who applied." })
  person(@Root() candidacy: Candidacy, @Ctx() { loaders }: PeopleContext): Promise<Person | null> {
    return loaders.person.load(candidacy.personId);
  }

  @FieldResolver(() => SpecificationType, { description: "What the candidate is measured by, pinned at the start." })
  specification(@Root() candidacy: Candidacy): SpecificationType {
    return presentSpecification(specificationOf(candidacy.specification));
  }

  @FieldResolver(() => [SpecificationCriterionType], {
    description: "What is asked of this candidate, in the specification's order.",
  })
  criteria(@Root() candidacy: Candidacy): SpecificationCriterionType[] {
    return candidacy.criteriaAsked().map(presentCriterion);
  }

  @FieldResolver(() => [CandidacyEvidence], { description: "What the candidate shows, the oldest first." })
  evidence(@Root() candidacy: Candidacy, @Ctx() { loaders }: PeopleContext): Promise<CandidacyEvidence[]> {
    return loaders.evidenceOfCandidacy.load(candidacy.id);
  }

  @FieldResolver(() => [String], { description: "Codes of the criteria asked for that no evidence is about." })
  async missingEvidence(@Root() candidacy: Candidacy, @Ctx() { loaders }: PeopleContext): Promise<string[]> {
    return missingEvidence(candidacy.criteriaAsked(), await loaders.evidenceOfCandidacy.load(candidacy.id));
  }

  @FieldResolver(() => [CandidacyVerdict], {
    description:
      "What the programme team found. The candidate reads what stood when the team last asked for evidence or decided.",
  })
  async verdicts(@Root() candidacy: Candidacy, @Ctx() { loaders, viewer }: PeopleContext): Promise<CandidacyVerdict[]> {
    return verdictsShown(viewer, candidacy, await loaders.verdictsOfCandidacy.load(candidacy.id));
  }

  @FieldResolver(() => [CandidacyStep], { description: "What it has been through, the oldest first." })
  steps(@Root() candidacy: Candidacy, @Ctx() { loaders }: PeopleContext): Promise<CandidacyStep[]> {
    return loaders.stepsOfCandidacy.load(candidacy.id);
  }

  @FieldResolver(() => HubAppointment, { nullable: true, description: "The appointment to a hub that ended it." })
  async appointment(@Root() candidacy: Candidacy, @Ctx() { loaders }: PeopleContext): Promise<HubAppointment | null> {
    return candidacy.appointmentId === null ? null : loaders.appointment.load(candidacy.appointmentId);
  }
}
