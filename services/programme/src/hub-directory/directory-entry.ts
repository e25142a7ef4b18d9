import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Directive, Field, ObjectType, registerEnumType } from "type-graphql";
import {
  Eligibility,
  HubArea,
  type HubRule,
  NationalHubKind,
  OfstedRating,
  Setting,
  Stage,
  type Verdict,
} from "./hub-directory.rules.ts";

registerEnumType(HubArea, {
  name: "HubArea",
  description: "In what hubs help schools to improve.",
  valuesConfig: {
    Teaching: { description: "Teaching, from trainees to experienced leaders." },
    Subjects: { description: "One subject or discipline." },
    Behaviour: { description: "Behaviour culture." },
    Careers: { description: "Careers programmes." },
  },
});

registerEnumType(NationalHubKind, {
  name: "NationalHubKind",
  description: "Which kind of national school hub it is. The hubs of PSQM are none of them.",
  valuesConfig: {
    Teaching: { description: "Teaching school hubs." },
    English: { description: "English hubs." },
    Maths: { description: "Maths hubs." },
    Computing: { description: "Computing hubs." },
    Science: { description: "Science learning partnerships." },
    Music: { description: "Music hubs." },
    Languages: { description: "Language hubs." },
    Behaviour: { description: "Behaviour hubs." },
    Careers: { description: "Careers hubs." },
  },
});

registerEnumType(Stage, {
  name: "Stage",
  description: "A stage of education that a school gives.",
  valuesConfig: {
    EarlyYears: { description: "Before reception." },
    Primary: { description: "Reception to year 6." },
    Secondary: { description: "Years 7 to 11." },
    Post16: { description: "After 16: key stage 5." },
  },
});

registerEnumType(Setting, {
  name: "Setting",
  description: "What sort of place a school is.",
  valuesConfig: {
    StateFunded: { description: "A state-funded school." },
    College: { description: "A college." },
    Special: { description: "A special school." },
    AlternativeProvision: { description: "A setting of alternative provision." },
    Independent: { description: "An independent school." },
  },
});

registerEnumType(OfstedRating, {
  name: "OfstedRating",
  description: "Ofsted's rating of a school as a whole; single-word ratings ended in September 2024.",
  valuesConfig: {
    Outstanding: { description: "Outstanding." },
    Good: { description: "Good." },
    RequiresImprovement: { description: "Requires improvement." },
    Inadequate: { description: "Inadequate." },
  },
});

registerEnumType(Eligibility, {
  name: "Eligibility",
  description: "Whether hubs of a kind may support a school.",
  valuesConfig: {
    Eligible: { description: "They may." },
    NotEligible: { description: "They may not; the reason says which limit excludes it." },
    Unknown: { description: "It cannot be told from what is known here; the reason says what is missing." },
  },
});

const Public = Directive('@tag(name: "public")') as PropertyDecorator & ClassDecorator;

@Public
@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description: "A kind of national school hub: whom it serves and what it offers, by the document that says so.",
})
export class DirectoryEntry implements HubRule {
  @Public
  @Field(() => NationalHubKind, { description: "The kind." })
  kind!: NationalHubKind;

  @Public
  @Field(() => HubArea, { description: "In what it helps." })
  area!: HubArea;

  @Public
  @Field(() => String, { description: "What a hub of this kind is called." })
  name!: string;

  @Public
  @Field(() => [Stage], { nullable: true, description: "The stages that it serves; null for all of them." })
  stages!: readonly Stage[] | null;

  @Public
  @Field(() => [Setting], { nullable: true, description: "The settings that it serves; null for all of them." })
  settings!: readonly Setting[] | null;

  @Public
  @Field(() => [OfstedRating], {
    nullable: true,
    description: "The ratings that a school must have one of; null where the rating does not matter.",
  })
  ratings!: readonly OfstedRating[] | null;

  @Public
  @Field(() => [String], { description: "What it offers." })
  offers!: readonly string[];

  @Public
  @Field(() => DayScalar, { nullable: true, description: "The first day on which this holds; null since ever." })
  validFrom!: Day | null;

  @Public
  @Field(() => DayScalar, { nullable: true, description: "The last day; null until further notice." })
  validUntil!: Day | null;

  @Public
  @Field(() => String, { description: "The document and passage that it rests on." })
  citation!: string;
}

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "Whether hubs of a kind may support a school, and why." })
export class HubEligibility implements Verdict {
  @Field(() => DirectoryEntry, { description: "The kind of hub." })
  hub!: HubRule;

  @Field(() => Eligibility, { description: "Whether they may." })
  eligibility!: Eligibility;

  @Field(() => String, { description: "What decided, or what would have to be known." })
  reason!: string;
}
