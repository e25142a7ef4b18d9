import { GraphQLError } from "graphql";

type Path = readonly (string | number)[];

/** A subgraph that could not be asked, or whose answer was none. The client is told which one and what to do. */
export class SubgraphFailure extends GraphQLError {
  readonly #code: string;
  readonly #subgraph: string;

  constructor(code: string, subgraph: string, message: string, path?: Path) {
    super(message, { extensions: { code, serviceName: subgraph }, ...(path && { path: [...path] }) });
    this.#code = code;
    this.#subgraph = subgraph;
  }

  /** The same failure, told at the place of the response that stays empty because of it. */
  at(path: Path): SubgraphFailure {
    return new SubgraphFailure(this.#code, this.#subgraph, this.message, path);
  }
}

export function unreachable(subgraph: string): SubgraphFailure {
  return new SubgraphFailure(
    "SUBGRAPH_UNREACHABLE",
    subgraph,
    `The subgraph ${subgraph} cannot be reached. What it owns is missing from this answer; try again shortly.`,
  );
}

export function timedOut(subgraph: string, ms: number): SubgraphFailure {
  return new SubgraphFailure(
    "SUBGRAPH_TIMEOUT",
    subgraph,
    `The subgraph ${subgraph} did not answer within ${ms} ms. What it owns is missing from this answer; ask for less or try again.`,
  );
}

export function badAnswer(subgraph: string, what: string): SubgraphFailure {
  return new SubgraphFailure(
    "SUBGRAPH_BAD_ANSWER",
    subgraph,
    `The subgraph ${subgraph} answered ${what} instead of a GraphQL response. What it owns is missing from this answer.`,
  );
}

export function tooLarge(subgraph: string, bytes: number): SubgraphFailure {
  return new SubgraphFailure(
    "SUBGRAPH_ANSWER_TOO_LARGE",
    subgraph,
    `The subgraph ${subgraph} answered more than ${bytes} bytes. What it owns is missing from this answer; ask for less at a time.`,
  );
}

export function suspended(subgraph: string): SubgraphFailure {
  return new SubgraphFailure(
    "SUBGRAPH_SUSPENDED",
    subgraph,
    `The subgraph ${subgraph} has failed often and is left alone for a moment. What it owns is missing from this answer; try again shortly.`,
  );
}
