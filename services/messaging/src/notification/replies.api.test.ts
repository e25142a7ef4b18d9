import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { newId } from "@psqm/database/id";
import type { Viewer } from "@psqm/identity/viewer";
import { askingNeighbours } from "@psqm/subgraph/neighbours";
import type { Deps } from "@psqm/subgraph/subgraph";
import { startTestSubgraph, TEST_SIGNING_SECRET, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { hubLeader, programmeTeam, subjectLeader } from "@psqm/testing/viewers";
import fc from "fast-check";
import nodemailer from "nodemailer";
import { pino } from "pino";
import { freezeConversation } from "../safety/oversee.ts";
import { messaging } from "../service.ts";
import { converse, say } from "../testing/conversations.ts";
import { readReplyAddress, replyAddress } from "./reply-address.rules.ts";
import { addressesForReplies, type Replies, replySettings, takeReplies } from "./take-replies.ts";

const DOMAIN = "reply.psqm.example";
const samId = newId("per");
const viewers = new Map<string, Viewer>([[samId, subjectLeader("sch_wolds", samId)]]);

let now = new Date("2026-11-17T12:00:00Z");
let service: TestSubgraph;
let people: Server;
let replies: Replies;
let isPeopleThere = true;
let logged = "";

beforeAll(async () => {
  people = createServer(async (request, response) => {
    if (!isPeopleThere) return response.writeHead(503).end();
    let body = "";
    for await (const chunk of request) body += chunk;
    const asked = JSON.parse(body) as { personId?: string; personIds?: string[] };
    const known = (asked.personIds ?? []).filter((id) => viewers.has(id));
    const answer = asked.personId
      ? { viewer: viewers.get(asked.personId) ?? null }
      : known.map((personId) => ({ personId, name: "Sam Subject", email: "sam.subject@psqm.example" }));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await until("people listen", () => people.address());
  service = await startTestSubgraph(messaging, { clock: () => now });
  const { port } = people.address() as AddressInfo;
  const log = pino(
    { level: "trace" },
    {
      write(line: string) {
        logged += line;
      },
    },
  );
  replies = await takeReplies(deps(port, log), { domain: DOMAIN, host: "127.0.0.1", port: 0 });
});

const deps = (port: number, log: Deps["log"]) => ({
  database: service.database,
  signingSecret: TEST_SIGNING_SECRET,
  clock: () => now,
  log,
  ask: askingNeighbours({ people: `http://127.0.0.1:${port}/` }, TEST_SIGNING_SECRET),
});

afterEach(() => {
  now = new Date("2026-11-17T12:00:00Z");
  isPeopleThere = true;
  viewers.set(samId, subjectLeader("sch_wolds", samId));
});

afterAll(async () => {
  await replies.close();
  await service.close();
  people.close();
});

async function addressOf(conversationId: string, personId = samId): Promise<string> {
  const [row] = await service.database.em
    .fork()
    .execute<{ number: number }[]>("select number from conversation where id = ?", [conversationId]);
  const signing = { signingSecret: TEST_SIGNING_SECRET, clock: () => now };
  return addressesForReplies(signing, { domain: DOMAIN, host: "", port: 0 })(row?.number ?? 0, personId);
}

interface Answer {
  text?: string;
  html?: string;
  from?: string;
  messageId?: string;
  headers?: Record<string, string>;
}

/** As the sender's own mail server hands it over; the refusal if there is one. */
async function answer(to: string, mail: Answer): Promise<string> {
  const transport = nodemailer.createTransport({ host: "127.0.0.1", port: replies.port, ignoreTLS: true });
  const { from = "Sam Subject <sam.subject@psqm.example>", ...rest } = mail;
  const sent = await transport.sendMail({ from, to, subject: "Re: A message waits for you", ...rest }).catch((e) => e);
  return String(sent.response);
}

const said = async (conversationId: string) =>
  (
    await service.database.em
      .fork()
      .execute<{ sender_id: string; text: string }[]>(
        "select sender_id, text from message where conversation_id = ? order by sequence",
        [conversationId],
      )
  ).map(({ sender_id, text }) => [sender_id, text]);

const quoted = `Yes, gladly: 🧪 on Thursday.

On Tue, 17 Nov 2026 at 12:31, Primary Science Quality Mark <programme@psqm.example> wrote:

> Dear Sam,
>
> Lena Leader:
> > Shall we meet?
`;

describe("an answer by mail", () => {
  test("is said in the conversation by its person, without what it quotes, once however often it comes", async () => {
    const conversation = await converse(service);
    await say(service, hubLeader("hub_humber"), conversation, "Shall we meet?");
    const to = await addressOf(conversation);
    expect(to.split("@")[0]?.length).toBeLessThanOrEqual(64);
    const mail = { text: quoted, messageId: "<one@psqm.example>" };
    expect(await Promise.all([answer(to, mail), answer(to.toUpperCase(), mail)])).toEqual(
      Array(2).fill(expect.stringMatching(/^250/)),
    );
    expect(await answer(to, mail)).toMatch(/^250/);
    expect(await said(conversation)).toEqual([
      ["per_leader", "Shall we meet?"],
      [samId, "Yes, gladly: 🧪 on Thursday."],
    ]);
    const html = "<p>Or on <b>Friday</b>?</p><script>alert(1)</script>";
    expect(await answer(to, { html, messageId: "<two@psqm.example>" })).toMatch(/^250/);
    expect((await said(conversation)).at(-1)).toEqual([samId, expect.stringMatching(/^Or on Friday\?$/)]);
  });

  test("of a machine is for nobody", async () => {
    const conversation = await converse(service);
    const to = await addressOf(conversation);
    expect(await answer(to, { text: "I am on leave", headers: { "Auto-Submitted": "auto-replied" } })).toMatch(/^250/);
    expect(await said(conversation)).toEqual([]);
  });

  test("to an address that we did not sign, or not for this domain, is refused at once", async () => {
    const conversation = await converse(service);
    const to = await addressOf(conversation);
    const forged = to.replace(/.@/, (last) => (last === "0@" ? "1@" : "0@"));
    for (const bad of [forged, `re-1@${DOMAIN}`, `postmaster@${DOMAIN}`, to.replace(DOMAIN, "psqm.example")]) {
      expect(await answer(bad, { text: "Hello" })).toMatch(/^550 .*REPLY_ADDRESS_UNKNOWN/);
    }
    expect(await said(conversation)).toEqual([]);
  });

  test("is taken for thirty days", async () => {
    const conversation = await converse(service);
    const to = await addressOf(conversation);
    now = new Date("2026-12-17T11:00:00Z");
    expect(await answer(to, { text: "Late" })).toMatch(/^250/);
    now = new Date("2026-12-19T12:00:00Z");
    expect(await answer(to, { text: "Too late" })).toMatch(/^550 .*REPLY_ADDRESS_EXPIRED/);
    expect(await said(conversation)).toEqual([[samId, "Late"]]);
  });

  test("is judged as the person is now, and refused with the reason that the graph would give", async () => {
    const conversation = await converse(service);
    const to = await addressOf(conversation);
    expect(await answer(to, { text: "I am Eve", from: "eve@psqm.example" })).toMatch(/^550 .*REPLY_OF_ANOTHER/);
    expect(await answer(to, { text: "> only what was quoted" })).toMatch(/^550 .*BAD_USER_INPUT/);
    expect(await answer(to, { text: "a".repeat(10_001) })).toMatch(/^550 .*BAD_USER_INPUT/);
    viewers.set(samId, subjectLeader("sch_other", samId));
    expect(await answer(to, { text: "I have left" })).toMatch(/^550 .*NOT_FOUND/);
    viewers.delete(samId);
    expect(await answer(to, { text: "I am nobody" })).toMatch(/^550 .*NOT_FOUND/);
    viewers.set(samId, subjectLeader("sch_wolds", samId));
    await freezeConversation(service.caller(programmeTeam()), conversation, "A concern is being looked into.");
    expect(await answer(to, { text: "Hello" })).toMatch(/^550 .*CONVERSATION_FROZEN/);
    expect(await said(conversation)).toEqual([]);
  });

  test("waits at the sender's server while something of ours is away", async () => {
    const conversation = await converse(service);
    const to = await addressOf(conversation);
    isPeopleThere = false;
    const mail = { text: "Hello", messageId: "<later@psqm.example>" };
    expect(await answer(to, mail)).toMatch(/^451/);
    isPeopleThere = true;
    expect(await answer(to, mail)).toMatch(/^250/);
    expect(await said(conversation)).toEqual([[samId, "Hello"]]);
  });

  test("leaves no word of it in the log", () => {
    expect(logged).toContain("an answer by mail was not taken");
    expect(logged).not.toMatch(/sam\.subject|I am Eve|Hello|re-[0-9a-f]/);
  });
});

test("an address says again what was signed, and nothing once a character of it is another", () => {
  const sign = (said: Uint8Array) => createHmac("sha256", "secret").update(said).digest();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.uuid(), fc.nat(62), (conversation, uuid, at) => {
      const ticket = { conversation, personId: `per_${uuid}`, expiresAt: new Date("2026-12-01T00:00:00Z") };
      const address = replyAddress(ticket, DOMAIN, sign);
      const before = new Date("2026-11-30T23:59:59Z");
      expect(readReplyAddress(address, DOMAIN, before, sign)).toEqual(ticket);
      const other = address[at] === "7" ? "8" : "7";
      const changed = address.slice(0, at) + other + address.slice(at + 1);
      expect(() => readReplyAddress(changed, DOMAIN, before, sign)).toThrow();
    }),
  );
});

test("settings that cannot be are named, and without a domain nothing is taken", () => {
  expect(replySettings({})).toBeUndefined();
  expect(replySettings({ REPLY_DOMAIN: DOMAIN })).toEqual({ domain: DOMAIN, host: "127.0.0.1", port: 2525 });
  expect(() => replySettings({ REPLY_DOMAIN: "nowhere", REPLY_PORT: "x" })).toThrow(/REPLY_DOMAIN: .*\n.*REPLY_PORT/);
});
