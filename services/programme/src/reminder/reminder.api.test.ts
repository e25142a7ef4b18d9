import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { listMails } from "@psqm/mail/outbox";
import type { AskNeighbour } from "@psqm/subgraph/neighbours";
import { startTestMailServer, type TestMailServer } from "@psqm/testing/test-mail-server";
import { startTestSubgraph, type TestSubgraph, testMailSettings } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { programmeTeam } from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { type ActiveYear, activeYears } from "../testing/active-year.ts";
import { sendReminders } from "./send-reminders.ts";

let now = new Date("2026-09-01T09:00:00Z");
let post: TestMailServer;
let service: TestSubgraph;
let year: ActiveYear;
let isPeopleThere = true;
beforeAll(async () => {
  post = await startTestMailServer();
  service = await startTestSubgraph(programme, {
    clock: () => now,
    mail: { ...testMailSettings, smtpUrl: post.url },
  });
  const years = activeYears(service);
  year = await years.anActiveYear({ schoolId: await years.aSchool({ name: "Ash <Lane> School" }) });
  await service.deliver("people", "hub-appointment.started", year.hubId, {
    appointmentId: "app_1",
    hubId: year.hubId,
    personId: "per_lena",
    role: "HUB_LEADER",
    on: "2026-09-01",
  });
});
afterAll(async () => {
  await service.close();
  await post.close();
});

const ask: AskNeighbour = async (name, path, question) => {
  expect([name, path]).toEqual(["people", "/identity/contacts"]);
  if (!isPeopleThere) throw new Error("people is away");
  const { personIds } = question as { personIds: string[] };
  return personIds.map((personId) => ({ personId, name: `Name of ${personId}`, email: `${personId}@psqm.example` }));
};
const remind = () => sendReminders({ database: service.database, clock: () => now, ask });
const at = (day: string) => {
  now = new Date(`${day}T09:00:00Z`);
};

/** Kinds of step and reader of all that was written, without those of sessions. */
const written = async () =>
  (await listMails(service.database.em.fork(), undefined))
    .map(({ key }) => key.split(" "))
    .filter(([, , , , key]) => key === "TARGET_MARK")
    .map(([, step, , audience, , last, reader]) => [step, audience, last, reader])
    .sort();

test("who has to do it is reminded a week before, once, however often and in however many replicas this runs", async () => {
  at("2026-10-25");
  await remind();
  expect(await written()).toEqual([]);
  at("2026-10-26");
  isPeopleThere = false;
  await expect(remind()).rejects.toThrow("away");
  expect(await written()).toEqual([]);
  isPeopleThere = true;
  await Promise.all([remind(), remind(), remind()]);
  expect(await remind()).toBe(0);
  expect(await written()).toEqual([
    ["BEFORE", "HUB_LEADER", "2026-11-02", "per_lena"],
    ["BEFORE", "SCHOOL", "2026-11-02", year.subjectLeaderId],
  ]);
  const mail = await until("the mail comes", () =>
    post.mails.find(
      ({ subject, to }) => /^Decide/.test(subject ?? "") && JSON.stringify(to).includes(year.subjectLeaderId),
    ),
  );
  expect(mail.subject).toBe("Decide on the target mark: due by 2026-11-02");
  expect(mail.text).toContain('For Ash <Lane> School, "Decide on the target mark" is due by 2026-11-02');
  expect(String(mail.html)).toContain("Ash &lt;Lane&gt; School");
  expect(mail.headers.get("list")).toBeDefined();
});

test("who is late hears it, a week later the hub's leader, another week later the programme team, each once", async () => {
  at("2026-11-03");
  await remind();
  const late = await until("the mail comes", () =>
    post.mails.find(({ subject }) => /^Decide.*was due by/.test(subject ?? "")),
  );
  expect(late.headers.get("list")).toBeUndefined();
  at("2026-11-09");
  await remind();
  await remind();
  expect((await written()).filter(([step]) => step !== "BEFORE")).toEqual([
    ["HUB_LEADER", "SCHOOL", "2026-11-02", "per_lena"],
    ["LATE", "HUB_LEADER", "2026-11-02", "per_lena"],
    ["LATE", "SCHOOL", "2026-11-02", year.subjectLeaderId],
  ]);
  const escalations = async () => {
    const { data } = await service.query(
      programmeTeam(),
      "{ escalations(first: 100) { nodes { state text raisedBy { id } enrolment { id } } } }",
    );
    return data.escalations.nodes.filter(({ text }: { text: string }) => text.includes("target mark"));
  };
  expect(await escalations()).toEqual([]);
  at("2026-11-16");
  await Promise.all([remind(), remind()]);
  await remind();
  expect(await escalations()).toEqual(
    [
      {
        state: "OPEN",
        text: expect.stringContaining('The hub leader was to have "Assign target marks" done for Ash <Lane> School'),
        raisedBy: null,
        enrolment: { id: year.enrolmentId },
      },
      {
        state: "OPEN",
        text: 'Ash <Lane> School was to have "Decide on the target mark" done by 2026-11-02; school and hub leader were told.',
        raisedBy: null,
        enrolment: { id: year.enrolmentId },
      },
    ].sort(() => 0),
  );
});

test("an extension is reminded of anew, and what is done is no more", async () => {
  at("2026-11-17");
  const before = (await written()).length;
  await service.query(
    programmeTeam(),
    "mutation ($input: ExtendMilestoneInput!) { extendMilestone(input: $input) { id } }",
    {
      input: {
        enrolmentId: year.enrolmentId,
        audience: "SCHOOL",
        key: "TARGET_MARK",
        until: "2026-11-20",
        reason: "Illness.",
      },
    },
  );
  await remind();
  expect((await written()).filter(([, , last]) => last === "2026-11-20")).toEqual([
    ["BEFORE", "SCHOOL", "2026-11-20", year.subjectLeaderId],
  ]);
  await service.deliver("assessment", "target-mark.agreed", year.enrolmentId, { enrolmentId: year.enrolmentId });
  at("2026-11-23");
  await remind();
  expect(await written()).toHaveLength(before + 1);
});
