import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTraceCollector, type TraceCollector } from "@psqm/testing/trace-collector";
import { type Gateway, startGateway } from "./gateway.ts";
import { ask, listenOn, socketTo, until } from "./testing/ask.ts";
import { type Shop, startShop } from "./testing/shop.ts";

let shop: Shop;
let collector: TraceCollector;
let gateway: Gateway;

beforeAll(async () => {
  [shop, collector] = await Promise.all([startShop(), startTraceCollector()]);
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.endpoint;
  process.env["OTEL_BSP_SCHEDULE_DELAY"] = "50";
  gateway = await startGateway({ supergraph: { sdl: shop.supergraph }, port: 0, logLevel: "silent" });
  delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
});
afterAll(async () => {
  await gateway.close();
  await collector.close();
  await shop.close();
});

const numbers = Array.from({ length: 9 }, (_, n) => `${n + 1}`.repeat(32));
const parent = "b7ad6b7169203331";

/** Each span of a trace below its parent, e.g. `query Names > fetch accounts > POST accounts`. */
function pathsOf(trace: string): string[] {
  const spans = collector.spans.filter(({ traceId }) => traceId === trace);
  const pathOf = ({ name, parentSpanId }: (typeof spans)[number]): string => {
    const above = spans.find(({ spanId }) => spanId === parentSpanId);
    return above ? `${pathOf(above)} > ${name}` : name;
  };
  return spans.map(pathOf).sort();
}

async function traced(trace: string, query: string) {
  const headers = { traceparent: `00-${trace}-${parent}-01` };
  const answer = await ask(gateway.url, query, { headers });
  await until(() => collector.spans.some(({ traceId, parentSpanId }) => traceId === trace && parentSpanId === parent));
  return answer;
}

test("an operation that is new: read, planned, and every fetch with its call, in the client's trace", async () => {
  const [trace = ""] = numbers;
  await traced(trace, "query Names { me { name reviews { body } } }");
  expect(pathsOf(trace)).toEqual([
    "query Names",
    "query Names > fetch accounts",
    "query Names > fetch accounts > POST accounts",
    "query Names > fetch reviews",
    "query Names > fetch reviews > POST reviews",
    "query Names > parse",
    "query Names > plan",
    "query Names > validate",
  ]);
  const call = collector.spans.find(({ name, traceId }) => name === "POST accounts" && traceId === trace);
  expect(shop.accounts.calls.at(-1)?.headers["traceparent"]).toBe(`00-${trace}-${call?.spanId}-01`);
});

test("one that is known is only carried out", async () => {
  const [, trace = ""] = numbers;
  await traced(trace, "query Names { me { name reviews { body } } }");
  expect(pathsOf(trace)).toEqual([
    "query Names",
    "query Names > fetch accounts",
    "query Names > fetch accounts > POST accounts",
    "query Names > fetch reviews",
    "query Names > fetch reviews > POST reviews",
  ]);
});

test("each attempt is a span of its own, and failures are told by their codes", async () => {
  const [, , trace = ""] = numbers;
  shop.accounts.misbehave(async () => ({ status: 503, body: "" }));
  await traced(trace, "query Down { me { name } }");
  shop.accounts.misbehave(null);
  const spans = collector.spans.filter(({ traceId }) => traceId === trace);
  expect(spans.filter(({ name, failed }) => name === "POST accounts" && failed)).toHaveLength(3);
  const fetch = spans.find(({ name }) => name === "fetch accounts");
  expect(fetch).toMatchObject({ failed: true, attributes: { "error.type": "SUBGRAPH_BAD_ANSWER" } });
});

test("on a socket an operation says in its extensions to which trace it belongs; each event has one of its own", async () => {
  const [, , , trace = "", other = ""] = numbers;
  const client = socketTo(gateway.url);
  const begun = (id: string) => ({ traceparent: `00-${id}-${parent}-01` });
  await new Promise<void>((resolve) => {
    client.subscribe(
      { query: "query Socket { me { name } }", extensions: begun(trace) },
      { next: () => {}, error: () => {}, complete: resolve },
    );
  });
  await until(() => pathsOf(trace).includes("query Socket"));
  const events: unknown[] = [];
  client.subscribe(
    { query: "subscription Added { reviewAdded { body author { name } } }", extensions: begun(other) },
    { next: (event) => events.push(event), error: () => {}, complete: () => {} },
  );
  await until(() => shop.reviews.running() === 1);
  shop.addReview({ id: "1", body: "words of somebody", authorId: "u1", upc: "p1" });
  await until(() => events.length === 1);
  await until(() => collector.spans.some(({ name }) => name === "event Added"));
  const event = collector.spans.find(({ name }) => name === "event Added")?.traceId ?? "";
  expect(event).not.toBe(other);
  await until(() => pathsOf(other).includes("subscription Added"));
  await until(() => pathsOf(event).includes("event Added > fetch accounts > POST accounts"));
  await client.dispose();
  expect(collector.text()).not.toContain("words of somebody");
});

test("without a collector nothing is loaded, and nothing is passed on", async () => {
  const plain = await startGateway({ supergraph: { sdl: shop.supergraph }, port: 0, logLevel: "silent" });
  await ask(plain.url, "{ me { name } }", { headers: { traceparent: `00-${numbers[6]}-${parent}-01` } });
  expect(shop.accounts.calls.at(-1)?.headers["traceparent"]).toBeUndefined();
  const socket = socketTo(plain.url);
  await listenOn(socket, "{ me { name } }").over;
  await socket.dispose();
  await plain.close();
});
