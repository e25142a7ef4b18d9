import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, Int, ObjectType } from "type-graphql";
import { Person } from "../person/person.ts";

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "How far another person has come in a conversation." })
export class Receipt {
  readonly #personId: string;

  @Field(() => Int, { description: "The last sequence that one of their devices has; 0 for none." })
  deliveredUpTo: number;

  @Field(() => Int, {
    nullable: true,
    description: "The last sequence that they have read; null unless both they and you show your reading.",
  })
  readUpTo: number | null;

  constructor(personId: string, deliveredUpTo: number, readUpTo: number | null) {
    this.#personId = personId;
    this.deliveredUpTo = deliveredUpTo;
    this.readUpTo = readUpTo;
  }

  @Field(() => Person, { nullable: true, description: "Who; null for those who may not see them." })
  person(): Person {
    return { id: this.#personId };
  }
}
