import { defineEntity, p } from "@mikro-orm/core";
import { Policed, scopedInSql } from "@psqm/subgraph/policy";
import { Directive, Field, ID, ObjectType } from "type-graphql";

export const PersonSchema = defineEntity({
  name: "Person",
  tableName: "person",
  properties: {
    id: p.string().primary(),
    name: p.string(),
    email: p.string(),
    createdAt: p.datetime(3),
  },
});

/** Every way to a person goes through `visiblePeople` in person.policy.ts: the row alone cannot tell who works with whom. */
const colleagues = scopedInSql(
  "people-one-works-with",
  "the person, the programme's staff and those who work with them",
);

@Policed(colleagues)
@Directive('@key(fields: "id")')
@ObjectType({
  simpleResolvers: true,
  description:
    "Somebody in the programme. Seen by themselves, the programme team, finance officers, members of the same school, and the hub that supports the school in both directions; hub leaders see one another.",
})
export class Person extends PersonSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => String, { description: "The full name, as it is shown to others." })
  declare name: string;

  /** Told by the resolver, to fewer than may see the person. */
  declare email: string;

  declare createdAt: Date;
}
PersonSchema.setClass(Person);
