import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, ObjectType } from "type-graphql";

@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description: "A rule of the programme in the version that a round keeps to, whatever is decided later.",
})
export class PinnedRule {
  @Field(() => String, {
    description: "What it rules on: feeSchedule, payRates, framework, deliveryModel or calendar.",
  })
  name!: string;

  @Field(() => String, { description: "The version's name." })
  version!: string;

  @Field(() => String, { description: "The document and passage that it rests on." })
  citation!: string;
}
