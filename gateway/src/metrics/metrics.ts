import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from "prom-client";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
// Clients choose the names of operations: each is a time series, and there must be an end to them.
const NAMES_KEPT = 100;
const OTHERS = "(others)";
const UNNAMED = "(unnamed)";

/** Every series with its value, as one process can tell it to another. */
export type MetricSamples = MetricObjectWithValues<MetricValue<string>>[];

/** Something whose metrics can be served. */
export interface MetricsSource {
  readonly contentType: string;
  /** @returns everything, in Prometheus' text format */
  text(): Promise<string>;
}

/** What is read only when somebody asks. */
export interface Observed {
  /** How many there are of what is open, by its name. */
  counts(): Readonly<Record<string, number>>;
  breakers(): readonly { name: string; open: boolean }[];
  operationsKept(): number;
}

/** What an operator sees of a gateway, in the words of Prometheus. Every label has few values, whatever clients send. */
export class Metrics implements MetricsSource {
  readonly #registry = new Registry();
  readonly #names = new Set<string>();
  readonly #operations = new Histogram({
    name: "gateway_operation_seconds",
    help: "Time from an operation's admission to its answer; subscriptions are not among them.",
    labelNames: ["operation", "outcome"] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #plans = new Histogram({
    name: "gateway_plan_seconds",
    help: "Time of planning and compiling an operation that was not known.",
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #lookups = new Counter({
    name: "gateway_operation_cache_total",
    help: "Operations found compiled (hit) or not (miss).",
    labelNames: ["result"] as const,
    registers: [this.#registry],
  });
  readonly #calls = new Histogram({
    name: "gateway_subgraph_seconds",
    help: "Time until a subgraph's answer, attempts included; the outcome is ok or the code of the failure.",
    labelNames: ["subgraph", "outcome"] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #events = new Histogram({
    name: "gateway_event_seconds",
    help: "Time from the arrival of a subgraph's event until it is filled in for a subscriber.",
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #refusals = new Counter({
    name: "gateway_refused_total",
    help: "Requests, sockets and operations on sockets that were turned away before they were run, by the code of the refusal.",
    labelNames: ["code"] as const,
    registers: [this.#registry],
  });

  readonly #retries = new Counter({
    name: "gateway_subgraph_retries_total",
    help: "Calls to a subgraph that were sent once more.",
    labelNames: ["subgraph"] as const,
    registers: [this.#registry],
  });

  /** Adds the process's own figures, and those that are read only when somebody asks. */
  observe({ counts, breakers, operationsKept }: Observed): void {
    collectDefaultMetrics({ register: this.#registry });
    new Gauge({
      name: "gateway_breaker_open",
      help: "1 while nothing is sent to a subgraph because too many calls failed.",
      labelNames: ["subgraph"] as const,
      // Of several processes it is told when one has stopped.
      aggregator: "max",
      registers: [this.#registry],
      collect() {
        for (const { name, open } of breakers()) this.set({ subgraph: name }, open ? 1 : 0);
      },
    });
    new Gauge({
      name: "gateway_operations_kept",
      help: "Operations that are kept compiled now.",
      registers: [this.#registry],
      collect() {
        this.set(operationsKept());
      },
    });
    new Gauge({
      name: "gateway_open",
      help: "What is open or under way now.",
      labelNames: ["what"] as const,
      registers: [this.#registry],
      collect() {
        for (const [what, count] of Object.entries(counts())) this.set({ what }, count);
      },
    });
  }

  operationAnswered(name: string | null | undefined, failed: boolean, seconds: number): void {
    this.#operations.observe({ operation: this.#labelOf(name), outcome: failed ? "errors" : "ok" }, seconds);
  }

  /** @param seconds how long compiling took; undefined when nothing had to be compiled */
  operationFound(seconds: number | undefined): void {
    this.#lookups.inc({ result: seconds === undefined ? "hit" : "miss" });
    if (seconds !== undefined) this.#plans.observe(seconds);
  }

  subgraphCalled(subgraph: string, outcome: string, seconds: number): void {
    this.#calls.observe({ subgraph, outcome }, seconds);
  }

  callRepeated(subgraph: string): void {
    this.#retries.inc({ subgraph });
  }

  eventFilledIn(seconds: number): void {
    this.#events.observe(seconds);
  }

  refused(code: string): void {
    this.#refusals.inc({ code });
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  samples(): Promise<MetricSamples> {
    return this.#registry.getMetricsAsJSON();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #labelOf(name: string | null | undefined): string {
    if (!name) return UNNAMED;
    if (this.#names.size < NAMES_KEPT) this.#names.add(name);
    return this.#names.has(name) ? name : OTHERS;
  }
}

/** Seconds since a moment of `performance.now()`. */
export function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}
