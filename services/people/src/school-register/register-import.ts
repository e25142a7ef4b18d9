import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { programmeTeam } from "../role/role.policy.ts";
import { RegisterImportState } from "./register-import.rules.ts";

registerEnumType(RegisterImportState, {
  name: "RegisterImportState",
  description: "What became of an extract of the register.",
  valuesConfig: {
    Staged: { description: "Its changes are shown, and some or all of them wait for approval." },
    Applied: { description: "Every change of it was approved and is in force." },
    Rejected: { description: "What had not been approved never will be." },
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A row of the file that was left out, and why." })
export class BadRegisterRow {
  @Field(() => Int, { description: "The line of the file on which it begins; the header is on line 1." })
  line!: number;

  @Field(() => String, { nullable: true, description: "The URN it gives, if any." })
  urn!: string | null;

  @Field(() => String, { description: "Why it was left out." })
  reason!: string;
}

export const RegisterImportSchema = defineEntity({
  name: "RegisterImport",
  tableName: "register_import",
  properties: {
    id: p.string().primary(),
    state: p.string().$type<RegisterImportState>(),
    asOf: p.date().nullable(),
    columns: p.integer(),
    encoding: p.string(),
    rows: p.integer(),
    unchanged: p.integer(),
    elsewhere: p.integer(),
    skipped: p.integer(),
    notMentioned: p.integer(),
    badRows: p.json().$type<BadRegisterRow[]>(),
    stagedAt: p.datetime(3),
    stagedById: p.string().nullable(),
    decidedAt: p.datetime(3).nullable(),
    decidedById: p.string().nullable(),
  },
});

@Policed(programmeTeam)
@ObjectType({
  simpleResolvers: true,
  description:
    'An extract of the DfE\'s register "Get Information About Schools" with what it would change. For the programme team.',
})
export class RegisterImport extends RegisterImportSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => RegisterImportState, { description: "What became of it." })
  declare state: RegisterImportState;

  @Field(() => DayScalar, {
    nullable: true,
    description: "The day of the latest change that the extract tells of; null when it tells of none.",
  })
  declare asOf: Opt<Day | null>;

  @Field(() => Int, { description: "How many columns the file has." })
  declare columns: number;

  @Field(() => String, { description: "The encoding of the file." })
  declare encoding: string;

  @Field(() => Int, { description: "How many rows it has below the header." })
  declare rows: number;

  @Field(() => Int, { description: "Rows that say what is known, or belong to a school's former URN." })
  declare unchanged: number;

  @Field(() => Int, { description: "Rows left out because they are no schools in England." })
  declare elsewhere: number;

  @Field(() => Int, { description: "Rows left out because they are bad." })
  declare skipped: number;

  @Field(() => Int, {
    description: "Known schools that are not closed and that the file does not mention; they stay as they are.",
  })
  declare notMentioned: number;

  @Field(() => [BadRegisterRow], { description: "The first thousand bad rows." })
  declare badRows: BadRegisterRow[];

  @Field(() => GraphQLISODateTime, { description: "When it was read." })
  declare stagedAt: Date;

  declare stagedById: string | null;

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: "When changes of it were last approved or rejected.",
  })
  declare decidedAt: Date | null;

  declare decidedById: string | null;
}
RegisterImportSchema.setClass(RegisterImport);
