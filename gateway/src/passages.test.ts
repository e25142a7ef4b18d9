import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { VIEWER_HEADER, verifyViewer } from "@psqm/identity/signing";
import { anonymous } from "@psqm/identity/viewer";
import fastify, { type FastifyInstance } from "fastify";
import { type Gateway, startGateway } from "./gateway.ts";
import { type Shop, startShop } from "./testing/shop.ts";

const secret = "a secret of at least thirty-two bytes";
const asked: string[] = [];
let shop: Shop;
let files: FastifyInstance;
let gateway: Gateway;

beforeAll(async () => {
  shop = await startShop({ secret });
  files = fastify();
  files.get("*", async (request, reply) => {
    const viewer = await verifyViewer(secret, request.headers[VIEWER_HEADER] as string, {
      audience: "products",
      body: "",
    });
    expect(viewer).toEqual(anonymous);
    asked.push(request.url);
    if (request.url.endsWith("gone")) return reply.code(404).type("text/plain").send("gone");
    return reply
      .type("text/calendar; charset=utf-8")
      .header("x-inner", "secret")
      .header("etag", "abc")
      .send("BEGIN:VCALENDAR");
  });
  files.post("*", async (request, reply) => {
    await verifyViewer(secret, request.headers[VIEWER_HEADER] as string, { audience: "products", body: "" });
    asked.push(`${request.method} ${request.url} ${request.headers["content-length"]}`);
    return reply.type("text/plain").send("done");
  });
  await files.listen({ port: 0, host: "127.0.0.1" });
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    signingSecret: secret,
    subgraphUrls: { products: `http://127.0.0.1:${(files.server.address() as AddressInfo).port}/graphql` },
    passages: { "/files/": "products", "/nowhere/": "nobody" },
    logLevel: "silent",
  });
});
afterAll(async () => {
  await gateway.close();
  await files.close();
  await shop.close();
});

const get = (path: string, init?: RequestInit) => fetch(`${gateway.url}${path}`, init);

test("a path of a passage is answered by its subgraph's service, signed, for nobody in particular", async () => {
  asked.length = 0;
  const answer = await get("/files/a.ics?x=1", { headers: { authorization: "Bearer nonsense" } });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe("BEGIN:VCALENDAR");
  expect(answer.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
  expect(answer.headers.get("etag")).toBe("abc");
  expect(answer.headers.get("x-inner")).toBeNull();
  expect(asked).toEqual(["/files/a.ics?x=1"]);
});

test("what the service says is missing is missing", async () => {
  expect((await get("/files/gone")).status).toBe(404);
});

test("a POST passes without its body, which has to be short", async () => {
  asked.length = 0;
  const body = "List-Unsubscribe=One-Click";
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await get("/files/a?x=1", { method: "POST", headers: form, body });
  expect([answer.status, await answer.text()]).toEqual([200, "done"]);
  expect((await get("/files/a", { method: "POST" })).status).toBe(200);
  expect((await get("/files/a", { method: "POST", headers: form, body: "x".repeat(2_000) })).status).toBe(413);
  expect(asked).toEqual(["POST /files/a?x=1 0", "POST /files/a 0"]);
});

test("nothing else passes, only under the path, and only to a subgraph that there is", async () => {
  asked.length = 0;
  expect((await get("/files/a", { method: "PUT" })).status).toBe(404);
  expect((await get("/files/a", { method: "DELETE" })).status).toBe(404);
  expect((await get("/files/%2e%2e/graphql")).status).not.toBe(200);
  expect((await get("/files/..%2fgraphql")).status).toBe(200);
  expect((await get("/nowhere/a")).status).toBe(404);
  expect(asked).toEqual(["/files/..%2fgraphql"]);
});

test("a service that does not answer is said to be away", async () => {
  const lonely = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    signingSecret: secret,
    subgraphUrls: { products: "http://127.0.0.1:9/graphql" },
    passages: { "/files/": "products" },
    logLevel: "silent",
  });
  const answer = await fetch(`${lonely.url}/files/a`);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "30"]);
  await lonely.close();
});
