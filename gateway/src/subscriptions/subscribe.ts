import type { FetchNode } from "@apollo/query-planner";
import { type DocumentNode, type GraphQLError, Kind } from "graphql";
import type { Logger } from "pino";
import type { CompiledOperation } from "../execution/compiled-operation.ts";
import { compiledOperation } from "../execution/operations.ts";
import { responseText } from "../execution/response.ts";
import type { SubgraphAnswer } from "../execution/subgraph-answer.ts";
import type { Subgraphs } from "../execution/subgraphs.ts";
import type { CallContext } from "../identity/caller.ts";
import { type Metrics, secondsSince } from "../metrics/metrics.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import { turned } from "./event-stream.ts";
import { Frame } from "./frame.ts";
import type { SharedEvents } from "./shared-events.ts";

export interface SubscriptionRequest {
  supergraph: Supergraph;
  text: string;
  document: DocumentNode;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
  context: CallContext;
  /** Waits until it is known whether the subscriber may still hear events, and says so. */
  mayHear(): Promise<boolean>;
}

export interface SubscriptionDependencies {
  subgraphs: Subgraphs;
  events: SharedEvents;
  metrics: Metrics;
  log: Logger;
}

/**
 * Subscribes to the one subgraph that has the field, and fills in each event's fields of other subgraphs.
 *
 * @returns the events in order, or what is wrong with the request
 */
export async function subscribeOperation(
  request: SubscriptionRequest,
  { subgraphs, events, metrics, log }: SubscriptionDependencies,
): Promise<AsyncGenerator<Frame, undefined> | { errors: readonly GraphQLError[] }> {
  const { supergraph, text, document, operationName, variables, context } = request;
  const operation = compiledOperation(supergraph, text, document, operationName, (seconds) =>
    metrics.operationFound(seconds),
  );
  const checked = operation.variables(variables ?? {});
  if ("errors" in checked) return checked;
  const { primary } = operation;
  if (!primary) throw new Error("a subscription was planned as something else");
  const source = subgraphs.clientsOf(supergraph).find(({ name }) => name === primary.serviceName);
  if (!source) throw new Error(`the plan names an unknown subgraph ${primary.serviceName}`);

  const send = subgraphs.sendFor(supergraph, context);
  const upstream = upstreamOperation(primary, variables);
  const variablesText = JSON.stringify(variables ?? {});
  return turned(events.subscribe(source, fieldOf(operation), upstream, context), async (event) => {
    const frame = await event.frameFor(operation, variablesText, async (answer) => {
      const result = await operation.execute(variables ?? {}, send, answer as SubgraphAnswer);
      return new Frame(responseText(result, context.correlationId, log));
    });
    metrics.eventFilledIn(secondsSince(event.cameAt));
    // Asked last: who lost the right while the event was being filled in hears nothing of it.
    return (await request.mayHear()) ? frame : null;
  });
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
