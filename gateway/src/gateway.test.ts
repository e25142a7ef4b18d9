import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Gateway, startGateway } from "./gateway.ts";
import { ask } from "./testing/ask.ts";
import { type Shop, startShop } from "./testing/shop.ts";

const secret = "a secret of at least thirty-two bytes";
let shop: Shop;
let gateway: Gateway;

beforeAll(async () => {
  shop = await startShop({ secret });
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    signingSecret: secret,
    subgraphTimeoutMs: 700,
    propagateHeaders: ["X-Tenant"],
    logLevel: "silent",
  });
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
});

test("a query is answered from three subgraphs", async () => {
  const { status, data, errors } = await ask(gateway.url, "{ me { name reviews { body product { name price } } } }");
  expect(errors).toBeUndefined();
  expect(status).toBe(200);
  expect(data).toEqual({ me: { name: "Ada", reviews: [{ body: "Sturdy", product: { name: "Table", price: 100 } }] } });
});

test("variables, aliases, fragments, defaults, @skip and introspection work", async () => {
  const { data, errors } = await ask(
    gateway.url,
    `query ($with: Boolean!, $first: Int = 1) {
       list: products(first: $first) { ...p dear: price(currency: "EUR") name @skip(if: $with) }
       __type(name: "Product") { name }
     }
     fragment p on Product { __typename upc }`,
    { variables: { with: true } },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({ list: [{ __typename: "Product", upc: "p1", dear: 120 }], __type: { name: "Product" } });
});

test("a mutation changes something and reads the change from elsewhere", async () => {
  const { data, errors } = await ask(
    gateway.url,
    'mutation { review(upc: "p2", body: "Fine") { body author { name } product { name } } }',
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({ review: { body: "Fine", author: { name: "Ada" }, product: { name: "Chair" } } });
});

test.each(["plain", 'a "quote"', "back\\slash", "two\nlines\u0000", "émoji 😀", "\u2028", "half \ud83d"])(
  "a text comes through as it is: %j",
  async (body) => {
    const query = 'mutation ($body: String!) { review(upc: "p2", body: $body) { body author { name } } }';
    const { data } = await ask(gateway.url, query, { variables: { body } });
    expect(data).toEqual({ review: { body, author: { name: "Ada" } } });
  },
);

test("every call to a subgraph carries the anonymous viewer, signed, and the correlation id", async () => {
  shop.accounts.calls.length = 0;
  const { headers } = await ask(gateway.url, "{ users { name } }", {
    headers: { "x-correlation-id": "abc-1", "x-tenant": "t7", "x-other": "no" },
  });
  expect(headers.get("x-correlation-id")).toBe("abc-1");
  expect(shop.accounts.calls).toHaveLength(1);
  expect(shop.accounts.calls[0]?.viewer).toMatchObject({ kind: "anonymous" });
  expect(shop.accounts.calls[0]?.headers).toMatchObject({ "x-correlation-id": "abc-1", "x-tenant": "t7" });
  expect(shop.accounts.calls[0]?.headers).not.toHaveProperty("x-other");
});

test("a subgraph refuses a call that was not signed, or whose body was altered on the way", async () => {
  const unsigned = await fetch(shop.accounts.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"query":"{ me { id } }"}',
  });
  expect(unsigned.status).toBe(401);
  shop.accounts.calls.length = 0;
  await ask(gateway.url, "{ users { name } }");
  const signature = String(shop.accounts.calls[0]?.headers["psqm-viewer"]);
  const altered = await fetch(shop.accounts.url, {
    method: "POST",
    headers: { "content-type": "application/json", "psqm-viewer": signature },
    body: '{"query":"{ users { name id } }"}',
  });
  expect(await altered.json()).toMatchObject({ errors: [{ extensions: { code: "UNSIGNED_CALL" } }] });
});

test("a subgraph's refusal arrives with code, path and subgraph, and without its stack", async () => {
  const { data, errors } = await ask(gateway.url, "{ reviews { author { name secretNote } } }");
  expect(data.reviews[0]).toEqual({ author: { name: "Ada", secretNote: null } });
  expect(errors?.[0]).toEqual({
    message: "You may not read that note.",
    path: ["reviews", 0, "author", "secretNote"],
    extensions: { code: "FORBIDDEN", serviceName: "accounts" },
  });
});

