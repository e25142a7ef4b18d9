import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { Trace, type Tracing } from "./trace.ts";

/** The exporter reads its own variables; these are the ones that the SDK leaves to whoever uses it. */
export function exporting(service: string, env: NodeJS.ProcessEnv): Tracing {
  const delay = Number(env["OTEL_BSP_SCHEDULE_DELAY"]);
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": service }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: sampler(env),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...(delay > 0 && { scheduledDelayMillis: delay }) }),
    ],
  });
  const tracer = provider.getTracer("psqm");
  return {
    received: (name, carrier, attributes) => Trace.received(tracer, name, carrier, attributes),
    close: () => provider.shutdown(),
  };
}

/** By the names of OpenTelemetry's specification of environment variables; the default is its own. */
function sampler(env: NodeJS.ProcessEnv): Sampler {
  const name = env["OTEL_TRACES_SAMPLER"] ?? "parentbased_always_on";
  const share = Number(env["OTEL_TRACES_SAMPLER_ARG"] || 1);
  const root = name.endsWith("always_off")
    ? new AlwaysOffSampler()
    : name.endsWith("traceidratio")
      ? new TraceIdRatioBasedSampler(share)
      : new AlwaysOnSampler();
  return name.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}
