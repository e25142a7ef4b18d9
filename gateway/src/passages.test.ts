import { createHash, randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { VIEWER_HEADER, verifyViewer } from "@psqm/identity/signing";
import { anonymous } from "@psqm/identity/viewer";
import fastify, { type FastifyInstance } from "fastify";
import { type Gateway, startGateway } from "./gateway.ts";
import { type Shop, startShop } from "./testing/shop.ts";

const secret = "a secret of at least thirty-two bytes";
const LARGEST = 3_000_000;
const sum = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
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
  files.addContentTypeParser("*", (_request, content, done) => done(null, content));
  files.put("*", async (request, reply) => {
    await verifyViewer(secret, request.headers[VIEWER_HEADER] as string, { audience: "products", body: "" });
    if (request.url.endsWith("early")) return reply.code(410).send({ code: "EXPIRED" });
    const body = await buffer(request.raw);
    return reply.code(201).send({ type: request.headers["content-type"], bytes: body.length, sum: sum(body) });
  });
  await files.listen({ port: 0, host: "127.0.0.1" });
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    signingSecret: secret,
    subgraphUrls: { products: `http://127.0.0.1:${(files.server.address() as AddressInfo).port}/graphql` },
    passages: {
      "/files/": "products",
      "/nowhere/": "nobody",
      "/uploads/": { subgraph: "products", putBytes: LARGEST },
    },
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

const put = (path: string, body: Uint8Array | Readable, type = "application/json") =>
  fetch(`${gateway.url}${path}`, {
    method: "PUT",
    headers: { "content-type": type },
    body: body instanceof Readable ? Readable.toWeb(body) : body,
    duplex: "half",
  } as RequestInit);

test("a body is put as it is, whatever it is called, where the passage takes one", async () => {
  const body = randomBytes(LARGEST);
  for (const sent of [body, Readable.from([body.subarray(0, 1_000_000), body.subarray(1_000_000)])]) {
    const answer = await put("/uploads/a", sent);
    expect([answer.status, await answer.json()]).toEqual([
      201,
      { type: "application/octet-stream", bytes: LARGEST, sum: sum(body) },
    ]);
  }
  expect((await get("/files/a", { method: "PUT" })).status).toBe(404);
  expect((await get("/uploads/%2e%2e/files/a", { method: "PUT" })).status).toBe(404);
});

test("one byte more than a passage takes is refused by name, whether its size was told before or not", async () => {
  const body = randomBytes(LARGEST + 1);
  for (const sent of [body, Readable.from([body.subarray(0, 2_000_000), body.subarray(2_000_000)])]) {
    const answer = await put("/uploads/a", sent);
    expect([answer.status, await answer.json()]).toEqual([
      413,
      {
        errors: [{ message: expect.any(String), extensions: { code: "BODY_TOO_LARGE", largest: LARGEST } }],
      },
    ]);
  }
});

test("what follows a body that was refused is answered", async () => {
  for (let n = 0; n < 5; n += 1) {
    expect((await put("/uploads/a", Buffer.alloc(9 * LARGEST))).status).toBe(413);
    expect((await put("/uploads/early", Buffer.alloc(LARGEST))).status).toBe(410);
    expect((await put("/uploads/a", Buffer.alloc(LARGEST))).status).toBe(201);
  }
});

test("an answer that comes before the body's end reaches whoever puts", async () => {
  const answer = await put("/uploads/early", randomBytes(LARGEST));
  expect([answer.status, await answer.json()]).toEqual([410, { code: "EXPIRED" }]);
});
