import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Client, ClientOptions } from "graphql-ws";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask, bearer, listenOn, pause, socketTo, until } from "../testing/ask.ts";
import { type FakeOidc, startFakeOidc } from "../testing/fake-oidc.ts";
import { type FakeViewerService, startFakeViewerService } from "../testing/fake-viewer-service.ts";
import { composed, type Shop, startShop } from "../testing/shop.ts";

const secret = "a secret of at least thirty-two bytes";
const hash = (key: string) => createHash("sha256").update(key).digest("hex");
const reviewAdded = "subscription { reviewAdded { body author { name } } }";
let shop: Shop;
let oidc: FakeOidc;
let people: FakeViewerService;
let gateway: Gateway;
const clients: Client[] = [];

beforeAll(async () => {
  [shop, oidc, people] = await Promise.all([startShop({ secret }), startFakeOidc(), startFakeViewerService(secret)]);
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    signingSecret: secret,
    identity: { issuers: [{ issuer: oidc.issuer }], viewerUrl: people.url },
    partner: { supergraph: { sdl: composed([shop.products]) } },
    logLevel: "silent",
  });
  await until(() => people.listeners() === 1);
});
beforeEach(() => {
  people.viewers.clear();
  people.viewers.set("ada@example.test", { kind: "person", personId: "ada", id: "u1" });
  people.viewers.set("grace@example.test", { kind: "person", personId: "grace", id: "u2" });
  people.viewers.set(hash("good-key"), { kind: "partner", partnerId: "ptn_1" });
  for (const subject of people.viewers.keys()) people.announce(subject);
  people.lookups.length = 0;
  shop.accounts.calls.length = 0;
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  await until(() => gateway.counts().sockets === 0 && gateway.counts().upstreamSubscriptions === 0);
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([shop.close(), oidc.close(), people.close()]);
});

function connectAs(token: string, options: Partial<ClientOptions> = {}) {
  let onClosed: (event: { code: number; reason: string }) => void = () => {};
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    onClosed = resolve;
  });
  const client = socketTo(gateway.url, {
    connectionParams: { authorization: `Bearer ${token}` },
    on: { closed: (event) => onClosed(event as { code: number; reason: string }) },
    ...options,
  });
  clients.push(client);
  return { client, closed };
}

async function listeningAs(token: string) {
  const { client, closed } = connectAs(token);
  const running = shop.reviews.running();
  const heard = listenOn(client, reviewAdded);
  await until(() => shop.reviews.running() === running + 1);
  return { heard, closed };
}

test("without a token the viewer is anonymous", async () => {
  await ask(gateway.url, "{ users { name } }");
  expect(shop.accounts.calls[0]?.viewer).toMatchObject({ kind: "anonymous", personId: null });
  expect(people.lookups).toEqual([]);
});

test("a token of the issuer becomes the viewer that the subgraphs get", async () => {
  const { data } = await ask(gateway.url, "{ me { name } }", {
    headers: bearer(await oidc.token({ email: "grace@example.test" })),
  });
  expect(data).toEqual({ me: { name: "Grace" } });
  expect(shop.accounts.calls[0]?.viewer).toEqual({ kind: "person", personId: "grace", id: "u2" });
});

test.each<[string, () => Promise<string> | string, string]>([
  ["no bearer token", () => "Basic YWRhOmFkYQ==", "TOKEN_MALFORMED"],
  ["no JSON web token", () => "Bearer abc.def.ghi", "TOKEN_MALFORMED"],
  ["a token cut short", async () => `Bearer ${(await oidc.token()).slice(0, -400)}`, "TOKEN_MALFORMED"],
  [
    "a token of an issuer we do not trust",
    async () => `Bearer ${await oidc.token({ issuer: "https://evil.example" })}`,
    "TOKEN_FOREIGN",
  ],
  [
    "a token for another audience",
    async () => `Bearer ${await oidc.token({ audience: "elsewhere" })}`,
    "TOKEN_FOREIGN",
  ],
  ["a token signed with another key", async () => `Bearer ${await oidc.token({ foreignKey: true })}`, "TOKEN_FOREIGN"],
  ["an expired token", async () => `Bearer ${await oidc.token({ expiresInSeconds: -60 })}`, "TOKEN_EXPIRED"],
])("%s is answered 401 and by name, and nobody is asked anything", async (_what, authorization, code) => {
  const { status, errors, headers } = await ask(gateway.url, "{ me { name } }", {
    headers: { authorization: await authorization() },
  });
  expect({ status, code: errors?.[0]?.extensions["code"] }).toEqual({ status: 401, code });
  expect(errors?.[0]?.message).toMatch(/\. (Send|Sign)/);
  expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
  expect([...shop.accounts.calls, ...people.lookups]).toEqual([]);
});

test("a viewer is looked up once for many requests, also when they come at once", async () => {
  const headers = bearer(await oidc.token());
  await Promise.all(Array.from({ length: 10 }, () => ask(gateway.url, "{ me { name } }", { headers })));
  await ask(gateway.url, "{ me { name } }", { headers: bearer(await oidc.token({ expiresInSeconds: 90 })) });
  expect(people.lookups).toEqual(["ada@example.test"]);
});

test("an announced change is known at the next request", async () => {
  const headers = bearer(await oidc.token());
  await ask(gateway.url, "{ me { name } }", { headers });
  people.viewers.set("ada@example.test", { kind: "person", personId: "ada", id: "u2" });
  people.announce("ada@example.test");
  await until(async () => (await ask(gateway.url, "{ me { name } }", { headers })).data.me.name === "Grace");
  expect(people.lookups.length).toBe(2);
});

