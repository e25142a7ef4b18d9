import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, ObjectType } from "type-graphql";
import { Conversation } from "../conversation/conversation.ts";
import { Person } from "../person/person.ts";
import type { Scene } from "./activity.rules.ts";

@Policed(partOfParent)
@ObjectType({
  simpleResolvers: true,
  description: "What goes on in a conversation at a moment. Nothing of it is kept.",
})
export class Activity {
  readonly scene: Scene;

  @Field(() => Conversation, {
    nullable: true,
    description: "The conversation, with receipts as they are now; null if it may no longer be seen.",
  })
  conversation: Conversation;

  constructor(conversation: Conversation, scene: Scene) {
    this.conversation = conversation;
    this.scene = scene;
  }

  @Field(() => [Person], { description: "Who is typing." })
  typing(): Person[] {
    return this.scene.typing.map((id) => ({ id }));
  }

  @Field(() => [Person], {
    description: "Who has the conversation before them: whoever follows its activity, as you do.",
  })
  present(): Person[] {
    return this.scene.present.map((id) => ({ id }));
  }
}
