import { createECDH, randomBytes } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestSubgraph, TEST_SIGNING_SECRET, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { hubLeader, mentor, subjectLeader } from "@psqm/testing/viewers";
import ece from "http_ece";
import { createLocalJWKSet, jwtVerify } from "jose";
import { pino } from "pino";
import { markDelivered, markRead } from "../participation/mark-reading.ts";
import { messaging } from "../service.ts";
import { converse, say } from "../testing/conversations.ts";
import { collectUnread } from "./collect-unread.ts";
import { assertEndpoint, browsersPushServices } from "./push-endpoint.rules.ts";
import { sendPushes } from "./send-pushes.ts";

const [lena, mina, sam] = [hubLeader("hub_humber"), mentor("hub_humber"), subjectLeader("sch_wolds")];
const TUESDAY_NOON = new Date("2026-11-17T12:00:00Z");
let now = TUESDAY_NOON;
let service: TestSubgraph;
let browsers: Server;
let origin: string;
let status = 201;
const arrived: { path: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];

beforeAll(async () => {
  browsers = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    arrived.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(parts) });
    response.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await until("the push service listens", () => browsers.address());
  origin = `http://127.0.0.1:${(browsers.address() as AddressInfo).port}`;
  service = await startTestSubgraph(messaging, { clock: () => now, settings: { PUSH_SERVICES: origin } });
  await service.database.em.fork().execute(
    `insert into member (id, person_id, school_id, hub_id) values
       ('mem_1', 'per_subject', 'sch_wolds', null), ('app_1', 'per_leader', null, 'hub_humber')`,
  );
});

afterEach(async () => {
  now = TUESDAY_NOON;
  status = 201;
  const em = service.database.em.fork();
  await tell();
  for (const table of ["push_device", "push_notice", "notice", "preferences"]) await em.execute(`delete from ${table}`);
  arrived.length = 0;
});

afterAll(async () => {
  await service.close();
  browsers.close();
});

/** What the loop does, without waiting for its next turn. */
async function tell(): Promise<number> {
  const { database } = service;
  for (const _ of [1, 2]) {
    await database.em.fork().execute("update notice_cursor set horizon_at = now() - interval '1 minute'");
    await collectUnread(database.em);
  }
  const log = pino({ level: "silent" });
  const contact = "mailto:programme@psqm.example";
  return sendPushes({ database, clock: () => now, signingSecret: TEST_SIGNING_SECRET, log, contact });
}

/** A browser that subscribes, with the keys that stay in it. */
async function browser(viewer = sam, name = "one") {
  const pair = createECDH("prime256v1");
  const authSecret = randomBytes(16).toString("base64url");
  const input = { endpoint: `${origin}/${name}`, p256dh: pair.generateKeys("base64url"), auth: authSecret };
  const answer = await service.query(
    viewer,
    `mutation ($input: SubscribeToPushInput!) { subscribeToPush(input: $input) { pushDevices pushKey } }`,
    { input },
  );
  const read = (body: Buffer) =>
    JSON.parse(ece.decrypt(body, { version: "aes128gcm", privateKey: pair, authSecret }).toString("utf8"));
  return { answer, endpoint: input.endpoint, read, key: answer.data?.subscribeToPush.pushKey as string };
}

/** By the loop or by the test, whichever was first. */
const pushed = (count: number) =>
  until(`${count} pushes`, async () => {
    await tell();
    return arrived.length >= count;
  });

