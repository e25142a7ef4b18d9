import { Supergraph as FederationSupergraph } from "@apollo/federation-internals";
import { type GraphQLSchema, OperationTypeNode } from "graphql";
import { Planner, UnplannableSupergraph } from "../planning/planner.ts";
import { CostDirectives } from "../protection/cost/cost-directives.ts";

/** A subgraph as the supergraph names it. */
export interface SubgraphAddress {
  name: string;
  url: string;
}

/**
 * One version of a graph, ready to plan with. Never changes: a new file makes a new one, and a request keeps the
 * one it began with, so that it can never be validated against one version and planned against another.
 */
export interface Supergraph {
  readonly sdl: string;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** All of it, inaccessible parts included, as the executor needs it. */
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: Planner;
  readonly costDirectives: CostDirectives;
  readonly subgraphs: readonly SubgraphAddress[];
  /** Whether clients are told nothing of the schema that they do not know. */
  readonly isHidden: boolean;
}

/** A text that is no supergraph, and why. */
export class InvalidSupergraph extends Error {
  override name = "InvalidSupergraph";
}

/**
 * @param isHidden from its clients, who are then not told what they may have meant
 * @throws InvalidSupergraph when the text is not GraphQL, or not a supergraph that this gateway can serve
 */
export function buildSupergraph(sdl: string, isHidden = false): Supergraph {
  try {
    const supergraph = FederationSupergraph.build(sdl, { validateSupergraph: true });
    const schema = supergraph.apiSchema().toGraphQLJSSchema();
    if (!schema.getRootType(OperationTypeNode.QUERY)) throw new Error("it has no Query type");
    const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
    return {
      sdl,
      schema,
      supergraphSchema,
      costDirectives: new CostDirectives(supergraph, supergraphSchema),
      planner: new Planner(sdl, supergraph, supergraphSchema),
      subgraphs: supergraph.subgraphsMetadata(),
      isHidden,
    };
  } catch (error) {
    if (error instanceof UnplannableSupergraph) throw new InvalidSupergraph(error.message);
    throw new InvalidSupergraph(
      `This is not a supergraph that can be served: ${(error as Error).message}. ` +
        "Give the output of a Federation 2 composition, not the schema of a single subgraph.",
    );
  }
}