test("a subgraph's fault is hidden behind a correlation id", async () => {
  const { errors } = await ask(gateway.url, "{ me { faulty } }", { headers: { "x-correlation-id": "abc-2" } });
  expect(errors?.[0]).toMatchObject({
    path: ["me", "faulty"],
    extensions: { code: "INTERNAL_SERVER_ERROR", correlationId: "abc-2", serviceName: "accounts" },
  });
  expect(JSON.stringify(errors)).not.toMatch(/hunter2|stack/);
});

test.each([
  ["that is not JSON", { status: 200, body: "<html>" }, "SUBGRAPH_BAD_ANSWER"],
  ["that is an HTTP error", { status: 502, body: "Bad gateway" }, "SUBGRAPH_BAD_ANSWER"],
  ["that is no GraphQL", { status: 200, body: '{"hello":1}' }, "SUBGRAPH_BAD_ANSWER"],
])("an answer %s costs only that subgraph's part", async (_what, answer, code) => {
  shop.products.misbehave(async () => answer);
  const { status, data, errors } = await ask(gateway.url, "{ me { name } products { upc } }");
  shop.products.misbehave(null);
  expect(status).toBe(200);
  expect(data).toBeNull();
  expect(errors).toMatchObject([{ path: ["products"], extensions: { code, serviceName: "products" } }]);
});

test("an entity that cannot be fetched is told at its place, and everything else arrives", async () => {
  shop.products.misbehave(async () => ({ status: 503, body: "" }));
  const { data, errors } = await ask(gateway.url, "{ me { name reviews { body product { name } } } }");
  shop.products.misbehave(null);
  expect(data).toEqual({ me: null });
  expect(errors).toMatchObject([{ path: ["me", "reviews"], extensions: { code: "SUBGRAPH_BAD_ANSWER" } }]);
});

test("a Host header that is no address is the client's error", async () => {
  const status = await new Promise((resolve, reject) => {
    const request = httpRequest(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { host: "a b", "content-type": "application/json" },
    });
    request.on("response", (response) => resolve(response.statusCode)).on("error", reject);
    request.end('{"query":"{ __typename }"}');
  });
  expect(status).toBe(400);
});

test("a subgraph that does not answer in time is named, and the rest arrives", async () => {
  const { data, errors } = await ask(gateway.url, "{ products { name } slow }");
  expect(data).toEqual({ products: [{ name: "Table" }, { name: "Chair" }], slow: null });
  expect(errors).toMatchObject([{ path: ["slow"], extensions: { code: "SUBGRAPH_TIMEOUT", serviceName: "accounts" } }]);
});

test("a null where none may be has an error of its own", async () => {
  shop.products.misbehave(async () => ({ status: 200, body: '{"data":{"products":[{"name":null}]}}' }));
  const { data, errors } = await ask(gateway.url, "{ products { name } }");
  shop.products.misbehave(null);
  expect(data).toBeNull();
  expect(errors?.[0]).toMatchObject({ path: ["products", 0, "name"], extensions: { code: "SUBGRAPH_BAD_VALUE" } });
});

test.each([
  ["a syntax error", "{ me {", "GRAPHQL_PARSE_FAILED"],
  ["an unknown field", "{ nobody }", "GRAPHQL_VALIDATION_FAILED"],
  ["a variable of the wrong type", "query ($first: Int) { products(first: $first) { upc } }", "BAD_USER_INPUT"],
  ["a subscription over HTTP", "subscription { countdown(from: 1) }", "SUBSCRIPTION_OVER_HTTP"],
])("%s is the client's error, by name", async (_what, query, code) => {
  const { status, errors } = await ask(gateway.url, query, { variables: { first: "many" } });
  expect({ status, code: errors?.[0]?.extensions["code"] }).toEqual({ status: 400, code });
});

test("a mutation by GET, a form post and a batch are refused", async () => {
  const get = await fetch(
    `${gateway.url}/graphql?query=${encodeURIComponent('mutation { rename(id: "u1", name: "x") { id } }')}`,
    {
      headers: { "apollo-require-preflight": "1" },
    },
  );
  expect(get.status).toBe(405);
  const simple = await fetch(`${gateway.url}/graphql?query={me{id}}`);
  expect(simple.status).toBe(400);
  const batch = await fetch(`${gateway.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '[{"query":"{ me { id } }"},{"query":"{ me { id } }"}]',
  });
  expect(batch.status).toBe(400);
});

test("it is live and ready, and unknown addresses are told so", async () => {
  expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
  const lost = await fetch(`${gateway.url}/nowhere`);
  expect(lost.status).toBe(404);
  expect(await lost.json()).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
});
