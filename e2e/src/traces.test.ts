import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTraceCollector, type TraceCollector } from "@psqm/testing/trace-collector";
import { until } from "@psqm/testing/until";
import { type RunningPlatform, startPlatform } from "./running-platform.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
let collector: TraceCollector;
let dataDir: string;
let platform: RunningPlatform;

beforeAll(async () => {
  collector = await startTraceCollector();
  dataDir = await mkdtemp(path.join(tmpdir(), "psqm-traces-"));
  platform = await startPlatform("start:services", dataDir, undefined, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: "100",
    OTEL_TRACES_SAMPLER: "parentbased_always_off",
  });
});
afterAll(async () => {
  await platform.stop();
  await collector.close();
  await rm(dataDir, { recursive: true });
});

test("one trace goes from the client through the gateway and the services to their statements", async () => {
  const response = await fetch(`${platform.origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
    body: JSON.stringify({ query: "query Register { hubs(first: 3) { nodes { name leaders { id } } } }" }),
  });
  expect(await response.json()).toMatchObject({ data: { hubs: { nodes: [{ name: expect.any(String) }, {}] } } });
  const ways = () => {
    const spans = collector.spans.filter(({ traceId }) => traceId === TRACE);
    const wayOf = ({ service, name, parentSpanId }: (typeof spans)[number]): string => {
      const above = spans.find(({ spanId }) => spanId === parentSpanId);
      return `${above ? `${wayOf(above)} > ` : ""}${service}: ${name}`;
    };
    return spans.map(wayOf);
  };
  const begin = "gateway: query Register > ";
  await until("programme's statements are told", () =>
    ways().includes(
      `${begin}gateway: fetch programme > gateway: POST programme > programme: programme answers > programme: SELECT`,
    ),
  );
  await until("the call to people is told", () =>
    ways().includes(`${begin}gateway: fetch people > gateway: POST people > people: people answers`),
  );
  // What nobody asked to be traced is not.
  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
});
