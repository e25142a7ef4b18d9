import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask, listenOn, socketTo, until } from "../testing/ask.ts";
import { type Shop, startShop } from "../testing/shop.ts";

let shop: Shop;
let gateway: Gateway;

beforeAll(async () => {
  shop = await startShop();
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    metrics: { port: 0 },
    resilience: { breakerCalls: 3, retries: 1 },
    logLevel: "silent",
  });
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
});

const scrape = async (url = `http://127.0.0.1:${gateway.metricsPort}/metrics`) => (await fetch(url)).text();

/** The value of one time series; undefined when there is none. */
function sampleOf(text: string, series: string): number | undefined {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test("operations, plans, subgraphs and refusals are counted and timed", async () => {
  for (let n = 0; n < 3; n++) await ask(gateway.url, "query Names { me { name } products { name } }");
  await ask(gateway.url, "query Faulty { me { faulty } }");
  await ask(gateway.url, `{ ${"reviews { author { ".repeat(20)} id ${"} }".repeat(20)} }`);
  const text = await scrape();
  expect(sampleOf(text, 'gateway_operation_seconds_count{operation="Names",outcome="ok"}')).toBe(3);
  expect(sampleOf(text, 'gateway_operation_seconds_count{operation="Faulty",outcome="errors"}')).toBe(1);
  expect(sampleOf(text, 'gateway_operation_cache_total{result="hit"}')).toBe(2);
  expect(sampleOf(text, 'gateway_operation_cache_total{result="miss"}')).toBe(2);
  expect(sampleOf(text, "gateway_plan_seconds_count")).toBe(2);
  expect(sampleOf(text, "gateway_operations_kept")).toBe(2);
  expect(sampleOf(text, 'gateway_subgraph_seconds_count{subgraph="products",outcome="ok"}')).toBe(3);
  expect(sampleOf(text, 'gateway_refused_total{code="QUERY_TOO_DEEP"}')).toBe(1);
  expect(sampleOf(text, "process_resident_memory_bytes")).toBeGreaterThan(0);
});

test("clients cannot make time series without end", async () => {
  for (let n = 0; n < 150; n++) await ask(gateway.url, `query Made${n} { __typename }`);
  const names = (await scrape()).match(/gateway_operation_seconds_count\{/g) ?? [];
  expect(names.length).toBeLessThanOrEqual(102);
  expect(
    sampleOf(await scrape(), 'gateway_operation_seconds_count{operation="(others)",outcome="ok"}'),
  ).toBeGreaterThan(0);
});

test("what is open is told, and how long events take", async () => {
  const client = socketTo(gateway.url);
  const heard = listenOn(client, "subscription { reviewAdded { body author { name } } }");
  await until(() => shop.reviews.running() === 1);
  shop.addReview({ id: "1", body: "x", authorId: "u1", upc: "p1" });
  await until(() => heard.events.length === 1);
  const text = await scrape();
  expect(sampleOf(text, 'gateway_open{what="sockets"}')).toBe(1);
  expect(sampleOf(text, 'gateway_open{what="upstreamSubscriptions"}')).toBe(1);
  expect(sampleOf(text, "gateway_event_seconds_count")).toBe(1);
  await client.dispose();
  await until(async () => sampleOf(await scrape(), 'gateway_open{what="subscribers"}') === 0);
});

test("a subgraph in trouble is seen: its failures by code, and that it is left alone", async () => {
  shop.accounts.misbehave(async () => ({ status: 502, body: "" }));
  for (let n = 0; n < 30; n++) await ask(gateway.url, "{ me { name } }");
  const text = await scrape();
  expect(
    sampleOf(text, 'gateway_subgraph_seconds_count{subgraph="accounts",outcome="SUBGRAPH_BAD_ANSWER"}'),
  ).toBeGreaterThan(0);
  expect(
    sampleOf(text, 'gateway_subgraph_seconds_count{subgraph="accounts",outcome="SUBGRAPH_SUSPENDED"}'),
  ).toBeGreaterThan(0);
  expect(sampleOf(text, 'gateway_subgraph_retries_total{subgraph="accounts"}')).toBeGreaterThan(0);
  expect(sampleOf(text, 'gateway_breaker_open{subgraph="accounts"}')).toBe(1);
  expect(sampleOf(text, 'gateway_breaker_open{subgraph="products"}')).toBe(0);
  shop.accounts.misbehave(null);
});

test("they are shown only where they are configured: on their own port, at a path, or nowhere", async () => {
  expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
  for (const [metrics, status] of [
    [{ path: "/inside/metrics" }, 200],
    [undefined, 404],
  ] as const) {
    const supergraph = { sdl: shop.supergraph };
    const other = await startGateway({ supergraph, port: 0, logLevel: "silent", ...(metrics && { metrics }) });
    const answer = await fetch(`${other.url}/inside/metrics`);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0.0.4/);
    await other.close();
  }
});
