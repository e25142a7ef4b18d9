import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "@psqm/clock/clock";
import { connectDatabase, type Database } from "@psqm/database/connect";
import { eventPositionsMigration, eventsMigration } from "@psqm/events/migration";
import { transact } from "@psqm/events/transact";
import { system } from "@psqm/identity/viewer";
import type { Mail, MailTopic } from "@psqm/mail/mail";
import { mailMigration } from "@psqm/mail/migration";
import { findMail, listMails, retryMails } from "@psqm/mail/outbox";
import { sendMail } from "@psqm/mail/send-mail";
import { type SenderOptions, sendDueMails, startMailSender } from "@psqm/mail/sender";
import { unsubscribePath, unsubscribeRoutes } from "@psqm/mail/unsubscribe";
import { readEnvironment } from "@psqm/subgraph/config";
import Fastify from "fastify";
import pg from "pg";
import { pino } from "pino";
import { type TestDatabase, testDatabase } from "../test-database.ts";
import {
  smtpRefusal,
  startTestMailServer,
  type TestMailServer,
  type TestMailServerOptions,
} from "../test-mail-server.ts";
import { TEST_SIGNING_SECRET, testMailSettings } from "../test-subgraph.ts";
import { until } from "../until.ts";

const reminders: MailTopic = { name: "reminders", title: "reminders" };
const service = "writer";

let files: TestDatabase;
let writer: Database;
let admin: pg.Client;
let logged = "";
const write = (line: string) => {
  logged += line;
};
const log = pino({ level: "trace" }, { write });
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  files = await testDatabase([{ service, migrations: [eventsMigration, eventPositionsMigration, mailMigration] }]);
  writer = await connectDatabase({ url: files.urlOf(service), schema: service, entities: [] });
  admin = new pg.Client({ connectionString: files.adminUrl });
  await admin.connect();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await admin.query("truncate writer.mail, writer.mail_opt_out");
});

afterAll(async () => {
  await admin.end();
  await writer.close(true);
  await files.drop();
});

const caller = () => ({ em: writer.em.fork(), viewer: system, clock: systemClock });

const letter = (parts: Partial<Mail> = {}): Mail => ({
  kind: "milestone-reminder",
  key: "milestone-reminder mil_1 per_1",
  to: { name: "Sam Subject", address: "Sam.Subject@psqm.example" },
  subject: "Your action plan is due",
  body: ["Dear Sam,", "your action plan is due."],
  ...parts,
});

const compose = (...mails: Partial<Mail>[]) =>
  transact(caller(), "write", "mil_1", async (tx) => {
    const written: boolean[] = [];
    for (const mail of mails) written.push(await sendMail(tx, letter(mail)));
    return written;
  });

const numbered = (count: number): Partial<Mail>[] =>
  Array.from({ length: count }, (_, n) => ({ key: `reminder ${n}`, subject: `Reminder ${n}` }));

async function mailServer(options?: TestMailServerOptions): Promise<TestMailServer> {
  const server = await startTestMailServer(options);
  open.push(server);
  return server;
}

const options = (smtpUrl?: string, perMinute = 1_000): SenderOptions => ({
  service,
  signingSecret: TEST_SIGNING_SECRET,
  em: writer.em,
  settings: { ...testMailSettings, smtpUrl, perMinute },
  log,
});

async function sendAll(smtpUrl?: string): Promise<void> {
  while ((await sendDueMails(options(smtpUrl))) === "more");
}

/** As if the time for another try had come. */
const hasten = () => admin.query("update writer.mail set due_at = now() where state = 'WAITING'");

const mails = () => listMails(writer.em.fork());

