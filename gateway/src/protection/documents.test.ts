import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { SubscribePayload } from "graphql-ws";
import { pino } from "pino";
import { ConfigurationError, type GatewayConfig } from "../configuration.ts";
import { type Gateway, startGateway } from "../gateway.ts";
import { socketTo, until } from "../testing/ask.ts";
import { type Shop, startShop } from "../testing/shop.ts";

const folder = mkdtempSync(path.join(tmpdir(), "documents-"));
const file = path.join(folder, "manifest.json");
const me = "query Me { me { name } }";
const countdown = "subscription Count($from: Int!) { countdown(from: $from) }";
const rename = 'mutation Rename { rename(id: "u1", name: "Ada") { name } }';
const manifest = (operations: { id: string; body: string }[]) =>
  JSON.stringify({
    format: "apollo-persisted-query-manifest",
    version: 1,
    operations: operations.map((each) => ({ ...each, name: "A", type: "query" })),
  });
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const hashed = (text: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } } });

let shop: Shop;
const open: Gateway[] = [];
const lines: { level: number; msg: string; document?: string; reason?: string }[] = [];

beforeAll(async () => {
  shop = await startShop();
});
afterAll(async () => {
  await Promise.all(open.map((gateway) => gateway.close()));
  await shop.close();
  rmSync(folder, { recursive: true });
});

async function started(config: Partial<GatewayConfig>): Promise<Gateway> {
  const out = new PassThrough().on("data", (line) => lines.push(JSON.parse(String(line))));
  const gateway = await startGateway(
    { supergraph: { sdl: shop.supergraph }, port: 0, ...config },
    { log: pino({ level: "info" }, out) },
  );
  open.push(gateway);
  return gateway;
}

interface Said {
  status?: number;
  data?: unknown;
  code?: unknown;
}

async function saidBy(response: Response): Promise<Said> {
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
  return {
    status: response.status,
    ...(data !== undefined && { data }),
    ...(errors && { code: errors[0]?.extensions.code }),
  };
}

/** The same request every way there is: POST, GET, as an event and on a socket. */
async function everyWay({ url }: Gateway, request: Record<string, unknown>): Promise<Said[]> {
  const headers = { "content-type": "application/json" };
  const post = await saidBy(await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify(request) }));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(request)) {
    search.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  const get = await saidBy(await fetch(`${url}/graphql?${search}`, { headers: { "apollo-require-preflight": "1" } }));
  const stream = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { ...headers, accept: "text/event-stream" },
    body: JSON.stringify(request),
  });
  const text = await stream.text();
  const event = JSON.parse(/data: (\{.*)/.exec(text)?.[1] ?? text);
  const client = socketTo(url);
  const socket = await new Promise<Said>((done) => {
    client.subscribe({ query: "", ...request } as SubscribePayload, {
      next: ({ data, errors }) => done(errors ? { code: errors[0]?.extensions?.["code"] } : { data }),
      error: (errors) => done({ code: (errors as { extensions: { code: string } }[])[0]?.extensions.code }),
      complete: () => {},
    });
  });
  await client.dispose();
  return [post, get, event.errors ? { code: event.errors[0].extensions.code } : { data: event.data }, socket];
}

const all = (said: Said, status = 200): Said[] => [{ status, ...said }, { status, ...said }, said, said];
const ada = { data: { me: { name: "Ada" } } };

test("operations of the manifest are run by id, by hash and by text; nothing else is, whatever way it comes", async () => {
  writeFileSync(
    file,
    manifest([
      { id: "me", body: me },
      { id: hashOf(me), body: me },
      { id: "count", body: countdown },
    ]),
  );
  const gateway = await started({ trustedDocuments: { file } });
  for (const request of [
    { documentId: "me" },
    { doc_id: "me" },
    hashed(me),
    { query: me },
    { query: " query Me{me{name,}}# the same" },
    { documentId: "me", operationName: "Me" },
  ]) {
    expect([request, await everyWay(gateway, request)]).toEqual([request, all(ada)]);
  }
  expect((await everyWay(gateway, { documentId: "count", variables: { from: 1 } })).slice(2)).toEqual([
    { data: { countdown: 1 } },
    { data: { countdown: 1 } },
  ]);
  for (const query of ["{ me { id } }", "{ __typename }", `${me} query Other { me { id } }`, "{"]) {
    expect([query, await everyWay(gateway, { query })]).toEqual([query, all({ code: "DOCUMENT_NOT_TRUSTED" }, 400)]);
  }
  for (const request of [{ documentId: "nobody" }, hashed("{ me { id } }")]) {
    expect(await everyWay(gateway, request)).toEqual(all({ code: "DOCUMENT_NOT_FOUND" }, 400));
  }
});

