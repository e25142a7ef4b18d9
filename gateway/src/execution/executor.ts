import type { ApolloServerOptionsWithGateway, BaseContext } from "@apollo/server";
import { GraphQLError, type GraphQLSchema } from "graphql";
import type { LiveSupergraph } from "../supergraph/live-supergraph.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import { type ExecutionResult, executePlan, operationPartsOf, requestErrors } from "./execute-plan.ts";
import { planOperation } from "./plans.ts";
import type { Subgraphs } from "./subgraphs.ts";

type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>["gateway"];
type SchemaCallback = Parameters<GatewayInterface["onSchemaLoadOrUpdate"]>[0];
type Executor = NonNullable<Awaited<ReturnType<GatewayInterface["load"]>>["executor"]>;

type Supergraphs = Pick<LiveSupergraph, "current" | "onReplaced">;

/** Apollo Server's gateway: delivers the supergraph served now and runs operations on the version they began with. */
export class FederatedExecutor implements GatewayInterface {
  readonly #live: Supergraphs;
  readonly #subgraphs: Subgraphs;
  readonly #bySchema = new WeakMap<GraphQLSchema, Supergraph>();
  readonly #listeners = new Set<SchemaCallback>();
  readonly #stopListening: () => void;

  constructor(live: Supergraphs, subgraphs: Subgraphs) {
    this.#live = live;
    this.#subgraphs = subgraphs;
    this.#stopListening = live.onReplaced((supergraph) => this.#deliver(supergraph));
  }

  async load(): Promise<{ executor: Executor }> {
    this.#deliver(this.#live.current);
    return { executor: this.#execute };
  }

  onSchemaLoadOrUpdate(callback: SchemaCallback): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  async stop(): Promise<void> {
    this.#stopListening();
    this.#listeners.clear();
  }

  #deliver(supergraph: Supergraph): void {
    this.#bySchema.set(supergraph.schema, supergraph);
    for (const listener of this.#listeners)
      listener({ apiSchema: supergraph.schema, coreSupergraphSdl: supergraph.sdl });
  }

  #execute: Executor = async (requestContext): Promise<ExecutionResult> => {
    const { schema, document, queryHash, request } = requestContext;
    const supergraph = this.#bySchema.get(schema) ?? this.#live.current;
    const parts = operationPartsOf(document, request.operationName);
    if (parts.operation.operation === "subscription") return { errors: [subscriptionOverHttp()] };
    const errors = requestErrors(supergraph, parts.operation, request.variables);
    if (errors.length > 0) return { errors };
    const plan = planOperation(supergraph, queryHash, document, request.operationName);
    return executePlan(supergraph, plan, this.#subgraphs.serviceMapOf(supergraph), requestContext, parts);
  };
}

function subscriptionOverHttp(): GraphQLError {
  return new GraphQLError(
    "A subscription needs a connection that stays open: connect to this address by WebSocket, protocol graphql-transport-ws.",
    { extensions: { code: "SUBSCRIPTION_OVER_HTTP", http: { status: 400 } } },
  );
}
