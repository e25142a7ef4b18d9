import { everyone, Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { CandidacyKind } from "../candidacy/candidacy-kind.rules.ts";
import {
  CriterionCondition,
  evidenceKindsOf,
  type Specification,
  type SpecificationCriterion,
} from "./specification.rules.ts";
import { currentSpecifications } from "./specifications.rules.ts";

registerEnumType(CriterionCondition, {
  name: "CriterionCondition",
  description: "Whom a criterion of the specification is asked of, where it is not asked of everybody.",
  valuesConfig: {
    HubLeadersOnly: { description: "Of those who would lead a hub; not of mentors." },
    TeachersOnly: { description: "Of those who teach in a school." },
  },
});

@Policed(partOfParent)
@ObjectType("EvidenceKind", { simpleResolvers: true, description: "A kind of evidence for a criterion." })
export class EvidenceKindType {
  @Field(() => String, { description: "What evidence is filed as, e.g. `SCIENCE_WEEK`; `OTHER` is always possible." })
  code!: string;

  @Field(() => String, { description: "The document's words." })
  description!: string;
}

@Policed(partOfParent)
@ObjectType("Commitment", {
  simpleResolvers: true,
  description: "One thing that a hub leader or mentor undertakes to do.",
})
export class CommitmentType {
  @Field(() => String, { description: "The same in every version, e.g. `TRAINING_DAYS`." })
  code!: string;

  @Field(() => String, { description: "The document's words." })
  description!: string;

  @Field(() => Int, { nullable: true, description: "How often in a year; null where the document does not say." })
  timesAYear!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "At most how many minutes for each participating school; null where the document does not say.",
  })
  minutesPerSchool!: number | null;

  @Field(() => Boolean, { description: "Recommended only." })
  isRecommendation!: boolean;
}

@Policed(partOfParent)
@ObjectType("SpecificationCriterion", {
  simpleResolvers: true,
  description: "One quality or experience that a hub leader or mentor has.",
})
export class SpecificationCriterionType {
  @Field(() => String, { description: "The same for the same quality in every version, e.g. `LED_CPD`." })
  code!: string;

  @Field(() => Int, { description: "Its number in the document." })
  number!: number;

  @Field(() => String, { description: "The document's words." })
  title!: string;

  @Field(() => CriterionCondition, { nullable: true, description: "Whom it is asked of; null when of everybody." })
  condition!: CriterionCondition | null;

  @Field(() => String, { nullable: true, description: "What the document says about the evidence as a whole." })
  guidance!: string | null;

  @Field(() => [EvidenceKindType], {
    description: "What the document suggests as evidence, and always `OTHER`: its list is not exhaustive.",
  })
  evidenceKinds!: EvidenceKindType[];

  @Field(() => [CommitmentType], { description: "What one undertakes to do; empty unless it is a commitment." })
  commitments!: CommitmentType[];
}

@Policed(everyone)
@ObjectType("Specification", {
  simpleResolvers: true,
  description: "A version of the person specification of hub leaders and mentors.",
})
export class SpecificationType {
  @Field(() => String, { description: "Its name; candidacies pin it." })
  version!: string;

  @Field(() => String, { description: "The document and passage it is taken from." })
  citation!: string;

  @Field(() => [CandidacyKind], { description: "What one may apply to be by it." })
  kinds!: CandidacyKind[];

  @Field(() => [CandidacyKind], { description: "For what a new candidacy pins it unless told otherwise." })
  currentFor!: CandidacyKind[];

  @Field(() => [SpecificationCriterionType], { description: "What it asks for, in the document's order." })
  criteria!: SpecificationCriterionType[];
}

/** The specification as the graph shows it. */
export function presentSpecification(specification: Specification): SpecificationType {
  const { version, citation, kinds, criteria } = specification;
  return {
    version,
    citation,
    kinds: [...kinds],
    currentFor: kinds.filter((kind) => currentSpecifications[kind] === specification),
    criteria: criteria.map(presentCriterion),
  };
}

/** A criterion as the graph shows it, with every kind of evidence it can have. */
export function presentCriterion(criterion: SpecificationCriterion): SpecificationCriterionType {
  return { ...criterion, commitments: [...criterion.commitments], evidenceKinds: evidenceKindsOf(criterion) };
}
