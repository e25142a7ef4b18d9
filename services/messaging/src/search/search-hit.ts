import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, ObjectType } from "type-graphql";
import { Message } from "../message/message.ts";
import type { Part } from "./search.rules.ts";

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A part of an excerpt." })
export class ExcerptPart {
  @Field(() => String, { description: "Plain text." })
  text!: string;

  @Field(() => Boolean, { description: "Whether this is what was searched for." })
  found!: boolean;
}

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A message that says what was searched for." })
export class SearchHit {
  @Field(() => Message, { nullable: true, description: "The message; null if it may no longer be seen." })
  message: Message;

  @Field(() => [ExcerptPart], { description: "What it says around what was found, in parts to be shown in a row." })
  excerpt: Part[];

  constructor(message: Message, excerpt: Part[]) {
    this.message = message;
    this.excerpt = excerpt;
  }
}