describe("a mail", () => {
  test("is sent when what caused it is committed, and then forgotten but for its key", async () => {
    const server = await mailServer();
    expect(await compose({})).toEqual([true]);
    await sendAll(server.url);
    const [mail, ...more] = server.mails;
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ subject: "Your action plan is due", text: "Dear Sam,\n\nyour action plan is due.\n" });
    expect(mail?.to).toMatchObject({ value: [{ name: "Sam Subject", address: "Sam.Subject@psqm.example" }] });
    expect(mail?.from?.text).toBe('"PSQM" <programme@psqm.example>');
    expect(mail?.headers.get("auto-submitted")).toBe("auto-generated");
    expect(mail?.headers.has("list")).toBe(false);
    expect(await mails()).toMatchObject([{ state: "SENT", letter: null, reason: null }]);
    expect(await compose({})).toEqual([false]);
    await sendAll(server.url);
    expect(server.mails).toHaveLength(1);
  });

  test("of a transaction that fails was never written", async () => {
    const attempt = transact(caller(), "write", "mil_1", async (tx) => {
      await sendMail(tx, letter());
      throw new Error("no");
    });
    await expect(attempt).rejects.toThrow("no");
    expect(await mails()).toEqual([]);
  });

  test("is one though two replicas write it at once", async () => {
    const written = await Promise.all(Array.from({ length: 8 }, () => compose({})));
    expect(written.flat().filter(Boolean)).toHaveLength(1);
    expect(await mails()).toHaveLength(1);
  });

  test("shows the same words as text and as HTML, in which nothing is markup", async () => {
    const server = await mailServer();
    await compose({
      subject: "Tom & Jerry\r\nBcc: all@psqm.example",
      to: { name: 'Eve "<b>\r\nBcc: all@psqm.example', address: "eve@psqm.example" },
      body: [
        "<script>alert(1)</script> & more",
        { list: ["<i>one</i>", "two"] },
        { link: "Open <it>", to: '/enrolments/enr_1?a="b"' },
        { quote: "first line\n<b>second</b>", by: "Lena <Leader>" },
      ],
    });
    await sendAll(server.url);
    const [mail] = server.mails;
    expect(mail?.text).toBe(
      "<script>alert(1)</script> & more\n\n- <i>one</i>\n- two\n\nOpen <it>:\n" +
        "http://psqm.example/enrolments/enr_1?a=%22b%22\n\nLena <Leader>:\n> first line\n> <b>second</b>\n",
    );
    const html = mail?.html || "";
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
    expect(html).toContain('<a href="http://psqm.example/enrolments/enr_1?a=%22b%22">Open &lt;it&gt;</a>');
    expect(html).toContain("Lena &lt;Leader&gt;");
    expect(html).not.toMatch(/<script|<i>|<b>|<it>|<Leader>/);
    expect(mail?.bcc).toBeUndefined();
    expect(mail?.to).toMatchObject({ value: [{ address: "eve@psqm.example" }] });
  });

  test("to an address that is none is refused", async () => {
    await expect(compose({ to: { name: "Nobody", address: "nobody" } })).rejects.toMatchObject({
      code: "MAIL_ADDRESS_UNUSABLE",
    });
  });

  test("without a mail server is kept, to be looked at, and does not leave later", async () => {
    await compose({});
    await sendAll();
    const [kept] = await mails();
    expect(kept).toMatchObject({ state: "KEPT", letter: { subject: "Your action plan is due" } });
    expect(await findMail(writer.em.fork(), kept?.id ?? "")).toEqual(kept);
    const server = await mailServer();
    await sendAll(server.url);
    expect(server.mails).toEqual([]);
  });
});

