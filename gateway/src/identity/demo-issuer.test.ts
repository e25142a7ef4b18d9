import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask, bearer, until } from "../testing/ask.ts";
import { type FakeViewerService, startFakeViewerService } from "../testing/fake-viewer-service.ts";
import { type Shop, startShop } from "../testing/shop.ts";
import { DemoIssuer } from "./demo-issuer.ts";

const secret = "a secret of at least thirty-two bytes";
let shop: Shop;
let people: FakeViewerService;
let gateway: Gateway;

const config = () => ({
  supergraph: { sdl: shop.supergraph },
  port: 0,
  publicUrl: "https://graph.example.test",
  signingSecret: secret,
  identity: { viewerUrl: people.url },
  demoIssuer: { secret: "demonstration secret, at least 32 long" },
  explorer: { people: [{ email: "grace@example.test", name: "Grace", role: "Admiral" }] },
  logLevel: "silent" as const,
});

beforeAll(async () => {
  shop = await startShop({ secret });
  people = await startFakeViewerService(secret);
  people.viewers.set("grace@example.test", { kind: "person", personId: "grace", id: "u2" });
  gateway = await startGateway(config());
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([shop.close(), people.close()]);
});

async function demoToken(url: string, body: unknown) {
  const response = await fetch(`${url}/auth/demo-token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as { token: string; expiresAt: string } };
}

test("a demonstration person gets a token for an hour, and it signs in", async () => {
  const { status, answer } = await demoToken(gateway.url, { email: " Grace@example.test " });
  expect(status).toBe(200);
  expect(Date.parse(answer.expiresAt) - Date.now()).toBeGreaterThan(3_590_000);
  const { data } = await ask(gateway.url, "{ me { name } }", { headers: bearer(answer.token) });
  expect(data).toEqual({ me: { name: "Grace" } });
});

test("the token outlives a restart and holds at another replica with the same secret, not with another", async () => {
  const { answer } = await demoToken(gateway.url, { email: "grace@example.test" });
  const replica = await startGateway(config());
  const stranger = await startGateway({ ...config(), demoIssuer: { secret: "another demonstration secret, 32 long" } });
  try {
    expect((await ask(replica.url, "{ me { name } }", { headers: bearer(answer.token) })).status).toBe(200);
    const foreign = await ask(stranger.url, "{ me { name } }", { headers: bearer(answer.token) });
    expect(foreign.errors?.[0]?.extensions["code"]).toBe("TOKEN_FOREIGN");
  } finally {
    await Promise.all([replica.close(), stranger.close()]);
  }
});

test("any other resource server can check the token by discovery", async () => {
  const discovery = (await (await fetch(`${gateway.url}/.well-known/openid-configuration`)).json()) as {
    issuer: string;
    jwks_uri: string;
  };
  expect(discovery).toMatchObject({
    issuer: "https://graph.example.test",
    jwks_uri: "https://graph.example.test/auth/jwks",
  });
  const { answer } = await demoToken(gateway.url, { email: "grace@example.test" });
  const keys = createRemoteJWKSet(new URL(`${gateway.url}/auth/jwks`));
  const { payload } = await jwtVerify(answer.token, keys, { issuer: discovery.issuer, audience: "psqm-graph" });
  expect(payload).toMatchObject({ email: "grace@example.test", email_verified: true });
  expect(JSON.stringify(await (await fetch(`${gateway.url}/auth/jwks`)).json())).not.toMatch(/"d":/);
});

test("the same secret makes the same key, another secret another", async () => {
  const thumbprint = async (of: string) => {
    const issuer = await DemoIssuer.create({ audience: "a", secret: of });
    issuer.begin("https://x.example");
    return (await issuer.tokenFor("a@b")).token.split(".")[0];
  };
  expect(await thumbprint("s".repeat(32))).toBe(await thumbprint("s".repeat(32)));
  expect(await thumbprint("s".repeat(32))).not.toBe(await thumbprint("t".repeat(32)));
});

test.each([
  ["an unknown person", { email: "nobody@example.test" }, 404, "UNKNOWN_DEMO_PERSON"],
  ["no person at all", {}, 400, "BAD_USER_INPUT"],
  ["an address with NUL", { email: "grace\0@example.test" }, 400, "BAD_USER_INPUT"],
  ["an address with what nobody sees", { email: "gr\u200Bace@example.test" }, 400, "BAD_USER_INPUT"],
  ["an address of 255 characters", { email: "x".repeat(255) }, 400, "BAD_USER_INPUT"],
])("%s gets no token", async (_what, body, status, code) => {
  const refused = await demoToken(gateway.url, body);
  expect(refused.status).toBe(status);
  expect(refused.answer).toMatchObject({ errors: [{ extensions: { code } }] });
});

test("the people are listed for the explorer", async () => {
  const listed = (await (await fetch(`${gateway.url}/auth/demo-people`)).json()) as { people: unknown[] };
  expect(listed.people).toEqual([{ email: "grace@example.test", name: "Grace", role: "Admiral", examples: [] }]);
});

test("production refuses it", async () => {
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  try {
    await expect(startGateway(config())).rejects.toThrow(/demoIssuer: .*refused when NODE_ENV is production/);
  } finally {
    process.env["NODE_ENV"] = before;
  }
});

test("without it none of its addresses exist", async () => {
  const plain = await startGateway({ supergraph: { sdl: shop.supergraph }, port: 0, logLevel: "silent" });
  try {
    for (const path of ["/auth/demo-people", "/auth/jwks", "/.well-known/openid-configuration"]) {
      expect((await fetch(plain.url + path)).status).toBe(404);
    }
    await until(async () => (await fetch(`${plain.url}/health/live`)).status === 200);
  } finally {
    await plain.close();
  }
});
