import { afterEach, expect, test } from "@jest/globals";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask } from "../testing/ask.ts";
import { type Shop, startShop } from "../testing/shop.ts";

let shop: Shop;
let gateway: Gateway;
afterEach(() => Promise.all([gateway.close(), shop.close()]));

async function serve(deduplication: { requests?: boolean; calls?: boolean }): Promise<void> {
  shop = await startShop();
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    propagateHeaders: ["x-tenant"],
    deduplication,
    logLevel: "silent",
  });
}

/** Asks everything at once; no subgraph answers before all have asked. */
async function together(questions: { query: string; tenant?: string }[], calls: number) {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let waiting = 0;
  shop.accounts.misbehave(async () => {
    waiting += 1;
    if (waiting === calls) setTimeout(open, 100);
    await gate;
    return { status: 200, body: '{"data":{"me":{"__typename":"User","id":"u1","name":"Ada"}}}' };
  });
  const answers = await Promise.all(
    questions.map(({ query, tenant }) => ask(gateway.url, query, { headers: tenant ? { "x-tenant": tenant } : {} })),
  );
  return { waiting, answers: answers.map(({ data }) => data) };
}

const me = "{ me { name } }";
const more = "{ me { name reviews { body } } }";
const named = "query Other { me { name } }";

test.each([
  [{}, 3],
  [{ requests: true }, 1],
  [{ calls: true }, 1],
])("the same query three times at once, with %j, makes %i calls", async (deduplication, calls) => {
  await serve(deduplication);
  const { waiting, answers } = await together([{ query: me }, { query: me }, { query: me }], calls);
  expect(waiting).toBe(calls);
  expect(answers).toEqual(Array(3).fill({ me: { name: "Ada" } }));
});

test.each([{ requests: true }, { calls: true }])("with %j nothing is shared between callers", async (deduplication) => {
  await serve(deduplication);
  const { waiting } = await together([{ query: me }, { query: me, tenant: "a" }, { query: me, tenant: "b" }], 3);
  expect(waiting).toBe(3);
});

test("with shared calls, what one operation adds to an answer does not show in another", async () => {
  await serve({ calls: true });
  const { waiting, answers } = await together([{ query: more }, { query: more }], 1);
  expect(waiting).toBe(1);
  expect(answers).toEqual(Array(2).fill({ me: { name: "Ada", reviews: [{ body: "Sturdy" }] } }));
});

test("a mutation is never shared", async () => {
  await serve({ requests: true, calls: true });
  const query = 'mutation { review(upc: "p2", body: "Twice") { body } }';
  const before = shop.reviews.calls.length;
  await Promise.all([ask(gateway.url, query), ask(gateway.url, query)]);
  expect(shop.reviews.calls.length - before).toBe(2);
});

test("with shared requests, another operation is another request", async () => {
  await serve({ requests: true });
  expect((await together([{ query: me }, { query: named }], 2)).waiting).toBe(2);
});