describe("senders", () => {
  test("of several replicas send each mail once between them", async () => {
    const server = await mailServer({ onMail: () => new Promise((resolve) => setTimeout(resolve, 5)) });
    await compose(...numbered(40));
    await Promise.all(Array.from({ length: 6 }, () => sendAll(server.url)));
    expect(new Set(server.mails.map(({ subject }) => subject)).size).toBe(40);
    expect(server.mails).toHaveLength(40);
  });

  test("of several replicas together keep to so many a minute", async () => {
    const server = await mailServer();
    await compose(...numbered(12));
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 4 }, () => sendDueMails(options(server.url, 7))));
    }
    expect(server.mails).toHaveLength(7);
    await admin.query("update writer.mail set attempted_at = attempted_at - interval '61 seconds'");
    await sendDueMails(options(server.url, 7));
    expect(server.mails).toHaveLength(12);
  });

  test("wait while the server is down, without counting that against the mails, and go on when it is back", async () => {
    const down = await mailServer();
    await down.close();
    await compose(...numbered(3));
    const sender = startMailSender(options(down.url));
    open.push(sender);
    await until("a try", async () => (await mails()).every(({ reason }) => reason));
    expect((await mails()).map(({ state, attempts }) => [state, attempts])).toEqual(Array(3).fill(["WAITING", 0]));
    const server = await mailServer({ port: down.port });
    await until("all of them", () => server.mails.length === 3, 15_000);
  });

  test("that die between the server's yes and our noting it leave a mail that is known again by its Message-ID", async () => {
    const child: { process?: ReturnType<typeof spawn> } = {};
    let killed: unknown;
    const server = await mailServer({
      onMail: async () => {
        if (killed || !child.process) return;
        killed = once(child.process, "exit");
        child.process.kill("SIGKILL");
        await killed;
      },
    });
    await compose({});
    const file = path.join(import.meta.dirname, "send-mails.js");
    child.process = spawn(process.execPath, [file, files.urlOf(service), server.url], { stdio: "ignore" });
    await until("the first try", () => server.mails.length === 1, 40_000);
    expect(await sendDueMails(options(server.url))).toBe("idle");
    await hasten();
    await sendAll(server.url);
    const [first, second] = server.mails;
    expect(server.mails).toHaveLength(2);
    expect(second?.messageId).toBe(first?.messageId);
    expect([second?.text, second?.html, second?.date]).toEqual([first?.text, first?.html, first?.date]);
    expect(await mails()).toMatchObject([{ state: "SENT", attempts: 2 }]);
  });

  test("that lose the database between the two note it when it is back, and send no second", async () => {
    const server = await mailServer({
      onMail: async () => {
        await admin.query("alter role psqm_writer nologin");
        await admin.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'psqm-writer'",
        );
        setTimeout(() => admin.query("alter role psqm_writer login"), 700);
      },
    });
    await compose({});
    await sendAll(server.url);
    await hasten();
    await sendAll(server.url);
    expect(server.mails).toHaveLength(1);
    expect(await mails()).toMatchObject([{ state: "SENT", attempts: 1 }]);
  });
});

describe("a mail that is refused", () => {
  test("for good is parked with the server's reason and can be tried again", async () => {
    let full = true;
    const server = await mailServer({
      onMail: () => {
        if (full) throw smtpRefusal(552, "The mailbox of sam.subject@psqm.example is full");
      },
    });
    await compose({});
    await sendAll(server.url);
    expect(await mails()).toMatchObject([{ state: "PARKED", attempts: 1, reason: expect.stringContaining("is full") }]);
    full = false;
    expect(await retryMails(writer.em.fork(), "mai_other")).toBe(0);
    expect(await retryMails(writer.em.fork())).toBe(1);
    await sendAll(server.url);
    expect(server.mails).toHaveLength(1);
    expect(await mails()).toMatchObject([{ state: "SENT", reason: null }]);
  });

  test("for now is tried less and less often, and parked after two days", async () => {
    const server = await mailServer({
      onMail: () => {
        throw smtpRefusal(451, "Greylisted");
      },
    });
    await compose({});
    const waits: number[] = [];
    for (;;) {
      await sendDueMails(options(server.url));
      const { rows } = await admin.query(
        "select state, extract(epoch from due_at - now())::int as wait from writer.mail",
      );
      if (rows[0].state !== "WAITING") break;
      waits.push(Math.round(rows[0].wait / 10) * 10);
      expect(await sendDueMails(options(server.url))).toBe("idle");
      await hasten();
    }
    expect(waits).toEqual([60, 300, 900, 3_600, 14_400, 43_200, 115_200]);
    expect(await mails()).toMatchObject([{ state: "PARKED", attempts: 8 }]);
  });

  test("by a server that breaks off at it alone does not hold up the others", async () => {
    const server = await mailServer({
      onMail: (mail) => {
        if (mail.subject === "Reminder 1") throw smtpRefusal(421, "Closing the connection");
      },
    });
    await compose(...numbered(3));
    await sendAll(server.url);
    expect(server.mails.map(({ subject }) => subject).sort()).toEqual(["Reminder 0", "Reminder 2"]);
    expect((await mails()).map(({ state, attempts }) => [state, attempts])).toEqual([
      ["SENT", 1],
      ["WAITING", 1],
      ["SENT", 1],
    ]);
  });
});

