import type { Tracing } from "./trace.ts";

/**
 * Sends a service's traces by OTLP over HTTP when the environment names a collector, as OpenTelemetry specifies:
 * OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, with all that belongs to them; OTEL_SERVICE_NAME and
 * OTEL_RESOURCE_ATTRIBUTES; OTEL_TRACES_SAMPLER; OTEL_BSP_SCHEDULE_DELAY. Otherwise nothing of it is even loaded.
 *
 * @param service its name, unless the environment gives another
 * @returns null without a collector
 */
export async function startTracing(service: string, env: NodeJS.ProcessEnv = process.env): Promise<Tracing | null> {
  const endpoint = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] || env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  if (!endpoint || env["OTEL_SDK_DISABLED"] === "true" || env["OTEL_TRACES_EXPORTER"] === "none") return null;
  const { exporting } = await import("./exporting.ts");
  return exporting(service, env);
}
