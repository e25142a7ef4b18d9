import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { signViewer, VIEWER_HEADER, verifyViewer } from "@psqm/identity/signing";
import { anonymous } from "@psqm/identity/viewer";
import { listMails } from "@psqm/mail/outbox";
import { sendDueMails } from "@psqm/mail/sender";
import { askingNeighbours } from "@psqm/subgraph/neighbours";
import { startTestMailServer, type TestMailServer } from "@psqm/testing/test-mail-server";
import {
  startTestSubgraph,
  TEST_SIGNING_SECRET,
  type TestSubgraph,
  testMailSettings,
} from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { hubLeader, mentor, subjectLeader } from "@psqm/testing/viewers";
import { pino } from "pino";
import { deleteMessage } from "../message/delete-message.ts";
import { markRead } from "../participation/mark-reading.ts";
import { muteConversation } from "../participation/mute-conversation.ts";
import { messaging } from "../service.ts";
import { converse, say } from "../testing/conversations.ts";
import { collectUnread } from "./collect-unread.ts";
import { isOvertaken, sendDigests } from "./send-digests.ts";

const [lena, mina, sam] = [hubLeader("hub_humber"), mentor("hub_humber"), subjectLeader("sch_wolds")];
const names: Record<string, string> = {
  per_leader: "Lena Leader",
  per_mentor: "Mina Mentor",
  per_subject: "Sam <Subject>",
};

const TUESDAY_NOON = new Date("2026-11-17T12:00:00Z");
let now = TUESDAY_NOON;
let service: TestSubgraph;
let server: TestMailServer;
let people: Server;
let isPeopleThere = true;

beforeAll(async () => {
  server = await startTestMailServer();
  people = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const token = request.headers[VIEWER_HEADER] as string;
    const viewer = await verifyViewer(TEST_SIGNING_SECRET, token, { audience: "people", body });
    expect(viewer).toMatchObject({ kind: "system" });
    if (!isPeopleThere) return response.writeHead(503).end();
    const { personIds } = JSON.parse(body) as { personIds: string[] };
    const known = personIds.filter((id) => names[id]);
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify(known.map((id) => ({ personId: id, name: names[id], email: `${id}@psqm.example` }))));
  }).listen(0, "127.0.0.1");
  await until("people listen", () => people.address());
  service = await startTestSubgraph(messaging, {
    clock: () => now,
    mail: { ...testMailSettings, smtpUrl: server.url },
  });
  const em = service.database.em.fork();
  await em.execute(
    `insert into member (id, person_id, school_id, hub_id) values
       ('mem_1', 'per_subject', 'sch_wolds', null), ('app_1', 'per_leader', null, 'hub_humber'),
       ('app_2', 'per_mentor', null, 'hub_humber')`,
  );
});

afterEach(async () => {
  now = TUESDAY_NOON;
  isPeopleThere = true;
  server.mails.length = 0;
  await service.database.em.fork().execute("delete from preferences");
  await service.database.em.fork().execute("delete from mail_opt_out");
  await service.database.em.fork().execute("delete from notice");
  await service.database.em
    .fork()
    .execute("update participation set read_sequence = 1000, delivered_sequence = 1000, mailed_sequence = 1000");
});

afterAll(async () => {
  await service.close();
  await server.close();
  people.close();
});

const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};

/** What the loop does, without waiting for its next turn; the service's own finds nobody to ask for addresses. */
async function tell(): Promise<number> {
  const em = service.database.em;
  for (const _ of [1, 2]) {
    await em.fork().execute("update notice_cursor set horizon_at = now() - interval '1 minute'");
    await collectUnread(em);
  }
  const { port } = people.address() as AddressInfo;
  const ask = askingNeighbours({ people: `http://127.0.0.1:${port}/graphql` }, TEST_SIGNING_SECRET);
  const addressForReplies = (number: number, personId: string) => `re-${number}-${personId}@reply.psqm.example`;
  return sendDigests({ database: service.database, clock: () => now, ask, addressForReplies });
}

/** What the sender does, without waiting for its next turn. */
const leave = () =>
  sendDueMails({
    service: "messaging",
    signingSecret: TEST_SIGNING_SECRET,
    em: service.database.em,
    settings: { ...testMailSettings, smtpUrl: server.url },
    log: pino({ level: "silent" }),
    isOvertaken,
  });

const arrived = (count: number) =>
  until(`${count} mails`, async () => {
    await leave();
    return server.mails.length >= count;
  });
const recipients = () => server.mails.map(({ to }) => (to && "text" in to ? to.text : "")).sort();

