import type { GatewayConfig } from "../configuration.ts";
import type { MetricSamples } from "../metrics/metrics.ts";

/** What the primary process tells a worker. */
export type ToWorker =
  | { begin: GatewayConfig; worker: number }
  /** Asked for by a number, which the answer carries. */
  | { tellMetrics: number }
  | { stop: true };

/** What a worker tells the primary process. */
export type FromWorker =
  | { serving: { url: string } }
  /** It could not begin; the text is for the operator. */
  | { failed: string }
  | { metrics: number; samples: MetricSamples };
