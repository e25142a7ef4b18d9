import { defineEntity, type Opt, p } from "@mikro-orm/core";
import { Policed } from "@psqm/subgraph/policy";
import { Directive, Field, GraphQLISODateTime, ID, Int, ObjectType } from "type-graphql";
import { Enrolment } from "../enrolment/enrolment.ts";
import { School } from "../school/school.ts";
import { conversationMembers } from "./conversation.policy.ts";

export const ConversationSchema = defineEntity({
  name: "Conversation",
  tableName: "conversation",
  properties: {
    id: p.text().primary(),
    // Given by the database; names it in inbox cursors.
    number: p.integer().autoincrement().generated("identity"),
    enrolmentId: p.text().unique("conversation_one_per_enrolment"),
    schoolId: p.text(),
    hubId: p.text(),
    lastSequence: p.integer().default(0),
    lastChange: p.integer().default(0),
    startedAt: p.datetime(3),
    frozenAt: p.datetime(3).nullable(),
    frozenReason: p.text().nullable(),
    /** Since when nothing of it is erased, and why; known to the programme team alone. */
    heldAt: p.datetime(3).nullable(),
    heldReason: p.text().nullable(),
  },
});

/** "Communicate with the Science Subject Leader via the online message facility" (document 001): one per enrolment. */
@Policed(conversationMembers)
@Directive('@key(fields: "id")')
@ObjectType({
  simpleResolvers: true,
  description:
    "The messages between a school's subject leader and second participant and the leaders and mentors of its hub.",
})
export class Conversation extends ConversationSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => Int, {
    description: "The sequence of its newest message; 0 before the first. Give it as `after` to hear what comes next.",
  })
  declare lastSequence: Opt<number>;

  @Field(() => Enrolment, { description: "The enrolment that it is about." })
  enrolment(): Enrolment {
    return { id: this.enrolmentId };
  }

  @Field(() => School, { description: "The school that is enrolled." })
  school(): School {
    return { id: this.schoolId };
  }

  declare lastChange: Opt<number>;
  declare number: Opt<number>;

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description:
      "Since when the programme team has frozen it, so that nothing in it changes (UTC); null if it has not.",
  })
  declare frozenAt: Date | null;

  @Field(() => String, { nullable: true, description: "Why it is frozen." })
  declare frozenReason: string | null;

  /** The number of the next change to one of its messages. Only for a holder of the row's lock. */
  takeChange(): number {
    this.lastChange += 1;
    return this.lastChange;
  }

  /** The number of the next message. Only for a holder of the row's lock: numbers have neither gap nor repeat. */
  takeSequence(): number {
    this.lastSequence += 1;
    return this.lastSequence;
  }
}
ConversationSchema.setClass(Conversation);
