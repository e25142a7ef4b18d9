import { defineEntity, type Opt, p } from "@mikro-orm/core";
import { Policed, type Policy } from "@psqm/subgraph/policy";
import { Field, Int, ObjectType } from "type-graphql";

export const PreferencesSchema = defineEntity({
  name: "Preferences",
  tableName: "preferences",
  properties: {
    personId: p.text().primary(),
    showsReading: p.boolean().default(true),
    mailsDigest: p.boolean().default(true),
    mailAfterMinutes: p.integer().default(30),
    quietFrom: p.text().default("19:00"),
    quietUntil: p.text().default("07:00"),
    onRestDays: p.boolean().default(false),
    mailRecipient: p.blob().nullable(),
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

  /** As chosen; {@link PreferencesResolver} shows also whether a mail's link has said no. */
  declare mailsDigest: Opt<boolean>;

  @Field(() => Int, {
    description: "How many minutes a message may wait unread before an e-mail tells of it.",
  })
  declare mailAfterMinutes: Opt<number>;

  @Field(() => String, { description: "From when on nothing is sent: a time of day in London, HH:MM." })
  declare quietFrom: Opt<string>;

  @Field(() => String, { description: "Until when nothing is sent: a time of day in London, HH:MM." })
  declare quietUntil: Opt<string>;

  @Field(() => Boolean, {
    description:
      "Whether something is sent on weekends, bank holidays and in the school holidays that England's schools share.",
  })
  declare onRestDays: Opt<boolean>;
}
PreferencesSchema.setClass(Preferences);
