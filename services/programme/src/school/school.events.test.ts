import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { programme } from "../service.ts";
import { SchoolRecord } from "./school-record.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(programme);
});
afterAll(() => service.close());

const school = (schoolId: string, parts: object = {}) => ({
  schoolId,
  urn: "117858",
  name: `School ${schoolId}`,
  localAuthority: "East Riding of Yorkshire",
  phase: "Primary",
  status: "OPEN",
  pupils: 64,
  pupilsCountedOn: "2026-01-15",
  ...parts,
});

const tell = (schools: object[]) => service.deliver("people", "schools.changed", "school-register", { schools });
const record = (id: string) => service.database.em.fork().findOne(SchoolRecord, id);

test("500 schools take one statement", async () => {
  service.statements.length = 0;
  await tell(Array.from({ length: 500 }, (_, at) => school(`sch_${at}`)));
  expect(service.statements.filter((line) => line.includes("insert into school"))).toHaveLength(1);
  service.statements.length = 0;
  await tell(Array.from({ length: 501 }, (_, at) => school(`sch_${at}`)));
  expect(service.statements.filter((line) => line.includes("insert into school"))).toHaveLength(2);
  expect(await service.database.em.fork().count(SchoolRecord)).toBe(501);
});

test("what changes is taken over, and the last word on a school counts", async () => {
  await tell([school("sch_a", { pupils: 99 }), school("sch_a", { pupils: 100, status: "CLOSED" })]);
  expect(await record("sch_a")).toMatchObject({ pupils: 100, status: "CLOSED" });
  await tell([school("sch_a", { urn: "142001", name: "Wolds Edge Academy", pupils: null })]);
  expect(await record("sch_a")).toMatchObject({
    urn: "142001",
    name: "Wolds Edge Academy",
    status: "OPEN",
    pupils: null,
  });
});

test("a school of which nothing new is said is not written again", async () => {
  const written = async () => {
    const [row] = await service.database.em
      .fork()
      .execute<{ xmin: string }[]>("select xmin from school where id = 'sch_b'");
    return row?.xmin;
  };
  await tell([school("sch_b")]);
  const before = await written();
  await tell([school("sch_b")]);
  expect(await written()).toBe(before);
  await tell([school("sch_b", { pupils: 65 })]);
  expect(await written()).not.toBe(before);
});

test("a subject leader may be told of before the school is", async () => {
  await service.deliver("people", "school-membership.started", "sch_c", {
    membershipId: "mem_c",
    schoolId: "sch_c",
    personId: "per_sam",
    role: "SUBJECT_LEADER",
    on: "2026-09-01",
  });
  expect(await service.database.em.fork().execute("select * from parked_event")).toEqual([]);
});
