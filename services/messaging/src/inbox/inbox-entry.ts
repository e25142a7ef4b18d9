import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, ObjectType } from "type-graphql";
import { Message } from "../message/message.ts";
import { type InboxPosition, inboxCursor } from "./inbox-cursor.rules.ts";

@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description: "One message of one's inbox, and the cursor of who has it and all before it.",
})
export class InboxEntry {
  @Field(() => Message, {
    nullable: true,
    description: "The message; null if it may no longer be seen.",
  })
  message: Message;

  @Field(() => Boolean, {
    description: "False for a message that you do not have yet; true for one that you have and that has changed since.",
  })
  changed: boolean;

  /** Where one stands once one has it. */
  readonly position: InboxPosition;

  constructor(message: Message, changed: boolean, position: InboxPosition) {
    this.message = message;
    this.changed = changed;
    this.position = position;
  }

  @Field(() => String, {
    description: "Keep it with the message, and give it as `after` when you come back: you go on from here.",
  })
  cursor(): string {
    return inboxCursor(this.position);
  }
}
