import { defineEntity, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import {
  EntitlementKind,
  type Entitlement as EntitlementRow,
  EntitlementState,
  MentoringChannel,
} from "./entitlement.rules.ts";
import { MentoringExcess } from "./mentoring-excess.ts";

registerEnumType(MentoringChannel, {
  name: "MentoringChannel",
  description: "How mentoring was given.",
  valuesConfig: {
    Portal: { description: "By messages of the platform." },
    Phone: { description: "By phone." },
    FaceToFace: { description: "Face to face." },
  },
});

registerEnumType(EntitlementKind, {
  name: "EntitlementKind",
  description: "What a school has a right to besides its training.",
  valuesConfig: {
    Mentoring: { description: "Mentoring by its hub." },
    Vle: { description: "The resources of the virtual learning environment." },
    RscCpd: { description: "CPD sessions funded by the Royal Society of Chemistry." },
    AseOffer: { description: "Discounted membership of the Association for Science Education." },
  },
});

registerEnumType(EntitlementState, {
  name: "EntitlementState",
  description: "Whether an entitlement holds on a day.",
  valuesConfig: {
    NotYet: { description: "Its first day has not come." },
    Active: { description: "It holds." },
    Expired: { description: "Its last day is over." },
  },
});

@Policed(partOfParent)
@ObjectType("Entitlement", {
  simpleResolvers: true,
  description: "Something that a school has a right to, for a time.",
})
export class EntitlementType implements EntitlementRow {
  @Field(() => EntitlementKind, { description: "What it is." })
  kind!: EntitlementKind;

  @Field(() => String, { description: "What it is, in words." })
  name!: string;

  @Field(() => EntitlementState, { description: "Whether it holds on the day asked for." })
  state!: EntitlementState;

  @Field(() => DayScalar, { description: "Its first day." })
  from!: Day;

  @Field(() => DayScalar, { description: "Its last day, by what is known now." })
  until!: Day;

  @Field(() => String, { nullable: true, description: "What one should know about its last day." })
  note!: string | null;

  @Field(() => String, { description: "The document and passage that it rests on." })
  citation!: string;
}

export const MentoringEntrySchema = defineEntity({
  name: "MentoringEntry",
  tableName: "mentoring_entry",
  properties: {
    id: p.text().primary(),
    enrolmentId: p.text(),
    mentorId: p.text(),
    channel: p.text().$type<MentoringChannel>(),
    minutes: p.integer(),
    on: p.date().fieldName("given_on"),
    loggedAt: p.datetime(3),
  },
});

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "Mentoring that a school was given." })
export class MentoringEntry extends MentoringEntrySchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => MentoringChannel, { description: "How it was given." })
  declare channel: MentoringChannel;

  @Field(() => Int, { description: "How many minutes it took." })
  declare minutes: number;

  @Field(() => DayScalar, { description: "The day on which it was given." })
  declare on: Day;
}
MentoringEntrySchema.setClass(MentoringEntry);

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A school's mentoring, against what it is entitled to." })
export class MentoringLog {
  @Field(() => Int, { description: "Minutes given so far." })
  minutesUsed!: number;

  @Field(() => Int, { description: "Minutes that it may have: 4 hours, and what was approved besides." })
  minutesLimit!: number;

  @Field(() => MentoringExcess, { nullable: true, description: "What was approved besides; null for nothing." })
  excess!: MentoringExcess | null;

  @Field(() => String, { nullable: true, description: "Said from four fifths of the minutes on; null before." })
  warning!: string | null;

  @Field(() => [MentoringEntry], { description: "What was given, the first day first." })
  entries!: MentoringEntry[];
}
