import { pino } from "pino";
import { operatorNameOf } from "../command-line.ts";
import { ConfigurationError, type GatewayConfig } from "../configuration.ts";
import { type Gateway, startGateway } from "../gateway.ts";
import { InvalidSupergraph } from "../supergraph/supergraph.ts";
import type { FromWorker, ToWorker } from "./message.ts";

/** One of several gateway processes; told everything by the primary process, with which it ends. */
let gateway: Gateway | undefined;
let stopping = false;

process.on("message", (message: ToWorker) => {
  if ("begin" in message) void begin(message.begin, message.worker);
  else if ("tellMetrics" in message) void tellMetrics(message.tellMetrics);
  else stop();
});
// A signal for this worker alone lets it finish what it does; the primary puts another in its place.
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

async function begin({ metrics, ...config }: GatewayConfig, worker: number): Promise<void> {
  try {
    const log = pino({ level: config.logLevel ?? "info", base: { service: "gateway", worker } });
    gateway = await startGateway(config, { log, nameOf: operatorNameOf, measured: Boolean(metrics) });
    if (stopping) return await leave(gateway);
    tell({ serving: { url: gateway.url } });
  } catch (error) {
    const expected = error instanceof ConfigurationError || error instanceof InvalidSupergraph;
    tell({ failed: expected ? error.message : ((error as Error).stack ?? String(error)) }, () => process.exit(1));
  }
}

async function tellMetrics(number: number): Promise<void> {
  if (gateway) tell({ metrics: number, samples: await gateway.metrics() });
}

function stop(): void {
  if (stopping) return;
  stopping = true;
  if (gateway) void leave(gateway);
}

async function leave(leaving: Gateway): Promise<void> {
  await leaving.close();
  process.exit(0);
}

function tell(message: FromWorker, then: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, then);
}