test("a lookup that was overtaken by an announcement is done again", async () => {
  const headers = bearer(await oidc.token());
  let release = () => {};
  people.holdAnswers(
    new Promise<void>((resolve) => {
      release = resolve;
    }),
  );
  const answer = ask(gateway.url, "{ me { name } }", { headers });
  await until(() => people.lookups.length === 1);
  people.viewers.set("ada@example.test", { kind: "person", personId: "ada", id: "u2" });
  people.announce("ada@example.test");
  await pause(50);
  people.holdAnswers(null);
  release();
  expect((await answer).data.me.name).toBe("Grace");
});

test("when announcements were missed everything known is forgotten", async () => {
  const headers = bearer(await oidc.token());
  await ask(gateway.url, "{ me { name } }", { headers });
  people.cutStreams();
  people.viewers.set("ada@example.test", { kind: "person", personId: "ada", id: "u2" });
  await until(async () => (await ask(gateway.url, "{ me { name } }", { headers })).data.me.name === "Grace");
  await until(() => people.listeners() === 1);
});

test("on a socket the token is shown at the beginning and the subgraph hears who listens", async () => {
  const { heard } = await listeningAs(await oidc.token());
  shop.addReview({ id: "e1", body: "x", authorId: "u1", upc: "p1" });
  await until(() => heard.events.length === 1);
  expect(shop.reviews.subscribers.at(-1)).toEqual({ kind: "person", personId: "ada", id: "u1" });
});

test.each<[string, () => Promise<string> | string, number, RegExp]>([
  ["malformed", () => "nonsense", 4401, /TOKEN_MALFORMED/],
  ["foreign", () => oidc.token({ audience: "elsewhere" }), 4401, /TOKEN_FOREIGN/],
  ["expired", () => oidc.token({ expiresInSeconds: -60 }), 4403, /TOKEN_EXPIRED/],
])("a socket with a %s token is closed with a reason", async (_what, token, code, reason) => {
  const { client, closed } = connectAs(await token());
  listenOn(client, reviewAdded);
  const event = await closed;
  expect(event.code).toBe(code);
  expect(event.reason).toMatch(reason);
});

test("a socket is closed when its token expires, and no event follows", async () => {
  const { heard, closed } = await listeningAs(await oidc.token({ expiresInSeconds: 2 }));
  shop.addReview({ id: "e1", body: "before", authorId: "u1", upc: "p1" });
  await until(() => heard.events.length === 1);
  expect(await closed).toMatchObject({ code: 4403, reason: expect.stringMatching(/TOKEN_EXPIRED/) });
  shop.addReview({ id: "e2", body: "after", authorId: "u1", upc: "p1" });
  await pause(100);
  expect(heard.events).toHaveLength(1);
  await until(() => shop.reviews.running() === 0);
});

test("a socket is closed when its viewer has changed, and no event follows the announcement", async () => {
  const { heard, closed } = await listeningAs(await oidc.token());
  const other = await listeningAs(await oidc.token({ email: "grace@example.test" }));
  let release = () => {};
  people.holdAnswers(
    new Promise<void>((resolve) => {
      release = resolve;
    }),
  );
  people.viewers.set("ada@example.test", { kind: "person", personId: "ada", id: "u1", roles: [] });
  people.announce("ada@example.test");
  await until(() => people.lookups.filter((email) => email === "ada@example.test").length === 2);
  // While it is being judged nothing may slip through.
  shop.addReview({ id: "e1", body: "secret", authorId: "u1", upc: "p1" });
  await until(() => other.heard.events.length === 1);
  people.holdAnswers(null);
  release();
  expect(await closed).toMatchObject({ code: 4403, reason: expect.stringMatching(/VIEWER_CHANGED/) });
  expect(heard.events).toEqual([]);
});

test("a socket stays when an announcement changes nothing for its viewer", async () => {
  const { heard } = await listeningAs(await oidc.token());
  people.announce("ada@example.test");
  await until(() => people.lookups.length === 2);
  shop.addReview({ id: "e1", body: "still here", authorId: "u1", upc: "p1" });
  await until(() => heard.events.length === 1);
});

test("a partner asks with a key, of which only the hash leaves the gateway", async () => {
  for (const headers of [{ "x-api-key": "good-key" }, { authorization: "ApiKey good-key" }] as Record<
    string,
    string
  >[]) {
    shop.products.calls.length = 0;
    const { status, data } = await ask(gateway.url, "{ products { name } }", { path: "/partner/graphql", headers });
    expect({ status, data }).toEqual({ status: 200, data: { products: [{ name: "Table" }, { name: "Chair" }] } });
    expect(shop.products.calls[0]?.viewer).toEqual({ kind: "partner", partnerId: "ptn_1" });
  }
  expect(people.lookups).toEqual([hash("good-key")]);
});

test.each([
  ["no key", {}],
  ["an unknown key", { "x-api-key": "bad-key" }],
  ["a person's token", "token"],
])("a partner with %s is answered 401", async (_what, shown) => {
  const headers = shown === "token" ? bearer(await oidc.token()) : (shown as Record<string, string>);
  const { status, errors } = await ask(gateway.url, "{ products { name } }", { path: "/partner/graphql", headers });
  expect({ status, code: errors?.[0]?.extensions["code"] }).toEqual({ status: 401, code: "UNAUTHENTICATED" });
});

test.each([
  ["a mutation", 'mutation { rename(id: "u1", name: "x") { id } }'],
  ["a type that is not shared", "{ me { name } }"],
])("%s does not exist for a partner", async (_what, query) => {
  const { status, errors } = await ask(gateway.url, query, {
    path: "/partner/graphql",
    headers: { "x-api-key": "good-key" },
  });
  expect({ status, code: errors?.[0]?.extensions["code"] }).toEqual({ status: 400, code: "GRAPHQL_VALIDATION_FAILED" });
});
