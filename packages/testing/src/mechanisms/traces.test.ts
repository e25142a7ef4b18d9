import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import { startTestSubgraph, TEST_SIGNING_SECRET, type TestSubgraph } from "../test-subgraph.ts";
import { startTraceCollector, type TraceCollector } from "../trace-collector.ts";
import { until } from "../until.ts";
import { subjectLeader } from "../viewers.ts";
import { noteService } from "./note.ts";

const trace = "0af7651916cd43dd8448eb211c80319c";
const parent = "b7ad6b7169203331";
let collector: TraceCollector;
let notes: TestSubgraph;

beforeAll(async () => {
  collector = await startTraceCollector();
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.endpoint;
  process.env["OTEL_BSP_SCHEDULE_DELAY"] = "50";
  notes = await startTestSubgraph(noteService);
  delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
});
afterAll(async () => {
  await notes.close();
  await collector.close();
});

async function write(text: string, headers: Record<string, string>) {
  const viewer = subjectLeader("sch_a", "per_anna");
  const query = 'mutation ($text: String!) { writeNote(schoolId: "sch_a", text: $text) { id } }';
  const body = JSON.stringify({ query, variables: { text } });
  const signature = await signViewer(TEST_SIGNING_SECRET, { audience: notes.name, viewer, body });
  const response = await fetch(notes.url, {
    method: "POST",
    headers: { "content-type": "application/json", [VIEWER_HEADER]: signature, ...headers },
    body,
  });
  expect(await response.json()).toMatchObject({ data: { writeNote: { id: expect.any(String) } } });
}

test("a call belongs to its caller's trace, and each of its statements to the call, without a value", async () => {
  await write("a secret of a school", { traceparent: `00-${trace}-${parent}-01` });
  const inserts = () => collector.spans.filter(({ name, traceId }) => name === "INSERT" && traceId === trace);
  await until("statements are told", () => inserts().length > 0);
  const call = await until("the call is told", () =>
    collector.spans.find(({ parentSpanId }) => parentSpanId === parent),
  );
  expect(call).toMatchObject({ service: notes.name, name: `${notes.name} answers`, traceId: trace });
  for (const insert of inserts()) {
    expect(insert.parentSpanId).toBe(call.spanId);
    expect(insert.attributes).toMatchObject({ "db.system.name": "postgresql", "db.operation.name": "INSERT" });
  }
  expect(inserts().map(({ attributes }) => attributes["db.query.text"])).toContainEqual(
    expect.stringMatching(/insert into .*note.*\?/),
  );
  expect(collector.text()).not.toMatch(/a secret of a school|sch_a|per_anna/);
});

test("what runs in the background is in nobody's trace", async () => {
  await write("again", {});
  const isOfAnother = ({ traceId, name }: { traceId: string; name: string }) =>
    traceId !== trace && name.endsWith("answers");
  await until("the call is told", () => collector.spans.some(isOfAnother));
  const calls = collector.spans.filter(({ name }) => name.endsWith("answers"));
  for (const span of collector.spans) expect(calls.map(({ traceId }) => traceId)).toContain(span.traceId);
});
