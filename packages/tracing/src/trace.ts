import {
  type Attributes,
  type Context,
  trace as openTelemetry,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";

/** Headers of a message, or whatever holds `traceparent` and `tracestate` for it. */
export type Carrier = Readonly<Record<string, unknown>>;

const propagator = new W3CTraceContextPropagator();
const getter = {
  keys: (carrier: Carrier) => Object.keys(carrier),
  get: (carrier: Carrier, name: string) => {
    const value = carrier[name];
    return typeof value === "string" ? value : undefined;
  },
};
const setter = {
  set: (carrier: Record<string, string>, name: string, value: string) => {
    carrier[name] = value;
  },
};

/** The traces of one service, on their way to whoever collects them. */
export interface Tracing {
  /** The span of a message that came. */
  received(name: string, carrier: Carrier, attributes?: Attributes): Trace;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

/** One span of a trace, under way. */
export class Trace {
  readonly #tracer: Tracer;
  readonly #context: Context;
  #ended = false;

  private constructor(tracer: Tracer, parent: Context, name: string, kind: SpanKind, attributes: Attributes) {
    this.#tracer = tracer;
    this.#context = openTelemetry.setSpan(parent, tracer.startSpan(name, { kind, attributes }, parent));
  }

  /** The span of a message that came, of the trace that its sender names. */
  static received(tracer: Tracer, name: string, carrier: Carrier, attributes: Attributes = {}): Trace {
    return new Trace(tracer, propagator.extract(ROOT_CONTEXT, carrier, getter), name, SpanKind.SERVER, attributes);
  }

  /** Something done within this process. */
  child(name: string, attributes: Attributes = {}): Trace {
    return new Trace(this.#tracer, this.#context, name, SpanKind.INTERNAL, attributes);
  }

  /** A call to another process, which gets {@link headers} along. */
  call(name: string, attributes: Attributes = {}): Trace {
    return new Trace(this.#tracer, this.#context, name, SpanKind.CLIENT, attributes);
  }

  /**
   * A child that has ended just now.
   * @param ms how long it took
   * @param failed whether it came to nothing
   */
  past(name: string, ms: number, attributes: Attributes = {}, failed = false): void {
    const end = Date.now();
    const kind = attributes["db.system.name"] ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const span = this.#tracer.startSpan(name, { kind, attributes, startTime: end - ms }, this.#context);
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(end);
  }

  /** What tells the receiver of a message that it belongs to this span (W3C Trace Context). */
  headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    propagator.inject(this.#context, headers, setter);
    return headers;
  }

  rename(name: string): void {
    openTelemetry.getSpan(this.#context)?.updateName(name);
  }

  /** @param failure its code, when it came to nothing */
  end(failure?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    const span = openTelemetry.getSpan(this.#context);
    if (failure) span?.setStatus({ code: SpanStatusCode.ERROR }).setAttribute("error.type", failure);
    span?.end();
  }
}
