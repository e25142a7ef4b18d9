import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, ID, ObjectType } from "type-graphql";

/** People's School: its key, nothing of ours. */
@Policed(partOfParent)
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({ simpleResolvers: true, description: "A school of the national register." })
export class School {
  @Field(() => ID, { description: "Opaque and stable." })
  id!: string;
}
