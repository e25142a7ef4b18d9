import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newId } from "@psqm/database/id";
import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import { anonymous, Role, system, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, TEST_SIGNING_SECRET, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { headTeacher, programmeTeam } from "@psqm/testing/viewers";
import { CandidacyKind } from "../candidacy/candidacy-kind.rules.ts";
import { appointToHub } from "../hub-appointment/appoint-to-hub.ts";
import { endHubAppointment } from "../hub-appointment/end-hub-appointment.ts";
import { issuePartnerKey } from "../partner/issue-partner-key.ts";
import { revokePartnerKey } from "../partner/revoke-partner-key.ts";
import { createPerson } from "../person/create-person.ts";
import { addSchoolMember } from "../school-membership/add-school-member.ts";
import { endSchoolMembership } from "../school-membership/end-school-membership.ts";
import { people } from "../service.ts";
import { grantStaffRole } from "../staff-role/grant-staff-role.ts";
import { revokeStaffRole } from "../staff-role/revoke-staff-role.ts";
import { handedInCandidacy } from "../testing/handed-in-candidacy.ts";

let service: TestSubgraph;
let now = new Date("2026-09-01T09:00:00Z");
const hq = () => service.caller(programmeTeam());
const address = (path = "") => service.url.replace("/graphql", `/identity/viewer${path}`);

beforeAll(async () => {
  service = await startTestSubgraph(people, { clock: () => now });
  const em = service.database.em.fork();
  await em.execute(
    "insert into school (id, urn, name, local_authority, phase, type, status) values ('sch_one', '100001', 'One', 'Kent', 'Primary', 'x', 'OPEN')",
  );
  await em.execute("insert into hub (id, name) values ('hub_one', 'One'), ('hub_two', 'Two')");
});
afterAll(() => service.close());

async function ask(credential: unknown, signedFor: Viewer = system) {
  const body = JSON.stringify(credential);
  const signature = await signViewer(TEST_SIGNING_SECRET, { audience: "people", viewer: signedFor, body });
  const response = await fetch(address(), {
    method: "POST",
    headers: { "content-type": "application/json", [VIEWER_HEADER]: signature },
    body,
  });
  return { status: response.status, body: (await response.json()) as { viewer: Viewer | null; subject?: string } };
}

const signedIn = (email: string, verified = true) =>
  ask({ credential: "token", claims: { iss: "https://issuer.example", sub: "1", email, email_verified: verified } });

const newcomer = (name: string) => createPerson(hq(), { name, email: `${newId("x")}@psqm.example` });

/** What is announced from now on, once the stream stands. */
async function announcements() {
  const heard: string[] = [];
  const stop = new AbortController();
  const signature = await signViewer(TEST_SIGNING_SECRET, { audience: "people", viewer: system, body: "" });
  const response = await fetch(address("/changes"), { headers: { [VIEWER_HEADER]: signature }, signal: stop.signal });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  let ended = false;
  void (async () => {
    try {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        for (const [, subject] of chunk.matchAll(/^data: \{"subject":"([^"]+)"\}$/gm)) heard.push(subject ?? "");
      }
    } catch {
      // the test left
    }
    ended = true;
  })();
  return { heard, leave: () => stop.abort(), ended: () => ended };
}

test("a person is resolved by their verified e-mail address in whatever case, with everything they hold now", async () => {
  const person = await createPerson(hq(), { name: "Ada Many", email: "Ada.Many@PSQM.example" });
  await grantStaffRole(hq(), { personId: person.id, role: Role.FinanceOfficer });
  await addSchoolMember(hq(), { schoolId: "sch_one", name: "Ada", email: person.email, role: Role.HeadTeacher });
  await appointToHub(hq(), { hubId: "hub_one", personId: person.id, role: Role.HubLeader });
  const ended = await appointToHub(hq(), { hubId: "hub_two", personId: person.id, role: Role.Mentor });
  await endHubAppointment(hq(), { appointmentId: ended.id, reason: "Moved away." });
  expect(await signedIn("ada.many@PSQM.EXAMPLE")).toEqual({
    status: 200,
    body: {
      subject: person.id,
      viewer: {
        kind: "person",
        personId: person.id,
        roles: ["FINANCE_OFFICER", "HUB_LEADER", "HEAD_TEACHER"],
        hubsLed: ["hub_one"],
        hubsMentored: [],
        schools: [{ schoolId: "sch_one", role: "HEAD_TEACHER" }],
        partnerId: null,
        scopes: [],
      },
    },
  });
});

test("whoever is unknown, or whose address nobody verified, is a stranger", async () => {
  const person = await newcomer("Vera Verified");
  const unknown = await signedIn("nobody@psqm.example");
  expect(unknown.body.viewer).toEqual({ ...anonymous, kind: "person" });
  expect(unknown.body.subject).toMatch(/^stranger_[0-9a-f]{64}$/);
  expect((await signedIn(person.email, false)).body.viewer).toEqual({ ...anonymous, kind: "person" });
  expect((await signedIn("nobody\0@psqm.example")).body.viewer).toEqual({ ...anonymous, kind: "person" });
});

test("a key is shown once, known by its hash alone, and opens nothing when unknown, expired or revoked", async () => {
  const issued = await issuePartnerKey(service.caller(), { partner: "ASE", scopes: ["public"], days: 30 });
  expect(issued.key).toMatch(/^psqm_pk_[\w-]{43}$/);
  const stored = await service.database.em.fork().execute("select * from partner_key");
  expect(JSON.stringify(stored)).not.toContain(issued.key.slice(8));

  const byKey = (key: string) => ask({ credential: "api-key", sha256: createHash("sha256").update(key).digest("hex") });
  expect((await byKey(issued.key)).body).toEqual({
    subject: issued.keyId,
    viewer: { ...anonymous, kind: "partner", partnerId: issued.partnerId, roles: ["PARTNER"], scopes: ["public"] },
  });
  expect(await byKey("psqm_pk_guess")).toEqual({ status: 200, body: { viewer: null } });

  now = new Date(issued.expiresAt);
  expect((await byKey(issued.key)).body.viewer).toBeNull();
  now = new Date("2026-09-01T09:00:00Z");

  const { heard, leave } = await announcements();
  await revokePartnerKey(service.caller(), issued.keyId);
  expect((await byKey(issued.key)).body.viewer).toBeNull();
  await until("the revocation is announced", () => heard.includes(issued.keyId));
  leave();
});

test("keys are issued and revoked by the programme team and the platform alone", async () => {
  const other = service.caller(headTeacher("sch_one"));
  await expect(issuePartnerKey(other, { partner: "ASE", scopes: ["public"], days: 1 })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  await expect(revokePartnerKey(other, "key_any")).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(issuePartnerKey(hq(), { partner: "ASE", scopes: ["public"], days: 1 })).resolves.toBeDefined();
});

test("every verb that changes what somebody is announces it when it commits, and no refused one does", async () => {
  const person = await newcomer("Chris Change");
  const { heard, leave } = await announcements();
  const announced = async (what: string) => {
    await until(what, () => heard.includes(person.id));
    heard.length = 0;
  };
  await grantStaffRole(hq(), { personId: person.id, role: Role.FinanceOfficer });
  await announced("the granted role");
  await revokeStaffRole(hq(), { personId: person.id, role: Role.FinanceOfficer });
  await announced("the revoked role");
  const membership = await addSchoolMember(hq(), {
    schoolId: "sch_one",
    name: "Chris",
    email: person.email,
    role: Role.SubjectLeader,
  });
  await announced("the membership");
  await endSchoolMembership(hq(), membership.id);
  await announced("the end of the membership");
  const appointment = await appointToHub(hq(), { hubId: "hub_one", personId: person.id, role: Role.Mentor });
  await announced("the appointment");
  await endHubAppointment(hq(), { appointmentId: appointment.id, reason: "Moved away." });
  await announced("the end of the appointment");
  const own = () => service.caller({ ...anonymous, kind: "person", personId: person.id });
  await handedInCandidacy(own, CandidacyKind.Mentor);
  await announced("the candidacy");
  await expect(handedInCandidacy(own, CandidacyKind.Mentor)).rejects.toMatchObject({ code: "ALREADY_APPLIED" });

  const stranger = await signedIn("later@psqm.example");
  await createPerson(hq(), { name: "Lou Later", email: "Later@psqm.example" });
  await until("the stranger who is one no longer", () => heard.includes(stranger.body.subject ?? ""));
  expect(heard).not.toContain(person.id);
  leave();
});

test("a stream that may have missed something ends, so that whoever listens forgets what they know", async () => {
  const { ended } = await announcements();
  await service.database.em
    .fork()
    .execute(
      "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen \"psqm_viewer\"' and usename = current_user",
    );
  await until("the stream ends", ended);
});

async function askPlatform(path: string, question: unknown, signedFor: Viewer = system) {
  const body = JSON.stringify(question);
  const signature = await signViewer(TEST_SIGNING_SECRET, { audience: "people", viewer: signedFor, body });
  const headers = { "content-type": "application/json", [VIEWER_HEADER]: signature };
  const response = await fetch(service.url.replace("/graphql", path), { method: "POST", headers, body });
  return { status: response.status, body: (await response.json()) as { viewer?: Viewer | null } };
}

test("a service that writes to people learns their names and addresses, and who they are now, by their ids", async () => {
  const person = await newcomer("Wendy Written");
  await appointToHub(hq(), { hubId: "hub_one", personId: person.id, role: Role.Mentor });
  const question = { personIds: [person.id, "per_nobody"] };
  expect(await askPlatform("/identity/contacts", question)).toEqual({
    status: 200,
    body: [{ personId: person.id, name: "Wendy Written", email: person.email }],
  });
  expect((await askPlatform("/identity/viewer-of", { personId: person.id })).body.viewer).toMatchObject({
    personId: person.id,
    roles: ["MENTOR"],
    hubsMentored: ["hub_one"],
  });
  expect((await askPlatform("/identity/viewer-of", { personId: "per_nobody" })).body).toEqual({ viewer: null });
  for (const path of ["/identity/contacts", "/identity/viewer-of"]) {
    expect((await askPlatform(path, question, programmeTeam())).status).toBe(403);
    expect((await askPlatform(path, { personIds: "all" })).status).toBe(400);
  }
});

test("both routes are for the platform itself: a person's signature is refused, and none at all too", async () => {
  expect((await ask({ credential: "api-key", sha256: "0".repeat(64) }, programmeTeam())).status).toBe(403);
  expect((await fetch(address("/changes"))).status).toBe(401);
  expect((await ask({ credential: "guess" })).status).toBe(400);
});
