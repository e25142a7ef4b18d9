import type { Worker } from "node:cluster";
import { AggregatorRegistry, Registry } from "prom-client";
import type { MetricSamples, MetricsSource } from "../metrics/metrics.ts";
import type { ToWorker } from "./message.ts";

// A worker that is too busy to answer is told of as it was last seen.
const ANSWER_WITHIN_MS = 2_000;

interface Seen {
  samples: MetricSamples;
  /** Waiting for the worker's answer. */
  waiting: Map<number, () => void>;
}

/**
 * The metrics of all workers added up, as if they were one process. What ended workers had counted goes on being counted:
 * otherwise the sum would fall with each one and Prometheus would take that for a new beginning.
 */
export class WorkersMetrics implements MetricsSource {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #seen = new Map<Worker, Seen>();
  #ended: Promise<MetricSamples> = Promise.resolve([]);
  #questions = 0;

  add(worker: Worker): void {
    this.#seen.set(worker, { samples: [], waiting: new Map() });
  }

  remove(worker: Worker): void {
    const seen = this.#seen.get(worker);
    if (!seen) return;
    this.#seen.delete(worker);
    for (const go of seen.waiting.values()) go();
    const counted = seen.samples.filter(({ type }) => ["counter", "histogram"].includes(String(type)));
    this.#ended = this.#ended.then((ended) => AggregatorRegistry.aggregate([ended, counted]).getMetricsAsJSON());
  }

  heard(worker: Worker, question: number, samples: MetricSamples): void {
    const seen = this.#seen.get(worker);
    if (!seen) return;
    seen.samples = samples;
    seen.waiting.get(question)?.();
  }

  async text(): Promise<string> {
    await Promise.all([...this.#seen].map(([worker, seen]) => this.#ask(worker, seen)));
    const all = [...this.#seen.values()].map(({ samples }) => samples);
    return AggregatorRegistry.aggregate([...all, await this.#ended]).metrics();
  }

  async #ask(worker: Worker, { waiting }: Seen): Promise<void> {
    const question = ++this.#questions;
    let impatience: NodeJS.Timeout | undefined;
    await new Promise<void>((go) => {
      waiting.set(question, go);
      impatience = setTimeout(go, ANSWER_WITHIN_MS);
      worker.send({ tellMetrics: question } satisfies ToWorker, () => {});
    });
    clearTimeout(impatience);
    waiting.delete(question);
  }
}
