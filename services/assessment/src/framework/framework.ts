import { everyone, Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, ObjectType, registerEnumType } from "type-graphql";
import { type FrameworkVersion, Mark, marksOf } from "./framework.rules.ts";

registerEnumType(Mark, {
  name: "Mark",
  description: "A quality mark. The three are matched to a school's starting point (document 002).",
  valuesConfig: {
    Psqm: { description: "Effective science leadership is beginning to have an impact across the school." },
    Gilt: { description: "Established leadership has a sustained and consistent impact across the school." },
    Outreach: { description: "What Gilt asks for, and a substantial impact beyond the school." },
  },
});

@Policed(partOfParent)
@Directive('@tag(name: "public")')
@ObjectType("Criterion", { simpleResolvers: true, description: "One thing a school reflects on." })
export class CriterionType {
  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "Its code within the framework, e.g. `SL-A`; reflections are filed under it." })
  code!: string;

  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "Its short name." })
  title!: string;

  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "Its words in the framework." })
  description!: string;

  @Directive('@tag(name: "public")')
  @Field(() => [Mark], { description: "The marks that it counts towards." })
  marks!: Mark[];
}

@Policed(partOfParent)
@Directive('@tag(name: "public")')
@ObjectType("Aim", { simpleResolvers: true, description: "A group of criteria, e.g. subject leadership." })
export class AimType {
  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "Its code within the framework, e.g. `SL`." })
  code!: string;

  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "Its name." })
  title!: string;

  @Directive('@tag(name: "public")')
  @Field(() => [CriterionType], { description: "What it consists of, in the framework's order." })
  criteria!: CriterionType[];
}

@Policed(everyone)
@Directive('@tag(name: "public")')
@ObjectType({ simpleResolvers: true, description: "A version of the self-evaluation and development framework." })
export class Framework {
  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "Its name; rounds pin it." })
  version!: string;

  @Directive('@tag(name: "public")')
  @Field(() => [AimType], { description: "Its aims, each with its criteria." })
  aims!: AimType[];

  @Directive('@tag(name: "public")')
  @Field(() => String, { description: "The document and passage it is taken from." })
  citation!: string;
}

/** The framework as the graph shows it: each criterion with the marks that ask for it. */
export function presentFramework(framework: FrameworkVersion): Framework {
  return {
    version: framework.version,
    citation: framework.citation,
    aims: framework.aims.map((aim) => ({
      ...aim,
      criteria: aim.criteria.map((criterion) => ({ ...criterion, marks: marksOf(framework, criterion.code) })),
    })),
  };
}
