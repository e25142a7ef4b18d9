import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, GraphQLISODateTime, Int, ObjectType } from "type-graphql";

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "What a message said before it was corrected." })
export class MessageVersion {
  @Field(() => Int, { description: "1 for what was first sent." })
  version: number;

  @Field(() => String, { description: "What it said." })
  text: string;

  @Field(() => GraphQLISODateTime, { description: "When that was written (UTC)." })
  writtenAt: Date;

  constructor(version: number, text: string, writtenAt: Date) {
    this.version = version;
    this.text = text;
    this.writtenAt = writtenAt;
  }
}
