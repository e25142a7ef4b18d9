import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { financeOfficer, hubLeader, mentor, programmeTeam } from "@psqm/testing/viewers";
import { people } from "../service.ts";
import { AseVerification, aseNumber, isAseMember } from "./ase-membership.rules.ts";
import { recordAseMembership } from "./record-ase-membership.ts";
import { verifyAseMembership } from "./verify-ase-membership.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(people);
  await service.database.em.fork().execute(`insert into person (id, name, email, created_at) values
    ('per_lena', 'Lena', 'lena@psqm.example', now()), ('per_mina', 'Mina', 'mina@psqm.example', now())`);
});
afterAll(() => service.close());
beforeEach(() => service.database.em.fork().execute("delete from ase_membership"));

const helen = programmeTeam();
const hq = () => service.caller(helen);
const lena = hubLeader("hub_one", "per_lena");
const record = (number: string, expiresOn: string, viewer = lena) =>
  recordAseMembership(service.caller(viewer), { number, expiresOn });

test.each([
  ["ab 12-3 ", "AB12-3"],
  ["1", "1"],
  ["x".repeat(20), "X".repeat(20)],
])("the number %j is kept as %s", (given, kept) => {
  expect(aseNumber(given)).toBe(kept);
});

test.each(["", "  ", "12/3", "é1", "1".repeat(21)])("%j is no number of the ASE", (given) => {
  expect(() => aseNumber(given)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
});

test.each([
  [AseVerification.Verified, "2026-09-01", true],
  [AseVerification.Verified, "2026-08-31", false],
  [AseVerification.Unverified, "2027-01-01", false],
  [AseVerification.NotFound, "2027-01-01", false],
])("a membership that is %s and expires on %s is in force on 2026-09-01: %s", (state, expiresOn, inForce) => {
  expect(isAseMember({ state, expiresOn }, "2026-09-01")).toBe(inForce);
});

test("one says which member one is, the team what the ASE said; whatever changes is unverified again", async () => {
  const say = `mutation ($input: RecordAseMembershipInput!) { recordAseMembership(input: $input) { number state version isInForce } }`;
  const said = (input: object) => service.query(lena, say, { input });
  const verify = `mutation ($input: VerifyAseMembershipInput!) { verifyAseMembership(input: $input) { state version isInForce } }`;
  const verified = (outcome: string, version: number) =>
    service.query(helen, verify, { input: { personId: "per_lena", outcome, version } });

  expect((await verified("VERIFIED", 1)).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  const first = { number: "ase 1", expiresOn: "2027-01-31" };
  expect((await said(first)).data.recordAseMembership).toEqual({
    number: "ASE1",
    state: "UNVERIFIED",
    version: 1,
    isInForce: false,
  });
  expect((await verified("UNVERIFIED", 1)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  expect((await verified("VERIFIED", 1)).data.verifyAseMembership).toEqual({
    state: "VERIFIED",
    version: 2,
    isInForce: true,
  });
  expect((await said(first)).data.recordAseMembership).toMatchObject({ state: "VERIFIED", version: 2 });
  expect((await said({ ...first, expiresOn: "2028-01-31" })).data.recordAseMembership).toMatchObject({
    state: "UNVERIFIED",
    version: 3,
  });
  expect((await verified("VERIFIED", 2)).errors?.[0]?.extensions).toMatchObject({
    code: "STALE_VERSION",
    current: { version: 3, number: "ASE1", expiresOn: "2028-01-31" },
  });
  expect((await verified("NOT_FOUND", 3)).data.verifyAseMembership).toMatchObject({ state: "NOT_FOUND" });
});

test("a number is one person's, even when two say it at once", async () => {
  const mina = mentor("hub_one", "per_mina");
  const attempts = await Promise.allSettled([record("A1", "2027-01-31"), record("a1", "2027-01-31", mina)]);
  expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(attempts.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "ASE_NUMBER_TAKEN" } });
});

test("a membership is read by the person and the programme team, and nobody else", async () => {
  await record("A1", "2027-01-31");
  await verifyAseMembership(hq(), { personId: "per_lena", outcome: AseVerification.Verified, version: 1 });
  const read = '{ person(id: "per_lena") { name aseMembership { number isInForce } } }';
  const own = { name: "Lena", aseMembership: { number: "A1", isInForce: true } };
  expect((await service.query(lena, read)).data.person).toEqual(own);
  expect((await service.query(helen, read)).data.person).toEqual(own);
  expect((await service.query(financeOfficer(), read)).data.person).toEqual({ name: "Lena", aseMembership: null });
});
