import { operationFromDocument, Supergraph } from "@apollo/federation-internals";
import { executeQueryPlan } from "@apollo/gateway";
import { QueryPlanner } from "@apollo/query-planner";
import { type FragmentDefinitionNode, type GraphQLError, Kind, type OperationDefinitionNode, parse } from "graphql";
import type { Json } from "../execution/merge.ts";
import type { SubgraphAnswer } from "../execution/subgraph-answer.ts";

export interface StockOutcome {
  data: Json;
  errors: readonly GraphQLError[];
  /** Values that were nulled because they do not fit their type. */
  completion: readonly GraphQLError[];
}

export type RunStock = (text: string, variables?: Record<string, unknown>) => Promise<StockOutcome>;

/** @apollo/gateway's execution of @apollo/query-planner's plans: what ours is measured by, and where it is wrong itself. */
export function stockExecutor(
  sdl: string,
  answer: (subgraph: string, body: string) => Promise<SubgraphAnswer>,
): RunStock {
  const supergraph = Supergraph.build(sdl);
  const api = supergraph.apiSchema();
  const schema = api.toGraphQLJSSchema();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph);
  const services = Object.fromEntries(
    supergraph.subgraphsMetadata().map(({ name }) => [
      name,
      {
        process: ({ request: { query, variables } }: { request: { query?: string; variables?: object } }) =>
          answer(name, JSON.stringify({ query, variables })),
      },
    ]),
  );
  return async (text, variables = {}) => {
    const document = parse(text);
    const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const fragments: Record<string, FragmentDefinitionNode> = {};
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    }
    const { data, errors, extensions } = await executeQueryPlan(
      planner.buildQueryPlan(operationFromDocument(api, document)),
      services as never,
      { request: { variables }, context: {}, metrics: {}, logger: console } as never,
      { schema, operation: operation as OperationDefinitionNode, fragments },
      supergraphSchema,
      api,
    );
    return {
      // It makes objects without a prototype, which a comparison would tell apart.
      data: data ? (JSON.parse(JSON.stringify(data)) as Json) : null,
      errors: errors ?? [],
      completion: (extensions?.["valueCompletion"] ?? []) as GraphQLError[],
    };
  };
}
