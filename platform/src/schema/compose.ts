import { composeServices } from "@apollo/composition";
import { Supergraph } from "@apollo/federation-internals";
import { Refusal } from "@psqm/refusal/refusal";
import { type DocumentNode, type GraphQLError, printSchema } from "graphql";

export class CompositionFailed extends Refusal {
  constructor(graph: string, errors: readonly GraphQLError[]) {
    const sentences = errors.map(({ message, extensions }) => `- ${message.trim()} (${String(extensions["code"])})`);
    super(
      "COMPOSITION_FAILED",
      `The subgraphs do not compose into ${graph}. Each must fit the others:\n${sentences.join("\n")}`,
    );
  }
}

export interface Part {
  name: string;
  url: string;
  typeDefs: DocumentNode;
}

export interface Composed {
  /** What a gateway executes. */
  supergraph: string;
  /** What its clients see. */
  api: string;
}

/** @throws {CompositionFailed} */
export function compose(graph: string, parts: readonly Part[]): Composed {
  const { supergraphSdl, errors } = composeServices([...parts]);
  if (errors || !supergraphSdl) throw new CompositionFailed(graph, errors ?? []);
  const api = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
  return { supergraph: supergraphSdl, api: printSchema(api) };
}
