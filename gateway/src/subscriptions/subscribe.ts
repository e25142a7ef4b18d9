import type { FetchNode } from "@apollo/query-planner";
import type { Tracing } from "@psqm/tracing/trace";
import { type DocumentNode, type GraphQLError, Kind } from "graphql";
import type { Logger } from "pino";
import type { Limits } from "../configuration.ts";
import type { CompiledOperation } from "../execution/compiled-operation.ts";
import { compiledOperation } from "../execution/operations.ts";
import { responseText } from "../execution/response.ts";
import type { SubgraphAnswer } from "../execution/subgraph-answer.ts";
import type { Subgraphs } from "../execution/subgraphs.ts";
import type { CallContext } from "../identity/caller.ts";
import { type Metrics, secondsSince } from "../metrics/metrics.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import { Delivery, type Sink } from "./delivery.ts";
import { Frame } from "./frame.ts";
import type { SharedEvents } from "./shared-events.ts";
import type { UpstreamEvent } from "./upstream.ts";

export interface SubscriptionRequest {
  supergraph: Supergraph;
  text: string;
  document: DocumentNode;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
  context: CallContext;
  sink: Sink;
}

export interface SubscriptionDependencies {
  subgraphs: Subgraphs;
  events: SharedEvents;
  metrics: Metrics;
  tracing: Tracing | null;
  limits: Limits;
  log: Logger;
}

/**
 * Subscribes to the one subgraph that has the field, and fills in each event's fields of other subgraphs. The events go
 * to the sink, in order.
 *
 * @returns what ends it, or what is wrong with the request
 */
export async function subscribeOperation(
  request: SubscriptionRequest,
  { subgraphs, events, metrics, tracing, limits, log }: SubscriptionDependencies,
): Promise<Delivery | { errors: readonly GraphQLError[] }> {
  const { supergraph, text, document, operationName, variables, context, sink } = request;
  const operation = compiledOperation(supergraph, text, document, operationName, (seconds) => {
    metrics.operationFound(seconds);
    if (seconds !== undefined) context.trace?.past("plan", seconds * 1000);
  });
  const checked = operation.variables(variables ?? {});
  if ("errors" in checked) return checked;
  const primary = operation.primaryFor(checked.coerced);
  if (!primary) throw new Error("a subscription was planned as something else");
  const source = subgraphs.clientsOf(supergraph).find(({ name }) => name === primary.serviceName);
  if (!source) throw new Error(`the plan names an unknown subgraph ${primary.serviceName}`);

  const upstream = upstreamOperation(primary, variables);
  const variablesText = JSON.stringify(variables ?? {});
  const fillIn = async (answer: UpstreamEvent, cameAt: number): Promise<Frame> => {
    // A trace for each event: a subscription may last for days.
    const trace = tracing?.received(
      `event ${operation.operation.name?.value ?? fieldOf(operation)}`,
      {},
      {
        "correlation.id": context.correlationId,
      },
    );
    const send = subgraphs.sendFor(supergraph, { ...context, trace });
    const result = await operation.execute(variables ?? {}, send, answer as SubgraphAnswer);
    trace?.end(result.errors[0] && String(result.errors[0].extensions["code"]));
    metrics.eventFilledIn(secondsSince(cameAt));
    return new Frame(responseText(result, context.correlationId, log));
  };
  // Nobody waits for the payment: the event that cannot be paid is the last.
  const paid = (frame: Frame): Frame => {
    context.charge?.payForEvent(frame.text).catch((refusal: unknown) => delivery.end(refusal));
    return frame;
  };
  const delivery = new Delivery({
    fillIn: (event) => {
      const frame = event.frameFor(operation, variablesText, (answer) => fillIn(answer, event.cameAt));
      return frame instanceof Promise ? frame.then(paid) : paid(frame);
    },
    waitingEvents: limits.waitingEvents,
    sink,
  });
  events.subscribe(source, fieldOf(operation), upstream, context, delivery);
  return delivery;
}

/** The one field of a subscription; in a fragment it has no name here and is taken for none that is known. */
function fieldOf({ operation }: CompiledOperation): string {
  const [selection] = operation.selectionSet.selections;
  return selection?.kind === Kind.FIELD ? selection.name.value : "";
}

function upstreamOperation(primary: FetchNode, variables: Record<string, unknown> = {}) {
  const used = (primary.variableUsages ?? []).filter((name) => variables[name] !== undefined);
  return {
    query: primary.operation,
    operationName: primary.operationName,
    variables: Object.fromEntries(used.map((name) => [name, variables[name]])),
  };
}