test("a changed manifest is read again; a broken one changes nothing, and is told", async () => {
  writeFileSync(file, manifest([{ id: "one", body: me }]));
  const gateway = await started({ trustedDocuments: { file, mode: "enforce" } });
  lines.length = 0;
  writeFileSync(file, JSON.stringify({ two: me }));
  await until(() => lines.some(({ msg }) => msg === "trusting a new manifest"));
  expect(await everyWay(gateway, { documentId: "two" })).toEqual(all(ada));
  expect(await everyWay(gateway, { documentId: "one" })).toEqual(all({ code: "DOCUMENT_NOT_FOUND" }, 400));
  writeFileSync(file, "{");
  await until(() => lines.some(({ msg }) => msg === "the new manifest is refused, the old one goes on"));
  expect(await everyWay(gateway, { documentId: "two" })).toEqual(all(ada));
});

test("in the mode that only tells, everything is run, and each text that is not in it is told once", async () => {
  writeFileSync(file, JSON.stringify({ me }));
  const gateway = await started({ trustedDocuments: { file, mode: "log" } });
  lines.length = 0;
  expect(await everyWay(gateway, { query: "{ me { name } }" })).toEqual(all(ada));
  expect(await everyWay(gateway, { query: me })).toEqual(all(ada));
  const told = lines.filter(({ level }) => level >= 40);
  expect(told).toMatchObject([{ document: "{ me { name } }", msg: expect.stringMatching(/not in the manifest/) }]);
});

test.each([
  ["a file that is not there", null, /cannot be used: ENOENT/],
  ["no JSON", "{", /it is no JSON/],
  [
    "something else",
    '{"format":"other","version":1,"operations":[]}',
    /neither Apollo's manifest .* nor Relay's map.*format/,
  ],
  ["a list", "[]", /neither Apollo's/],
  ["a map of something else", '{"a":{"b":1}}', /neither Apollo's/],
  ["an unfinished text", JSON.stringify({ a: '{ me(a: "' }), /the document a is no GraphQL/],
  [
    "two documents of one id",
    manifest([
      { id: "a", body: me },
      { id: "a", body: rename },
    ]),
    /the id a stands for two/,
  ],
])("a manifest that is %s stops the start", async (_what, text, sentence) => {
  const broken = path.join(folder, "broken.json");
  rmSync(broken, { force: true });
  if (text !== null) writeFileSync(broken, text);
  const start = started({ trustedDocuments: { file: broken } }).catch((reason: unknown) => reason);
  const error = await start;
  expect(error).toBeInstanceOf(ConfigurationError);
  expect((error as Error).message).toMatch(sentence);
});

test("persisted queries: the hash is not known, the text is sent with it once, the hash alone is enough", async () => {
  const gateway = await started({ persistedQueries: true });
  expect(await everyWay(gateway, hashed(me))).toEqual(all({ code: "PERSISTED_QUERY_NOT_FOUND" }));
  const [post] = await everyWay(gateway, { query: me, ...hashed(me) });
  expect(post).toEqual({ status: 200, ...ada });
  expect(await everyWay(gateway, hashed(me))).toEqual(all(ada));
  expect(await everyWay(gateway, { query: me, ...hashed(rename) })).toEqual(
    all({ code: "PERSISTED_QUERY_MISMATCH" }, 400),
  );
  for (const persistedQuery of [
    { version: 2, sha256Hash: hashOf(me) },
    { version: 1 },
    { version: 1, sha256Hash: 7 },
    "x",
  ]) {
    const said = await everyWay(gateway, { extensions: { persistedQuery } });
    expect(said).toEqual(all({ code: "PERSISTED_QUERY_MALFORMED" }, 400));
  }
  // The message is what clients look for.
  const { errors } = (await (
    await fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(hashed("{ me { id } }")),
    })
  ).json()) as { errors: { message: string }[] };
  expect(errors[0]?.message).toBe("PersistedQueryNotFound");
});

test("a hash does not make a mutation fit for GET, and what is too large is not kept", async () => {
  const gateway = await started({ persistedQueries: true });
  const [, get] = await everyWay(gateway, { query: rename, ...hashed(rename) });
  expect(get?.status).toBe(405);
  expect((await everyWay(gateway, hashed(rename)))[1]?.status).toBe(405);
  const large = `{ me { ${"id ".repeat(2_000)} } }`;
  expect((await everyWay(gateway, { query: large, ...hashed(large) }))[0]).toEqual({
    status: 400,
    code: "QUERY_TOO_COMPLEX",
  });
  expect((await everyWay(gateway, hashed(large)))[0]).toEqual({ status: 200, code: "PERSISTED_QUERY_NOT_FOUND" });
});

test("where they are off, a hash alone is refused as Apollo's clients expect, and one beside a text does not matter", async () => {
  const gateway = await started({});
  expect(await everyWay(gateway, hashed(me))).toEqual(all({ code: "PERSISTED_QUERY_NOT_SUPPORTED" }));
  expect(await everyWay(gateway, { query: me, ...hashed(me) })).toEqual(all(ada));
  expect(await everyWay(gateway, { documentId: "me" })).toEqual(all({ code: "DOCUMENT_NOT_FOUND" }, 400));
});
