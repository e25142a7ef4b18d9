import { ApolloGateway } from "@apollo/gateway";
import type { ApolloServerOptionsWithGateway, BaseContext } from "@apollo/server";
import { GraphQLError, type GraphQLSchema } from "graphql";
import type { CallContext } from "../identity/caller.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { LiveSupergraph } from "../supergraph/live-supergraph.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import type { OperationRunner } from "./operation-runner.ts";
import { compiledOperation } from "./operations.ts";

type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>["gateway"];
type SchemaCallback = Parameters<GatewayInterface["onSchemaLoadOrUpdate"]>[0];
type Executor = NonNullable<Awaited<ReturnType<GatewayInterface["load"]>>["executor"]>;
type LoadOptions = Parameters<GatewayInterface["load"]>[0];

type Supergraphs = Pick<LiveSupergraph, "current" | "onReplaced">;

/**
 * Apollo Server's gateway: @apollo/gateway delivers the supergraph served now, and each operation is run, compiled, on
 * the version it was validated against.
 */
export class FederatedExecutor implements GatewayInterface {
  readonly #gateway: ApolloGateway;
  /** What @apollo/gateway was given last. */
  #delivered: Supergraph;
  readonly #runner: OperationRunner;
  readonly #metrics: Metrics;
  readonly #bySchema = new WeakMap<GraphQLSchema, Supergraph>();

  constructor(live: Supergraphs, runner: OperationRunner, metrics: Metrics) {
    this.#delivered = live.current;
    this.#runner = runner;
    this.#metrics = metrics;
    this.#gateway = new ApolloGateway({
      supergraphSdl: async ({ update }) => {
        const stopListening = live.onReplaced((supergraph) => {
          this.#delivered = supergraph;
          update(supergraph.sdl);
        });
        return { supergraphSdl: live.current.sdl, cleanup: async () => stopListening() };
      },
    });
    this.#gateway.onSchemaLoadOrUpdate(({ apiSchema }) => this.#bySchema.set(apiSchema, this.#delivered));
  }

  async load(options: LoadOptions): Promise<{ executor: Executor }> {
    await this.#gateway.load(options);
    return { executor: this.#execute };
  }

  onSchemaLoadOrUpdate(callback: SchemaCallback): () => void {
    return this.#gateway.onSchemaLoadOrUpdate(callback);
  }

  async stop(): Promise<void> {
    await this.#gateway.stop();
  }

  #execute: Executor = async ({ schema, document, source, request, context }) => {
    const supergraph = this.#bySchema.get(schema) ?? this.#delivered;
    const call = context as CallContext;
    const operation = compiledOperation(supergraph, source, document, request.operationName, (seconds) => {
      this.#metrics.operationFound(seconds);
      if (seconds !== undefined) call.trace?.past("plan", seconds * 1000);
    });
    if (operation.isSubscription) return { errors: [subscriptionOverHttp()] };
    const variables = request.variables ?? {};
    const { data, errors } = await this.#runner.run(supergraph, operation, variables, call);
    return { ...(data !== undefined && { data: JSON.parse(data) }), ...(errors.length > 0 && { errors }) };
  };
}

function subscriptionOverHttp(): GraphQLError {
  return new GraphQLError(
    "A subscription needs a connection that stays open: connect to this address by WebSocket, protocol graphql-transport-ws, or accept text/event-stream.",
    { extensions: { code: "SUBSCRIPTION_OVER_HTTP", http: { status: 400 } } },
  );
}
