import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, ObjectType, registerEnumType } from "type-graphql";
import {
  type CostGuidance,
  GuidanceAudience,
  type Guidance as GuidanceRow,
  type GuidanceTask,
  type MarkGuidance,
  type RoleGuidance,
} from "./guidance.rules.ts";

registerEnumType(GuidanceAudience, {
  name: "GuidanceAudience",
  description: "Whom a piece of guidance is for.",
  valuesConfig: {
    SubjectLeader: { description: "Science subject leaders." },
    SeniorLeadership: { description: "The school's senior leadership team." },
    HubLeader: { description: "Hub leaders." },
    Teachers: { description: "Teachers and support staff." },
    Children: { description: "Children." },
    Parents: { description: "Parents." },
    Organisations: { description: "Local businesses and community organisations." },
  },
});

@Policed(partOfParent)
@ObjectType("GuidanceTask", { simpleResolvers: true, description: "Something that somebody does in the year." })
export class GuidanceTaskType implements GuidanceTask {
  @Field(() => String, { description: "What." })
  text!: string;

  @Field(() => String, { nullable: true, description: "How much time or how often; null where nothing is said." })
  time!: string | null;
}

@Policed(partOfParent)
@ObjectType("RoleGuidance", { simpleResolvers: true, description: "What one kind of people do in the year." })
export class RoleGuidanceType implements RoleGuidance {
  @Field(() => GuidanceAudience, { description: "Who." })
  audience!: GuidanceAudience;

  @Field(() => String, { description: "Its heading." })
  title!: string;

  @Field(() => String, { nullable: true, description: "The sentence before the list; null for none." })
  intro!: string | null;

  @Field(() => [GuidanceTaskType], { description: "What they do." })
  tasks!: GuidanceTask[];

  @Field(() => String, { description: "The document and passage." })
  citation!: string;
}

@Policed(partOfParent)
@ObjectType("MarkGuidance", { simpleResolvers: true, description: "What a mark is given for and whom it suits." })
export class MarkGuidanceType implements MarkGuidance {
  @Field(() => String, { description: "The mark: PSQM, PSQM_GILT or PSQM_OUTREACH, as in the framework." })
  mark!: MarkGuidance["mark"];

  @Field(() => String, { description: "What it is called." })
  name!: string;

  @Field(() => String, { description: "What it is awarded for." })
  awardedFor!: string;

  @Field(() => String, { description: "Whom it suits." })
  suits!: string;

  @Field(() => String, { description: "The document and passage." })
  citation!: string;
}

@Policed(partOfParent)
@ObjectType("CostGuidance", {
  simpleResolvers: true,
  description:
    "What taking part costs and includes, in the document's words; what a school owes is its invoice's to say.",
})
export class CostGuidanceType implements CostGuidance {
  @Field(() => String, { description: "The price." })
  price!: string;

  @Field(() => [String], { description: "What it includes." })
  includes!: string[];

  @Field(() => [String], { description: "What partners offer besides." })
  extras!: string[];

  @Field(() => String, { description: "The document and passage." })
  citation!: string;
}

@Policed(partOfParent)
@ObjectType("Guidance", {
  simpleResolvers: true,
  description: "What everyone does in the year, which marks there are, and what it costs; one version of it.",
})
export class GuidanceType implements GuidanceRow {
  @Field(() => String, { description: "The version's name." })
  version!: string;

  @Field(() => DayScalar, { nullable: true, description: "The first day of its validity; null since ever." })
  validFrom!: Day | null;

  @Field(() => DayScalar, { nullable: true, description: "The last day of its validity; null until further notice." })
  validUntil!: Day | null;

  roles!: RoleGuidance[];

  @Field(() => [MarkGuidanceType], {
    description: "The marks, and whom each suits; empty where the document says none.",
  })
  marks!: MarkGuidance[];

  @Field(() => CostGuidanceType, { description: "What it costs and includes." })
  cost!: CostGuidance;
}
