import { GraphQLError } from "graphql";

/** A subgraph that could not be asked, or whose answer was none. The client is told which one and what to do. */
export class SubgraphFailure extends GraphQLError {
  constructor(code: string, subgraph: string, message: string, path?: readonly (string | number)[]) {
    super(message, { extensions: { code, serviceName: subgraph }, ...(path && { path: [...path] }) });
  }
}

export function unreachable(subgraph: string, path?: readonly (string | number)[]): SubgraphFailure {
  return new SubgraphFailure(
    "SUBGRAPH_UNREACHABLE",
    subgraph,
    `The subgraph ${subgraph} cannot be reached. What it owns is missing from this answer; try again shortly.`,
    path,
  );
}

export function timedOut(subgraph: string, ms: number, path?: readonly (string | number)[]): SubgraphFailure {
  return new SubgraphFailure(
    "SUBGRAPH_TIMEOUT",
    subgraph,
    `The subgraph ${subgraph} did not answer within ${ms} ms. What it owns is missing from this answer; ask for less or try again.`,
    path,
  );
}

export function badAnswer(subgraph: string, what: string, path?: readonly (string | number)[]): SubgraphFailure {
  return new SubgraphFailure(
    "SUBGRAPH_BAD_ANSWER",
    subgraph,
    `The subgraph ${subgraph} answered ${what} instead of a GraphQL response. What it owns is missing from this answer.`,
    path,
  );
}
