import { defineEntity, type Opt, p } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { schoolPolicy } from "./school.policy.ts";
import { SchoolStatus } from "./school.rules.ts";

registerEnumType(SchoolStatus, {
  name: "SchoolStatus",
  description: "Whether a school is open, as the DfE's register says.",
  valuesConfig: {
    Open: { description: "Open." },
    ProposedToClose: { description: "Open, but proposed to close." },
    Closed: { description: "Closed." },
    ProposedToOpen: { description: "Proposed to open." },
  },
});

export const SchoolSchema = defineEntity({
  name: "School",
  tableName: "school",
  properties: {
    id: p.string().primary(),
    urn: p.string(),
    name: p.string(),
    localAuthority: p.string(),
    region: p.string().nullable(),
    phase: p.string(),
    type: p.string(),
    status: p.string().$type<SchoolStatus>(),
    closedOn: p.date().nullable(),
    street: p.string().nullable(),
    locality: p.string().nullable(),
    address3: p.string().nullable(),
    town: p.string().nullable(),
    county: p.string().nullable(),
    postcode: p.string().nullable(),
    pupils: p.integer().nullable(),
    pupilsCountedOn: p.date().nullable(),
    dfeNumber: p.string().nullable(),
    easting: p.integer().nullable(),
    northing: p.integer().nullable(),
    successorId: p.string().nullable(),
    // Made and searched by PostgreSQL, never read.
    searchText: p.string().generated("stored").lazy(),
  },
});

@Policed(schoolPolicy)
@Directive('@key(fields: "id")')
@Directive('@key(fields: "urn")')
@ObjectType({
  simpleResolvers: true,
  description:
    'A school of the DfE\'s register "Get Information About Schools". Seen by its own members, hub leaders, mentors, the programme team and finance officers.',
})
export class School extends SchoolSchema.class {
  @Field(() => ID, { description: "Opaque and stable." })
  declare id: string;

  @Field(() => String, {
    description: "The DfE's unique reference number, six digits. A school that becomes an academy gets a new one.",
  })
  declare urn: string;

  @Field(() => String, { description: "The school's name." })
  declare name: string;

  @Field(() => String, { description: "The local authority it lies in." })
  declare localAuthority: string;

  @Field(() => String, { nullable: true, description: "The region of the DfE (RSC region) it lies in." })
  declare region: Opt<string | null>;

  @Field(() => String, { description: 'The phase of education in the register\'s words, e.g. "Primary".' })
  declare phase: string;

  @Field(() => String, { description: 'The type of establishment in the register\'s words, e.g. "Community school".' })
  declare type: string;

  @Field(() => SchoolStatus, { description: "Whether it is open." })
  declare status: SchoolStatus;

  @Field(() => DayScalar, { nullable: true, description: "The day it closed or will close." })
  declare closedOn: Opt<Day | null>;

  @Field(() => String, { nullable: true, description: "First line of the address." })
  declare street: Opt<string | null>;

  @Field(() => String, { nullable: true, description: "Second line of the address." })
  declare locality: Opt<string | null>;

  @Field(() => String, { nullable: true, description: "Third line of the address." })
  declare address3: Opt<string | null>;

  @Field(() => String, { nullable: true, description: "Town of the address." })
  declare town: Opt<string | null>;

  @Field(() => String, { nullable: true, description: "County of the address." })
  declare county: Opt<string | null>;

  @Field(() => String, { nullable: true, description: "Postcode of the address." })
  declare postcode: Opt<string | null>;

  @Field(() => Int, {
    nullable: true,
    description: "How many pupils were counted; null when the register does not say.",
  })
  declare pupils: Opt<number | null>;

  @Field(() => DayScalar, {
    nullable: true,
    description: "The day of the census that counted the pupils; null when the register's extract did not carry it.",
  })
  declare pupilsCountedOn: Opt<Day | null>;

  @Field(() => String, {
    nullable: true,
    description: 'The local authority\'s code and the number it gave the school, e.g. "931/2019".',
  })
  declare dfeNumber: Opt<string | null>;

  @Field(() => Int, { nullable: true, description: "Metres east on the Ordnance Survey's national grid." })
  declare easting: Opt<number | null>;

  @Field(() => Int, { nullable: true, description: "Metres north on the Ordnance Survey's national grid." })
  declare northing: Opt<number | null>;

  declare successorId: Opt<string | null>;

  declare searchText: Opt<string>;
}
SchoolSchema.setClass(School);
