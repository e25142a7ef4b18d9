import { defineEntity, type Opt, p } from "@mikro-orm/core";
import { Policed, type Policy } from "@psqm/subgraph/policy";
import { Field, ObjectType } from "type-graphql";

export const PreferencesSchema = defineEntity({
  name: "Preferences",
  tableName: "preferences",
  properties: {
    personId: p.text().primary(),
    showsReading: p.boolean().default(true),
  },
});

const ownPreferences: Policy<{ personId: string }> = {
  name: "own-preferences",
  who: "the person whose preferences they are",
  allows: (viewer, { personId }) => viewer.personId === personId,
};

@Policed(ownPreferences)
@ObjectType("MessagingPreferences", { simpleResolvers: true, description: "How a person wants their messages." })
export class Preferences extends PreferencesSchema.class {
  @Field(() => Boolean, {
    description: "Whether others see how far you have read. Whoever does not show it does not see it of others.",
  })
  declare showsReading: Opt<boolean>;
}
PreferencesSchema.setClass(Preferences);
