import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLError, type GraphQLSchema, graphql, parse, validate } from "graphql";
import { CompiledOperation } from "../execution/compiled-operation.ts";
import type { JsonObject } from "../execution/merge.ts";
import type { SubgraphAnswer } from "../execution/subgraph-answer.ts";
import { buildSupergraph } from "../supergraph/supergraph.ts";
import { type RunStock, stockExecutor } from "./stock-executor.ts";

export interface InMemorySubgraph {
  sdl: string;
  resolvers?: Record<string, unknown>;
  /** Changes or replaces what it would have answered. */
  answer?(body: { query: string; variables: Record<string, unknown> }, answer: SubgraphAnswer): SubgraphAnswer;
}

export interface InMemoryGraph {
  /** Calls of the last operation, in the order in which they were made. */
  calls: { subgraph: string; query: string; variables: Record<string, unknown> }[];
  run(
    document: string,
    variables?: Record<string, unknown>,
  ): Promise<{ data: JsonObject | null | undefined; errors: readonly GraphQLError[] | undefined }>;
  /** The same subgraphs behind the stock planner and executor. */
  stock: RunStock;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject", "@override", "@inaccessible"])\n`;

/** A composed graph whose subgraphs are called in memory: for what execution does, not for how it travels. */
export function inMemoryGraph(subgraphs: Readonly<Record<string, InMemorySubgraph>>): InMemoryGraph {
  const schemas: Record<string, GraphQLSchema> = {};
  const services = Object.entries(subgraphs).map(([name, { sdl, resolvers = {} }]) => {
    const typeDefs = parse(LINK + sdl);
    schemas[name] = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
    return { name, url: `http://${name}`, typeDefs };
  });
  const { supergraphSdl, errors } = composeServices(services);
  if (errors || !supergraphSdl) throw new Error(errors?.map(({ message }) => message).join("\n"));
  const supergraph = buildSupergraph(supergraphSdl);
  const calls: InMemoryGraph["calls"] = [];
  const send = async (subgraph: string, body: string): Promise<SubgraphAnswer> => {
    const call = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
    calls.push({ subgraph, ...call });
    const schema = schemas[subgraph] as GraphQLSchema;
    const result = await graphql({ schema, source: call.query, variableValues: call.variables });
    const answer = JSON.parse(JSON.stringify(result)) as SubgraphAnswer;
    return subgraphs[subgraph]?.answer?.(call, answer) ?? answer;
  };
  return {
    calls,
    stock: (...operation) => stockExecutor(supergraphSdl, send)(...operation),
    async run(text, variables = {}) {
      calls.length = 0;
      const document = parse(text);
      const mistakes = validate(supergraph.schema, document);
      if (mistakes[0]) throw mistakes[0];
      const operation = new CompiledOperation(supergraph, document, undefined);
      const { data, errors } = await operation.execute(variables, send);
      return {
        data: data === undefined ? undefined : (JSON.parse(data) as JsonObject | null),
        errors: errors.length > 0 ? errors : undefined,
      };
    },
  };
}
