import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { unpoliced } from "@psqm/subgraph/policy";
import { describeSchema, subgraphSdl } from "@psqm/subgraph/schema";
import { policyMatrix } from "@psqm/testing/policy-matrix";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { programmeTeam } from "@psqm/testing/viewers";
import { isEnumType, isInputObjectType, isObjectType } from "graphql";
import { assessment } from "./service.ts";
import { confirmedSchool, yearUntil } from "./testing/thin-year.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(assessment);
});
afterAll(() => service.close());

const everyone = [
  "anonymous",
  "stranger",
  "programmeTeam",
  "financeOfficer",
  "hubLeader",
  "mentor",
  "subjectLeader",
  "secondParticipant",
  "headTeacher",
  "candidate",
  "partner",
];
const known = everyone.filter((role) => !["anonymous", "stranger", "partner"].includes(role));

test("each operation is for the roles that were agreed, and none is missing from the table", () => {
  expect(policyMatrix(assessment)).toEqual({
    "Query.framework": everyone,
    "Query.awards": everyone,
    "Query.assessment": known,
    "Query.submission": known,
    "Query.submissionsToReview": ["hubLeader"],
    "Query.submissions": ["programmeTeam"],
    "Mutation.proposeTargetMark": ["subjectLeader"],
    "Mutation.agreeTargetMark": ["hubLeader"],
    "Mutation.writeReflection": ["subjectLeader", "secondParticipant"],
    "Mutation.signOff": ["hubLeader"],
    "Mutation.submit": ["subjectLeader"],
    "Mutation.assignReviewer": ["programmeTeam"],
    "Mutation.completeReview": ["hubLeader"],
    "Mutation.decideAward": ["programmeTeam"],
  });
  expect(unpoliced(describeSchema(assessment))).toEqual([]);
});

test("what partners may see is the framework and the register, and of an award nothing but its entry", () => {
  const tagged = Object.values(describeSchema(assessment).getTypeMap())
    .filter((type) => isObjectType(type))
    .flatMap((type) => Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field] as const))
    .filter(([, field]) => JSON.stringify(field.extensions).includes("public") || field.astNode?.directives?.length)
    .map(([name]) => name)
    .filter((name) => /^(Query|Mutation|Award|Assessment|Submission|Review)\./.test(name));
  expect(tagged.sort()).toEqual(
    [
      ..."id mark awardedOn validUntil schoolName urn localAuthority".split(" ").map((name) => `Award.${name}`),
      "Query.awards",
      "Query.framework",
    ].sort(),
  );
});

test("everything in the schema is described", () => {
  const undescribed: string[] = [];
  const want = (coordinate: string, { description }: { description?: string | null | undefined }) => {
    if (!description) undescribed.push(coordinate);
  };
  for (const type of Object.values(describeSchema(assessment).getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (!/^(Query|Mutation)$/.test(type.name)) want(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) want(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type))
      for (const [name, field] of Object.entries(type.getFields())) want(`${type.name}.${name}`, field);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      want(`${type.name}.${field.name}`, field);
      for (const arg of field.args) want(`${type.name}.${field.name}(${arg.name})`, arg);
    }
  }
  expect(undescribed).toEqual([]);
  expect(subgraphSdl(assessment)).toContain("PSQM_OUTREACH");
});

test("entities and migrations agree on every column, its type and whether it may be null", async () => {
  const expected = Object.values([...service.database.getMetadata().getAll().values()])
    .flatMap((meta) =>
      meta.props
        .filter((property) => property.persist !== false && !property.formula)
        .map((property) => {
          const type = property.columnTypes[0]?.replace(/^varchar\(255\)$/, "text").replace(/^int$/, "integer");
          return `${meta.tableName}.${property.fieldNames[0]} ${type}${property.nullable ? " null" : ""}`;
        }),
    )
    .sort();
  expect((await columnsOfDatabase()).sort()).toEqual(expected);
});

async function columnsOfDatabase(): Promise<string[]> {
  const found = await service.database.em.fork().execute<{ column: string }[]>(
    `select c.relname || '.' || a.attname || ' ' ||
       replace(format_type(a.atttypid, a.atttypmod), 'timestamp(3) with time zone', 'timestamptz(3)') ||
       case when a.attnotnull then '' else ' null' end as column
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'assessment'::regnamespace and c.relkind = 'r' and a.attnum > 0
       and c.relname not in ('outbox', 'event_cursor', 'inbox', 'parked_event', 'audit', 'migration')`,
  );
  return found.map(({ column }) => column);
}

test("any number of references costs one statement for each level", async () => {
  const years = [
    await yearUntil(service, "decided"),
    await yearUntil(service, "decided"),
    await confirmedSchool(service),
  ];
  const hq = programmeTeam();
  const count = async (references: object[], selection: string) => {
    service.statements.length = 0;
    const { data, errors } = await service.entities(hq, references, selection);
    expect(errors).toBeUndefined();
    expect(data._entities).toHaveLength(references.length);
    expect(data._entities).not.toContain(null);
    return service.statements.length;
  };
  const enrolments = years.map(({ enrolmentId: id }) => ({ __typename: "Enrolment", id }));
  expect(await count(enrolments, "... on Enrolment { assessment { state } }")).toBe(1);
  expect(
    await count(enrolments, "... on Enrolment { assessment { reflections { text } missingCriteria award { mark } } }"),
  ).toBe(3);
  expect(
    await count(
      enrolments,
      "... on Enrolment { assessment { submission { state reflections { text } reviews { comment } decision { mark } } } }",
    ),
  ).toBe(6);
  const schools = years.map(({ schoolId: id }) => ({ __typename: "School", id }));
  expect(await count(schools, "... on School { awards { mark validUntil } }")).toBe(1);
  const submissions = years.slice(0, 2).map(({ submissionId: id }) => ({ __typename: "Submission", id }));
  expect(await count(submissions, "... on Submission { mark }")).toBe(1);
});