describe("somebody who wants no more", () => {
  async function routes(): Promise<string> {
    const app = Fastify();
    const unsubscribing = { service, signingSecret: TEST_SIGNING_SECRET };
    unsubscribeRoutes(app, unsubscribing, [reminders], { em: writer.em, clock: systemClock });
    open.push({ close: async () => app.close() });
    return app.listen({ port: 0, host: "127.0.0.1" });
  }

  test("says so at one click, gets no more of that topic, and all else", async () => {
    const server = await mailServer();
    await compose({ topic: reminders });
    await sendAll(server.url);
    const [mail] = server.mails;
    const list = mail?.headers.get("list") as unknown as Record<string, { url?: string; name?: string }>;
    const link = list["unsubscribe"]?.url ?? "";
    expect(mail?.headerLines.find(({ key }) => key === "list-unsubscribe-post")?.line).toBe(
      "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    );
    expect(mail?.text).toContain(`I want no more mails of this kind:\n${link}`);
    expect(link).toMatch(/^http:\/\/psqm\.example\/mail\/writer\/unsubscribe\//);
    for (const part of new URL(link).pathname.split("/")) {
      expect(part + Buffer.from(part, "base64url").toString()).not.toMatch(/sam|psqm\.example/i);
    }

    const address = (await routes()) + new URL(link).pathname;
    const asked = await fetch(address);
    expect([asked.status, await asked.text()]).toEqual([200, expect.stringContaining("Do you want no more reminders")]);
    await compose({ key: "second", topic: reminders });
    await sendAll(server.url);
    expect(server.mails).toHaveLength(2);

    expect((await fetch(address, { method: "POST" })).status).toBe(200);
    expect((await fetch(address, { method: "POST" })).status).toBe(200);
    const another = { name: "Lena", address: "lena@psqm.example" };
    await compose(
      { key: "third", topic: reminders, to: { name: "Sam", address: "sam.subject@PSQM.example" } },
      { key: "fourth", topic: { name: "digests", title: "digests" }, subject: "Of another topic" },
      { key: "fifth", subject: "Not optional" },
      { key: "sixth", topic: reminders, to: another, subject: "Of somebody else" },
    );
    await sendAll(server.url);
    expect(
      server.mails
        .slice(2)
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual(["Not optional", "Of another topic", "Of somebody else"]);
    expect((await mails()).find(({ key }) => key === "third")).toMatchObject({ state: "UNWANTED", letter: null });
  });

  test("needs a link that we signed, for this service and a topic that it has", async () => {
    const address = await routes();
    const unsubscribing = { service, signingSecret: TEST_SIGNING_SECRET };
    const good = unsubscribePath(unsubscribing, Buffer.alloc(32), "reminders");
    const bad = [
      `${good.slice(0, -2)}xx`,
      good.replace(/[^/]+$/, "nonsense"),
      unsubscribePath({ ...unsubscribing, service: "other" }, Buffer.alloc(32), "reminders").replace("other", service),
      unsubscribePath({ service, signingSecret: `${TEST_SIGNING_SECRET}!` }, Buffer.alloc(32), "reminders"),
      unsubscribePath(unsubscribing, Buffer.alloc(32), "digests"),
    ];
    for (const link of bad) {
      for (const method of ["GET", "POST"]) expect((await fetch(address + link, { method })).status).toBe(404);
    }
    expect((await fetch(address + good, { method: "POST" })).status).toBe(200);
  });
});

test("what is logged holds neither an address nor a word of a mail", () => {
  expect(logged).toContain("sent a mail");
  expect(logged).toContain("a mail was not taken");
  expect(logged).not.toMatch(/psqm\.example|Sam|Dear|action plan|mailbox|Reminder \d/i);
});

test("a mail server is not used without a sender and an address for links", () => {
  const env = { DATABASE_URL: "postgres://localhost/x", SIGNING_SECRET: TEST_SIGNING_SECRET };
  expect(() => readEnvironment({ ...env, SMTP_URL: "smtp://localhost" })).toThrow(
    /MAIL_FROM: is needed beside SMTP_URL\n {2}PUBLIC_URL: is needed beside SMTP_URL/,
  );
  expect(() => readEnvironment({ ...env, SMTP_URL: "http://localhost" })).toThrow(/SMTP_URL: wants a mail server/);
  expect(readEnvironment({ ...env, SMTP_URL: "", MAIL_FROM: "" })).toMatchObject({ MAIL_PER_MINUTE: 300 });
});