describe("whoever has not read a message for half an hour", () => {
  test("is told once, by one mail with all that waits, and not what they said themselves", async () => {
    const [first, second] = [await converse(service), await converse(service)];
    await say(service, lena, first, "Bring your <b>audit</b>.");
    later(10);
    await say(service, lena, second, "And your plan.");
    await say(service, sam, second, "I will.");
    later(19);
    expect(await tell()).toBe(0);
    later(1);
    await tell();
    await tell();
    await arrived(2);
    later(10);
    await tell();
    await tell();
    await arrived(3);
    expect(recipients()).toEqual([
      '"Lena Leader" <per_leader@psqm.example>',
      '"Mina Mentor" <per_mentor@psqm.example>',
      '"Sam <Subject>" <per_subject@psqm.example>',
    ]);
    const toSam = server.mails.find(({ to }) => to && "text" in to && to.text.includes("Sam"));
    expect(toSam?.subject).toBe("2 messages wait for you");
    expect(toSam?.text).toContain("Lena Leader:\n> Bring your <b>audit</b>.");
    expect(toSam?.html).toContain("Bring your &lt;b&gt;audit&lt;/b&gt;.");
    expect(toSam?.text).not.toContain("I will.");
    later(600);
    await tell();
    expect(server.mails).toHaveLength(3);

    now = new Date("2026-11-18T12:00:00Z");
    await say(service, lena, first, "Tomorrow!");
    later(31);
    await tell();
    await arrived(5);
    expect(server.mails.slice(3).map(({ subject }) => subject)).toEqual(Array(2).fill("A message waits for you"));
  });

  test("can answer the mail, or each conversation of it", async () => {
    const leader = hubLeader("hub_none");
    const [first, second] = [
      await converse(service, { hubId: "hub_none" }),
      await converse(service, { hubId: "hub_none" }),
    ];
    await say(service, leader, first, "Hello");
    later(40);
    await tell();
    await arrived(1);
    const [single] = server.mails;
    expect(single?.replyTo?.text).toMatch(/^re-\d+-per_subject@reply\.psqm\.example$/);
    expect(single?.text).toContain("You can answer this e-mail");
    await say(service, leader, first, "Hello");
    await say(service, leader, second, "Hello");
    later(40);
    await tell();
    await arrived(2);
    expect(server.mails[1]?.replyTo).toBeUndefined();
    expect(server.mails[1]?.text?.match(/mailto:re-\d+-per_subject@/g)).toHaveLength(2);
  });

  test("is told by one of many replicas", async () => {
    const conversation = await converse(service, { hubId: "hub_none" });
    await service.database.em.fork().execute("update notice_cursor set horizon_at = now() - interval '1 minute'");
    await say(service, hubLeader("hub_none"), conversation, "Hello");
    later(40);
    const sent = await Promise.all(Array.from({ length: 5 }, tell));
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(1);
    await arrived(1);
    await tell();
    expect(server.mails).toHaveLength(1);
  });

  test("is not told of what they have read, what was deleted, or what they have muted", async () => {
    const [read, deleted, muted] = [await converse(service), await converse(service), await converse(service)];
    await muteConversation(service.caller(sam), muted, new Date("2027-01-01T00:00:00Z"));
    await say(service, lena, read, "Read");
    const gone = await say(service, lena, deleted, "Deleted");
    await say(service, lena, muted, "Muted");
    await markRead(service.caller(sam), { conversationId: read, upTo: 1 });
    await deleteMessage(service.caller(lena), gone.id);
    later(31);
    await tell();
    await arrived(1);
    expect(recipients()).toEqual(['"Mina Mentor" <per_mentor@psqm.example>']);
    expect(server.mails[0]?.text).not.toContain("Deleted");
  });

  test("is not told of what they read while the mail waits to leave", async () => {
    const conversation = await converse(service, { hubId: "hub_none" });
    await say(service, hubLeader("hub_none"), conversation, "Hello");
    later(40);
    await service.database.em.fork().transactional(async (em) => {
      // The sender cannot take it before it was read: as with a mail server that was away.
      await em.execute("select pg_advisory_xact_lock(hashtextextended('mails of messaging', 0))");
      expect(await tell()).toBe(1);
      await markRead(service.caller(sam), { conversationId: conversation, upTo: 1 });
    });
    await until("it is dropped", async () => {
      await leave();
      return (await listMails(service.database.em.fork(), "WAITING")).length === 0;
    });
    expect(server.mails).toEqual([]);
    expect((await listMails(service.database.em.fork()))[0]).toMatchObject({ state: "UNWANTED", letter: null });
  });

  test("is not told once they take no part any more", async () => {
    const conversation = await converse(service, { schoolId: "sch_left", hubId: "hub_none" });
    const em = service.database.em.fork();
    await em.execute("insert into member (id, person_id, school_id) values ('mem_left', 'per_subject', 'sch_left')");
    await say(service, hubLeader("hub_none"), conversation, "Hello");
    await tell();
    await em.execute("delete from member where id = 'mem_left'");
    later(40);
    expect(await tell()).toBe(0);
  });

  test("waits while people does not say how to write to them", async () => {
    const conversation = await converse(service, { hubId: "hub_none" });
    await say(service, hubLeader("hub_none"), conversation, "Hello");
    later(40);
    isPeopleThere = false;
    await expect(tell()).rejects.toMatchObject({ code: "NEIGHBOUR_AWAY" });
    isPeopleThere = true;
    expect(await tell()).toBe(1);
    await arrived(1);
  });
});

