import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, GraphQLISODateTime, Int, ObjectType, registerEnumType } from "type-graphql";
import { programmeTeam } from "../role/role.policy.ts";
import { RegisterChangeKind } from "./register-change.rules.ts";

registerEnumType(RegisterChangeKind, {
  name: "RegisterChangeKind",
  description: "What an extract of the register would change about a school.",
  valuesConfig: {
    New: { description: "A school that is not known yet." },
    Changed: { description: "Facts of a school that stays what it is, e.g. its number of pupils." },
    Closing: { description: "A school that is now proposed to close." },
    Closed: { description: "A school that closed, and nobody clearly took over." },
    Reopened: { description: "A school that was closed and is not any more." },
    Merged: { description: "A school that closed, and one other took over." },
    Academised: {
      description: "A school that goes on under another URN, mostly as an academy: it stays the same school.",
    },
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A fact that differs between the register and what is known." })
export class RegisterDifference {
  @Field(() => String, { description: "Which fact, by its name in the graph, e.g. `pupils`." })
  field!: string;

  @Field(() => String, { nullable: true, description: "What is known; null for nothing." })
  from!: string | null;

  @Field(() => String, { nullable: true, description: "What the register says; null for nothing." })
  to!: string | null;
}

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "How many changes of one kind an extract has." })
export class RegisterChangeCount {
  @Field(() => RegisterChangeKind, { description: "Of which kind." })
  kind!: RegisterChangeKind;

  @Field(() => Int, { description: "How many there are." })
  count!: number;

  @Field(() => Int, { description: "How many of them are in force." })
  applied!: number;
}

export const RegisterChangeSchema = defineEntity({
  name: "RegisterChange",
  tableName: "register_change",
  properties: {
    importId: p.string().primary(),
    urn: p.string().primary(),
    kind: p.string().$type<RegisterChangeKind>(),
    name: p.string(),
    schoolId: p.string().nullable(),
    successorUrn: p.string().nullable(),
    urnEndedOn: p.date().nullable(),
    entry: p.json().$type<Record<string, unknown>>(),
    known: p.json().$type<Record<string, unknown>>().nullable(),
    appliedAt: p.datetime(3).nullable(),
  },
});

@Policed(programmeTeam)
@ObjectType({
  simpleResolvers: true,
  description: "What an extract of the register would change about one school. For the programme team.",
})
export class RegisterChange extends RegisterChangeSchema.class {
  declare importId: string;

  @Field(() => String, { description: "The URN by which the school is known, or will be if it is new." })
  declare urn: string;

  @Field(() => RegisterChangeKind, { description: "What kind of change." })
  declare kind: RegisterChangeKind;

  @Field(() => String, { description: "The school's name, as the register has it." })
  declare name: string;

  declare schoolId: Opt<string | null>;

  @Field(() => String, { nullable: true, description: "The URN of who took over, or of the same school from now on." })
  declare successorUrn: Opt<string | null>;

  @Field(() => DayScalar, {
    nullable: true,
    description: "Of a school that goes on under another URN: the last day of the former one.",
  })
  declare urnEndedOn: Opt<Day | null>;

  declare entry: Record<string, unknown>;

  declare known: Opt<Record<string, unknown> | null>;

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: "When it was approved and came into force; null before.",
  })
  declare appliedAt: Opt<Date | null>;
}
RegisterChangeSchema.setClass(RegisterChange);
