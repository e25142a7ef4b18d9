import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, ObjectType } from "type-graphql";
import { Person } from "../person/person.ts";

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "That somebody has taken note of a message that asked for it." })
export class Acknowledgement {
  readonly personId: string;

  @Field(() => GraphQLISODateTime, { description: "When (UTC)." })
  at: Date;

  constructor(personId: string, at: Date) {
    this.personId = personId;
    this.at = at;
  }

  @Field(() => Person, { nullable: true, description: "Who; null for those who may not see them." })
  person(): Person {
    return { id: this.personId };
  }
}
