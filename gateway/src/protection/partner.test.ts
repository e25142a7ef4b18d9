import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask } from "../testing/ask.ts";
import { type FakeViewerService, startFakeViewerService } from "../testing/fake-viewer-service.ts";
import { composed, type Shop, startShop } from "../testing/shop.ts";

const secret = "a secret of at least thirty-two bytes";
const folder = mkdtempSync(path.join(tmpdir(), "partner-"));
const partner = { path: "/partner/graphql", headers: { "x-api-key": "good-key" } };
let shop: Shop;
let people: FakeViewerService;
let gateway: Gateway;

beforeAll(async () => {
  [shop, people] = await Promise.all([startShop({ secret }), startFakeViewerService(secret)]);
  people.viewers.set(createHash("sha256").update("good-key").digest("hex"), { kind: "partner" });
  const file = path.join(folder, "manifest.json");
  writeFileSync(file, JSON.stringify({ me: "{ me { name } }" }));
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    partner: { supergraph: { sdl: composed([shop.products]) } },
    port: 0,
    signingSecret: secret,
    identity: { viewerUrl: people.url },
    introspection: false,
    trustedDocuments: { file },
    limits: { listItems: 50 },
    logLevel: "silent",
  });
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([shop.close(), people.close()]);
  rmSync(folder, { recursive: true });
});

test.each([
  ["GRAPHQL_VALIDATION_FAILED", "{ __schema { queryType { name } } }"],
  ["GRAPHQL_VALIDATION_FAILED", "{ product }"],
  ["QUERY_TOO_DEEP", `{ ${"a { ".repeat(30)} b ${"} ".repeat(30)} }`],
])("partners are refused like everybody: %s, for %s", async (code, query) => {
  const { status, errors } = await ask(gateway.url, query, partner);
  expect([status, errors?.[0]?.extensions["code"]]).toEqual([400, code]);
  expect(errors?.[0]?.message).not.toMatch(/did you mean/i);
});

test("partners write their own operations, where others are bound to the manifest", async () => {
  const query = "{ products { name } }";
  expect(await ask(gateway.url, query, partner)).toMatchObject({ status: 200, data: { products: [{}, {}] } });
  expect(await ask(gateway.url, query)).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: "DOCUMENT_NOT_TRUSTED" } }],
  });
});
