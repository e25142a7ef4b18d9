import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { unpoliced } from "@psqm/subgraph/policy";
import { describeSchema } from "@psqm/subgraph/schema";
import { policyMatrix } from "@psqm/testing/policy-matrix";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { everyRole } from "@psqm/testing/viewers";
import { finance } from "./service.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(finance);
});
afterAll(() => service.close());

const everybody = Object.keys(everyRole);
const known = everybody.filter((role) => !["anonymous", "stranger", "partner"].includes(role));
const invoiced = ["programmeTeam", "financeOfficer", "subjectLeader", "headTeacher"];

test("each operation is open to the roles that were agreed, and none is without a row here", () => {
  expect(policyMatrix(finance)).toEqual({
    "Query.feeSchedules": everybody,
    "Query.invoice": invoiced,
    "Query.invoices": invoiced,
    "Query.earnings": known,
    "Mutation.recordPayment": ["financeOfficer"],
  });
});

test("nothing in the schema goes without a policy", () => {
  expect(unpoliced(describeSchema(finance))).toEqual([]);
});

test("the entities are what the migrations made, whose indexes only the migrations name", async () => {
  const sql = await service.database.schema.getUpdateSchemaSQL({ safe: true, dropTables: false });
  const drift = sql.split("\n").filter((line) => line !== "" && !/^(set names|drop index) /.test(line));
  expect(drift).toEqual([]);
});
