import { Policed } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ID, ObjectType } from "type-graphql";
import type { Conversation } from "../conversation/conversation.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { programmeTeam } from "./safety.policy.ts";

@Policed(programmeTeam)
@ObjectType({
  simpleResolvers: true,
  description: "A conversation as the programme team sees it without having opened it: nothing of what is said.",
})
export class Oversight {
  readonly #conversation: Conversation;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  @Field(() => ID, { description: "The conversation's id." })
  conversationId(): string {
    return this.#conversation.id;
  }

  @Field(() => Enrolment, { description: "The enrolment that it is about." })
  enrolment(): Enrolment {
    return { id: this.#conversation.enrolmentId };
  }

  @Field(() => GraphQLISODateTime, { nullable: true, description: "Since when it is frozen (UTC); null if it is not." })
  frozenAt(): Date | null {
    return this.#conversation.frozenAt ?? null;
  }

  @Field(() => String, { nullable: true, description: "Why it is frozen, as its people are told." })
  frozenReason(): string | null {
    return this.#conversation.frozenReason ?? null;
  }

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: "Since when it is on hold, so that nothing of it is erased (UTC); null if it is not.",
  })
  heldAt(): Date | null {
    return this.#conversation.heldAt ?? null;
  }

  @Field(() => String, { nullable: true, description: "Why it is on hold. Its people are not told." })
  heldReason(): string | null {
    return this.#conversation.heldReason ?? null;
  }
}
