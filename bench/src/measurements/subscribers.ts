import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, round } from "../figure.ts";
import { GATEWAY_CORE, LOAD_CORE, PinnedProcess } from "../gateway/pinned-process.ts";
import type { Measurement } from "../measurement.ts";
import { freePort, root, temporaryFolder } from "../started-platform.ts";
import { composedSupergraph } from "../subscribers/graph.ts";
import type * as Listeners from "../subscribers/listeners-child.ts";
import type * as Subgraphs from "../subscribers/subgraphs-child.ts";
import type { Memory } from "../subscribers/tell-memory.ts";

const subscribers = 2_000;
const idle = 10_000;
const events = 60;
const warmUpEvents = 10;
const pauseMs = 250;

const folderOfChildren = join(import.meta.dirname, "..", "subscribers");

/** One event for everybody, filled in from two other subgraphs; then many who hear nothing; then nobody. */
export const subscribersBench: Measurement = {
  about: "an event to 2,000 subscribers, and what a subscriber costs",
  async take(say) {
    await using folder = await temporaryFolder();
    await using running = new AsyncDisposableStack();
    const start = (name: string, core: number, args: readonly string[], env?: object) => {
      const one = new PinnedProcess(name, core, args, { ...(env && { env }) });
      running.defer(() => one.stop());
      return one;
    };
    const subgraphs = start("subgraphs", LOAD_CORE, [join(folderOfChildren, "subgraphs-child.js")]);
    const { urls } = (await subgraphs.message<Subgraphs.Told>()) as { urls: Parameters<typeof composedSupergraph>[0] };
    const supergraph = join(folder.path, "supergraph.graphql");
    await writeFile(supergraph, composedSupergraph(urls));
    const [port, metricsPort] = [await freePort(), await freePort()];
    const preload = join(folderOfChildren, "tell-memory.js");
    const main = join(root, "gateway", "dist", "main.js");
    // A young generation of fixed size: its growth, wherever it happens to come, is no cost of a subscriber.
    const fixed = ["--min-semi-space-size=16", "--max-semi-space-size=16"];
    const args = [...fixed, "--expose-gc", "--import", preload, main, "--supergraph", supergraph, "--port", `${port}`];
    const env = { LIVE_SUBSCRIPTIONS: "*", METRICS_PORT: `${metricsPort}`, LOG_LEVEL: "warn" };
    const gateway = start("gateway", GATEWAY_CORE, args, env);
    await gateway.answering(`http://127.0.0.1:${port}/graphql`);
    const listeners = start("listeners", LOAD_CORE, [join(folderOfChildren, "listeners-child.js")]);

    const memory = (): Promise<Memory> => asked(gateway, {});
    const order = async <Answer>(what: Listeners.Order): Promise<Answer> => {
      const told = await asked<Listeners.Told>(listeners, what);
      if ("error" in told) throw new Error(told.error);
      return told as Answer;
    };
    const open = async (what: string): Promise<number> => {
      const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      return Number(new RegExp(`^gateway_open\\{what="${what}"\\} (\\d+)$`, "m").exec(text)?.[1]);
    };
    const until = async (what: string, count: number) => {
      const deadline = performance.now() + 30_000;
      while ((await open(what)) !== count) {
        if (performance.now() > deadline) throw new Error(`there are ${await open(what)} ${what}, not ${count}`);
        await sleep(20);
      }
    };
    const connect = async (sockets: number, subscribe: boolean) => {
      await order({ connect: { url: `ws://127.0.0.1:${port}/graphql`, sockets, subscribe } });
      await until(subscribe ? "subscribers" : "sockets", sockets);
    };
    const leave = async () => {
      await order({ leave: true });
      await until("sockets", 0);
      await until("upstreamSubscriptions", 0);
    };
    const announce = async (count: number, to: number): Promise<number[]> => {
      for (let n = 1; n <= count; n += 1) {
        subgraphs.child.send({ send: n } satisfies Subgraphs.Order);
        await sleep(pauseMs);
      }
      return (await order<{ latencies: number[] }>({ heard: count * to })).latencies;
    };

    // Everything has been used once before memory is compared.
    await connect(200, true);
    await announce(warmUpEvents, 200);
    await leave();
    const before = await memory();

    await connect(subscribers, true);
    const upstream = await open("upstreamSubscriptions");
    await announce(warmUpEvents, subscribers);
    const cpuBefore = gateway.cpuMs();
    const latencies = (await announce(events, subscribers)).sort((one, other) => one - other);
    const cpuMs = (gateway.cpuMs() - cpuBefore) / events;
    const at = (part: number) => round(latencies[Math.floor(latencies.length * part)] ?? Number.NaN, 1);
    const listening = await memory();
    const perSubscriber = (listening.rssKb - before.rssKb) / subscribers;
    say(`${subscribers} subscribers: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${round(perSubscriber)} KB each`);
    await leave();

    await connect(idle, true);
    const held = await memory();
    const perIdle = (held.rssKb - before.rssKb) / idle;
    say(`${idle} idle subscribers: ${round(perIdle)} KB each`);
    await announce(1, idle);
    await leave();
    const after = await memory();
    const { subscriptions } = await asked<{ subscriptions: number }>(subgraphs, { count: true });
    say(`all left: ${round(after.rssKb / 1024)} MB, ${round(before.rssKb / 1024)} MB before`);

    const figure = (name: string, value: number, unit: string, aim?: Figure["aim"]): Figure => ({
      name: `subscribers.${name}`,
      value,
      unit,
      ...(aim && { aim }),
    });
    const figures = [
      figure("event.p50", at(0.5), "ms"),
      figure("event.p99", at(0.99), "ms", { op: "<=", value: 60 }),
      figure("event.slowest", at(0.999999), "ms"),
      figure("event.cpu", round(cpuMs, 1), "ms"),
      figure("upstreams", upstream, "subscriptions", { op: "<=", value: 1 }),
      figure("memory.each", round(perSubscriber), "KB", { op: "<=", value: 12 }),
      figure("memory.each-heap", round((listening.heapKb - before.heapKb) / subscribers), "KB"),
      figure("idle.memory.each", round(perIdle), "KB", { op: "<=", value: 12 }),
      figure("idle.held", idle, "subscribers", { op: ">=", value: idle }),
      figure("left.upstreams", subscriptions, "subscriptions", { op: "<=", value: 0 }),
      figure("left.heap-kept", round((after.heapKb - before.heapKb) / 1024), "MB", { op: "<=", value: 2 }),
      figure("left.rss-kept", round((after.rssKb - before.rssKb) / 1024), "MB"),
    ];
    return { figures, details: { before, listening, held, after, subscribers, idle, events } };
  },
};

async function asked<Answer>(child: PinnedProcess, what: object): Promise<Answer> {
  child.child.send(what);
  return child.message<Answer>();
}
