import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import path from "node:path";
import { type Logger, pino } from "pino";
import { operatorNameOf } from "../command-line.ts";
import { ConfigurationError, type GatewayConfig, resolveConfig } from "../configuration.ts";
import { type OwnMetricsServer, serveMetricsAlone } from "../metrics/metrics-server.ts";
import type { FromWorker, ToWorker } from "./message.ts";
import { WorkersMetrics } from "./workers-metrics.ts";

// One that lived shorter is suspected of never living long: the next ones wait, longer each time.
const LONG_LIFE_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
// What a worker may take beyond the time that its open requests have.
const GRACE_MS = 5_000;

/**
 * Runs several gateway processes on one port. This process accepts connections and hands them out in turn, replaces
 * workers that end, and shows everybody's metrics as one; it serves nothing itself.
 */
export class Supervisor {
  readonly #count: number;
  readonly #config: GatewayConfig;
  readonly #drainMs: number;
  readonly #log: Logger;
  readonly #metrics = new WorkersMetrics();
  #metricsServer: OwnMetricsServer | undefined;
  #pauseMs = 0;
  #closing = false;

  private constructor(count: number, config: GatewayConfig) {
    const settings = resolveConfig(config, operatorNameOf);
    if (config.metrics && config.metrics.port === undefined) {
      throw new ConfigurationError(
        "METRICS_PATH: with several workers the metrics of all need a port of their own. Set METRICS_PORT too.",
      );
    }
    this.#count = count;
    this.#config = config;
    this.#drainMs = settings.drainMs;
    this.#log = pino({ level: settings.logLevel, base: { service: "gateway", worker: 0 } });
    cluster.setupPrimary({ exec: path.join(import.meta.dirname, "worker.js") });
  }

  /** @throws ConfigurationError, when a worker cannot begin too */
  static async start(count: number, config: GatewayConfig): Promise<Supervisor> {
    const supervisor = new Supervisor(count, config);
    await supervisor.#begin();
    return supervisor;
  }

  /** Lets every worker finish what it does, for as long as configured, and ends them. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && this.#stop(worker)));
    await this.#metricsServer?.close();
  }

  async #begin(): Promise<void> {
    const { metrics } = resolveConfig(this.#config);
    if (metrics) this.#metricsServer = await serveMetricsAlone(this.#metrics, metrics);
    try {
      // The first alone: it finds what is wrong. Those who listen on any port get the same one from this process.
      const { url } = await this.#fork();
      await Promise.all(Array.from({ length: this.#count - 1 }, () => this.#fork()));
      this.#log.info({ url, workers: this.#count, metricsPort: this.#metricsServer?.port }, "all workers serve");
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** @returns where it serves; from then on it is replaced when it ends */
  #fork(): Promise<{ url: string }> {
    const worker = cluster.fork();
    const began = performance.now();
    let place: { url: string } | undefined;
    let reason: string | undefined;
    return new Promise((resolve, reject) => {
      worker.on("message", (message: FromWorker) => {
        if ("serving" in message) {
          place = message.serving;
          this.#metrics.add(worker);
          resolve(place);
        } else if ("failed" in message) reason = message.failed;
        else this.#metrics.heard(worker, message.metrics, message.samples);
      });
      worker.once("exit", (code, signal) => {
        this.#metrics.remove(worker);
        const how = signal ?? `exit code ${code}`;
        if (!place) return reject(new ConfigurationError(reason ?? `A worker ended with ${how} before it served.`));
        if (this.#closing) return;
        this.#log.error({ pid: worker.process.pid, how }, "a worker has ended and is replaced");
        if (performance.now() - began >= LONG_LIFE_MS) this.#pauseMs = 0;
        this.#replace();
      });
      // Numbered as the primary numbers them: a new one never has the name of an old one.
      tell(worker, { begin: this.#config, worker: worker.id });
    });
  }

  #replace(): void {
    setTimeout(async () => {
      if (this.#closing) return;
      try {
        await this.#fork();
      } catch (error) {
        this.#log.error({ reason: (error as Error).message }, "a worker could not be replaced, again soon");
        this.#replace();
      }
    }, this.#pauseMs);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2));
  }

  async #stop(worker: Worker): Promise<void> {
    if (worker.isDead()) return;
    const ended = once(worker, "exit");
    tell(worker, { stop: true });
    const impatience = setTimeout(() => worker.process.kill("SIGKILL"), this.#drainMs + GRACE_MS);
    await ended;
    clearTimeout(impatience);
  }
}

/** One that ends meanwhile hears nothing; its end is seen elsewhere. */
function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
