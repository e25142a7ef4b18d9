import { createHash } from "node:crypto";
import type { GraphQLDataSource, ServiceMap } from "@apollo/gateway";
import type { FetchNode, QueryPlan, SubscriptionNode } from "@apollo/query-planner";
import type { DocumentNode, FormattedExecutionResult } from "graphql";
import { GraphQLError } from "graphql";
import type { Logger } from "pino";
import { presentError } from "../execution/client-errors.ts";
import { executePlan, operationPartsOf, requestErrors } from "../execution/execute-plan.ts";
import { planOperation } from "../execution/plans.ts";
import type { Subgraphs } from "../execution/subgraphs.ts";
import type { CallContext } from "../identity/caller.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import { turned } from "./event-stream.ts";
import type { UpstreamEvent, Upstreams } from "./upstream.ts";

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
  upstreams: Upstreams;
  log: Logger;
}

/**
 * Subscribes to the one subgraph that has the field, and fills in each event's fields of other subgraphs.
 *
 * @returns the events in order, or what is wrong with the request
 */
export async function subscribeOperation(
  request: SubscriptionRequest,
  { subgraphs, upstreams, log }: SubscriptionDependencies,
): Promise<AsyncGenerator<FormattedExecutionResult, undefined> | { errors: readonly GraphQLError[] }> {
  const { supergraph, text, document, operationName, variables, context } = request;
  const parts = operationPartsOf(document, operationName);
  const errors = requestErrors(supergraph, parts.operation, variables);
  if (errors.length > 0) return { errors };

  const { node } = planOperation(supergraph, hashOf(text), document, operationName);
  if (node?.kind !== "Subscription") throw new Error("a subscription was planned as something else");
  const plan = eventPlan(node);
  const services = subgraphs.serviceMapOf(supergraph);
  const source = subgraphs.clientsOf(supergraph).find(({ name }) => name === node.primary.serviceName);
  if (!source) throw new Error(`the plan names an unknown subgraph ${node.primary.serviceName}`);

  const events = await upstreams.subscribe(source, upstreamOperation(node.primary, variables), context);
  return turned(events, async (event) => {
    const result = await executePlan(
      supergraph,
      plan,
      answeredBy(event, node.primary, services),
      eventContext(request, log),
      parts,
    );
    // Asked last: who lost the right while the event was being filled in hears nothing of it.
    if (!(await request.mayHear())) return null;
    return presentResult(result, context.correlationId, log);
  });
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** As a plan for one event: the fetch that brings it, then whatever other subgraphs add to it. */
function eventPlan({ primary, rest }: SubscriptionNode): QueryPlan {
  return { kind: "QueryPlan", node: rest ? { kind: "Sequence", nodes: [primary, rest] } : primary };
}

function upstreamOperation(primary: FetchNode, variables: Record<string, unknown> = {}) {
  const used = (primary.variableUsages ?? []).filter((name) => variables[name] !== undefined);
  return {
    query: primary.operation,
    operationName: primary.operationName,
    variables: Object.fromEntries(used.map((name) => [name, variables[name]])),
  };
}

/** The services as they are, but for the primary fetch, which the event has answered already. */
function answeredBy(event: UpstreamEvent, primary: FetchNode, services: ServiceMap): ServiceMap {
  const live = services[primary.serviceName];
  const service: GraphQLDataSource = {
    async process(options) {
      if (options.request.query !== primary.operation || !live) return live?.process(options) ?? {};
      return event as Awaited<ReturnType<GraphQLDataSource["process"]>>;
    },
  };
  return { ...services, [primary.serviceName]: service };
}

/**
 * The executor is made for requests of Apollo Server. An event has none behind it; of a request's parts the executor
 * reads these four.
 */
function eventContext({ text, operationName, variables, context }: SubscriptionRequest, logger: Logger) {
  const request = { query: text, ...(operationName && { operationName }), variables: variables ?? {} };
  return { request, context, logger, metrics: {} } as unknown as Parameters<typeof executePlan>[3];
}

function presentResult(
  { data, errors, extensions }: Awaited<ReturnType<typeof executePlan>>,
  correlationId: string,
  log: Logger,
): FormattedExecutionResult {
  return {
    ...(errors?.length && { errors: errors.map((error) => presentError(asError(error).toJSON(), correlationId, log)) }),
    ...(data !== undefined && { data }),
    ...(extensions && { extensions }),
  };
}

/** The executor promises GraphQL errors, but puts whatever a fetch threw among them. */
function asError(error: unknown): GraphQLError {
  return error instanceof GraphQLError
    ? error
    : new GraphQLError(error instanceof Error ? error.message : String(error));
}