describe("a device whose person lets it", () => {
  test("is told how many messages wait, in words that only it can read and by a sender that it knows, once", async () => {
    const { read, key } = await browser();
    const conversation = await converse(service);
    await say(service, lena, conversation, "A secret for Sam");
    await say(service, lena, conversation, "And another");
    await pushed(1);
    await tell();
    const [push, ...more] = arrived;
    if (!push) throw new Error("nothing came");
    expect(more).toEqual([]);
    expect(push.headers).toMatchObject({ "content-encoding": "aes128gcm", ttl: "86400", urgency: "normal" });
    expect(push.body.includes("secret")).toBe(false);
    expect(read(push.body)).toEqual({ kind: "messages", count: 2 });

    const [, token = "", told = ""] = /^vapid t=([^,]+), k=(.+)$/.exec(push.headers.authorization ?? "") ?? [];
    expect(told).toBe(key);
    const bytes = Buffer.from(key, "base64url");
    const [x, y] = [bytes.subarray(1, 33), bytes.subarray(33)].map((part) => part.toString("base64url"));
    const keys = createLocalJWKSet({ keys: [{ kty: "EC", crv: "P-256", alg: "ES256", x: x ?? "", y: y ?? "" }] });
    const { payload } = await jwtVerify(token, keys, { audience: origin });
    expect(payload.sub).toBe("mailto:programme@psqm.example");

    await say(service, lena, conversation, "A third");
    await pushed(2);
    expect(read(arrived[1]?.body as Buffer)).toEqual({ kind: "messages", count: 1 });
  });

  test("is not told of what one of the devices has fetched, of one's own, or in one's quiet hours", async () => {
    await browser();
    const [fetched, own, late] = [await converse(service), await converse(service), await converse(service)];
    await say(service, lena, fetched, "Fetched");
    await markDelivered(service.caller(sam), { conversationId: fetched, upTo: 1 });
    await say(service, sam, own, "My own");
    expect(await tell()).toBe(0);
    now = new Date("2026-11-17T22:00:00Z");
    await say(service, lena, late, "Late");
    expect(await tell()).toBe(0);
    now = new Date("2026-11-18T06:59:00Z");
    expect(await tell()).toBe(0);
    expect(arrived).toEqual([]);
    now = new Date("2026-11-18T07:01:00Z");
    await pushed(1);
    await markRead(service.caller(sam), { conversationId: late, upTo: 1 });
  });

  test("that is gone is forgotten; one that is only away is tried once more and kept", async () => {
    await browser();
    const conversation = await converse(service);
    status = 503;
    await say(service, lena, conversation, "Away");
    await pushed(2);
    const devices = async () =>
      (await service.query(sam, "{ messagingPreferences { pushDevices } }")).data.messagingPreferences.pushDevices;
    expect(await devices()).toBe(1);
    status = 410;
    await say(service, lena, conversation, "Gone");
    await pushed(3);
    await until("it is forgotten", async () => (await devices()) === 0);
  });

  test("is told nothing once it is unsubscribed, which only its person can do", async () => {
    const { endpoint } = await browser();
    const unsubscribe = (viewer: typeof sam) =>
      service.query(
        viewer,
        `mutation ($endpoint: String!) { unsubscribeFromPush(endpoint: $endpoint) { pushDevices } }`,
        { endpoint },
      );
    expect((await unsubscribe(mina)).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
    expect((await unsubscribe(sam)).data.unsubscribeFromPush).toEqual({ pushDevices: 0 });
    expect((await unsubscribe(sam)).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
    await say(service, lena, await converse(service), "Hello");
    expect(await tell()).toBe(0);
  });

  test("that another person signs in on tells that one alone", async () => {
    await browser(sam);
    const { answer } = await browser(lena);
    expect(answer.data.subscribeToPush.pushDevices).toBe(1);
    await say(service, lena, await converse(service), "To Sam");
    expect(await tell()).toBe(0);
  });
});

describe("a subscription is refused", () => {
  const subscribe = (input: object) =>
    service.query(sam, `mutation ($input: SubscribeToPushInput!) { subscribeToPush(input: $input) { pushDevices } }`, {
      input,
    });
  const good = {
    p256dh: createECDH("prime256v1").generateKeys("base64url"),
    auth: randomBytes(16).toString("base64url"),
  };

  test.each([
    ["to anything but a push service", { ...good, endpoint: "http://169.254.169.254/latest" }],
    ["to no address", { ...good, endpoint: "nowhere" }],
    ["with a key that is none", { ...good, endpoint: "ORIGIN/x", p256dh: "AAAA" }],
    ["with a secret that is none", { ...good, endpoint: "ORIGIN/x", auth: "!" }],
  ])("%s", async (_, input) => {
    const given = { ...input, endpoint: input.endpoint.replace("ORIGIN", origin) };
    expect((await subscribe(given)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  test("beyond ten devices", async () => {
    for (let n = 0; n < 10; n += 1) {
      expect((await subscribe({ ...good, endpoint: `${origin}/${n}` })).errors).toBeUndefined();
    }
    expect((await subscribe({ ...good, endpoint: `${origin}/10` })).errors?.[0]?.extensions.code).toBe("DEVICES_FULL");
    expect((await subscribe({ ...good, endpoint: `${origin}/9` })).data.subscribeToPush.pushDevices).toBe(10);
  });
});

test.each([
  ["https://fcm.googleapis.com/fcm/send/abc", true],
  ["https://updates.push.services.mozilla.com/wpush/v2/abc", true],
  ["https://wns2-par02p.notify.windows.com/w/?token=abc", true],
  ["https://web.push.apple.com/abc", true],
  ["http://fcm.googleapis.com/abc", false],
  ["https://fcm.googleapis.com.evil.example/abc", false],
  ["https://evil.example/?https://fcm.googleapis.com", false],
  ["https://fcm.googleapis.com@evil.example/", false],
  ["https://a.b.notify.windows.com/", false],
])("%s is the address of a browser's push service: %s", (endpoint, known) => {
  const judge = () => assertEndpoint(endpoint, browsersPushServices);
  if (known) expect(judge).not.toThrow();
  else expect(judge).toThrow(/known/);
});
