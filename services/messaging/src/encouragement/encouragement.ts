import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, ObjectType, registerEnumType } from "type-graphql";
import { Occasion } from "./encouragement.rules.ts";

registerEnumType(Occasion, {
  name: "EncouragementOccasion",
  description: "A milestone of a school's year that is a good moment for a word from its hub.",
  valuesConfig: {
    Session: { description: "The first training has been." },
    Audit: { description: "Current practice is being audited." },
    TargetMark: { description: "The target mark is to be decided." },
    ActionPlan: { description: "The action plan is to be uploaded." },
    Implementation: { description: "The action plan is being carried out." },
    Submission: { description: "The reflections are to be submitted." },
    Notification: { description: "The outcome is awaited or has come." },
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "Words to begin a message with. Nobody sends them but you." })
export class Encouragement {
  @Field(() => Occasion, { description: "What they are for." })
  occasion!: Occasion;

  @Field(() => String, { description: "The words, to the school's people by name, from you: change them as you like." })
  text!: string;
}
