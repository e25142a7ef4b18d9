import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { auditServer, serverAudits } from "graphql-http";
import { type Gateway, startGateway } from "./gateway.ts";
import { type Shop, startShop } from "./testing/shop.ts";

let shop: Shop;
let gateway: Gateway;

beforeAll(async () => {
  shop = await startShop();
  gateway = await startGateway({ supergraph: { sdl: shop.supergraph }, port: 0, logLevel: "silent" });
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
});

/** As the audit asks, and with the header without which a GET request could be another site's. */
const asked: typeof fetch = (input, init) => {
  const { method, headers } = init ?? {};
  if (method === "POST") return fetch(input, init);
  return fetch(input, { ...init, headers: { ...headers, "apollo-require-preflight": "1" } });
};

test("GraphQL over HTTP is spoken as its audit wants it: all that must, should and may be", async () => {
  const url = `${gateway.url}/graphql`;
  const results = await auditServer({ url, fetchFn: asked });
  expect(results).toHaveLength(serverAudits({ url }).length);
  expect(results.filter(({ status }) => status !== "ok").map(({ id, name, status }) => ({ id, name, status }))).toEqual(
    [],
  );
});
