import { defineEntity, type Opt, p } from "@mikro-orm/core";

export const ParticipationSchema = defineEntity({
  name: "Participation",
  tableName: "participation",
  properties: {
    conversationId: p.text().primary(),
    personId: p.text().primary(),
    deliveredSequence: p.integer().default(0),
    readSequence: p.integer().default(0),
    mailedSequence: p.integer().default(0),
    pushedSequence: p.integer().default(0),
    mutedUntil: p.datetime(3).nullable(),
    pinnedAt: p.datetime(3).nullable(),
  },
});

/** What one person has made of one conversation. There is no row until they have made something of it. */
export class Participation extends ParticipationSchema.class {
  /** The last sequence that one of their devices has. */
  declare deliveredSequence: Opt<number>;
  /** The last sequence that they have read. */
  declare readSequence: Opt<number>;

  /** The last sequence that an e-mail has told them of. */
  declare mailedSequence: Opt<number>;

  /** The last sequence that their devices were told of. */
  declare pushedSequence: Opt<number>;
}
ParticipationSchema.setClass(Participation);