describe("the time of a mail", () => {
  test("is never in the evening, on a Sunday or in the school holidays, unless its reader wants that", async () => {
    now = new Date("2026-10-23T18:45:00Z");
    const conversation = await converse(service);
    await say(service, lena, conversation, "The holidays begin");
    await service.query(
      mina,
      `mutation { chooseNotifications(input: { quietFrom: "00:00", quietUntil: "00:00", onRestDays: true }) { mails } }`,
    );
    later(31);
    await tell();
    await arrived(1);
    expect(recipients()).toEqual(['"Mina Mentor" <per_mentor@psqm.example>']);
    for (const quiet of ["2026-10-24T10:00:00Z", "2026-10-28T10:00:00Z", "2026-11-02T06:59:00Z"]) {
      now = new Date(quiet);
      expect(await tell()).toBe(0);
    }
    now = new Date("2026-11-02T07:00:00Z");
    expect(await tell()).toBe(1);
    await arrived(2);
    expect(recipients()[1]).toContain("Sam");
  });
});

describe("preferences", () => {
  const fields = "mails mailAfterMinutes quietFrom quietUntil onRestDays showsReading";
  const choose = (input: string) =>
    service.query(sam, `mutation { chooseNotifications(input: { ${input} }) { ${fields} } }`);

  test("are what one chooses, and the rest stays", async () => {
    const { data } = await service.query(sam, `{ messagingPreferences { ${fields} } }`);
    expect(data.messagingPreferences).toEqual({
      mails: true,
      mailAfterMinutes: 30,
      quietFrom: "19:00",
      quietUntil: "07:00",
      onRestDays: false,
      showsReading: true,
    });
    await service.query(sam, "mutation { showReading(shown: false) { showsReading } }");
    await choose("mailAfterMinutes: 120");
    expect((await choose('quietFrom: "21:30", onRestDays: true')).data.chooseNotifications).toEqual({
      mails: true,
      mailAfterMinutes: 120,
      quietFrom: "21:30",
      quietUntil: "07:00",
      onRestDays: true,
      showsReading: false,
    });
  });

  test.each(["mailAfterMinutes: 1", 'quietFrom: "25:00"', 'quietUntil: "noon"'])("refuse %s", async (input) => {
    expect((await choose(input)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  test("know what the link of a mail has said, and take it back", async () => {
    const conversation = await converse(service, { hubId: "hub_none" });
    const leader = hubLeader("hub_none");
    await choose("mails: true");
    await say(service, leader, conversation, "Hello");
    later(31);
    await tell();
    await arrived(1);
    const link = /http\S+unsubscribe\S+/.exec(server.mails[0]?.text ?? "")?.[0] ?? "";
    const signature = await signViewer(TEST_SIGNING_SECRET, { audience: "messaging", viewer: anonymous, body: "" });
    const address = new URL(new URL(link).pathname, service.url);
    expect((await fetch(address, { method: "POST" })).status).toBe(401);
    const answer = await fetch(address, { method: "POST", headers: { [VIEWER_HEADER]: signature } });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("no more mails about unread")]);
    expect((await service.query(sam, "{ messagingPreferences { mails } }")).data.messagingPreferences.mails).toBe(
      false,
    );

    await say(service, leader, conversation, "Again");
    later(31);
    await tell();
    await until("it is dropped", async () => {
      await leave();
      return (await listMails(service.database.em.fork(), "WAITING")).length === 0;
    });
    expect(server.mails).toHaveLength(1);

    expect((await choose("mails: true")).data.chooseNotifications.mails).toBe(true);
    await say(service, leader, conversation, "Once more");
    later(31);
    await tell();
    await arrived(2);
    expect((await choose("mails: false")).data.chooseNotifications.mails).toBe(false);
    await say(service, leader, conversation, "And more");
    later(31);
    expect(await tell()).toBe(0);
  });
});
