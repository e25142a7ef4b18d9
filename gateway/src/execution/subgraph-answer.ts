import type { FetchNode } from "@apollo/query-planner";
import type { JsonObject } from "./merge.ts";

/** What a subgraph answers, as parsed from its JSON. */
export interface SubgraphAnswer {
  data?: JsonObject | null;
  /** Whether its text had no escapes, so that none of its strings needs any. */
  plain?: boolean;
  errors?: readonly { message: string; path?: readonly (string | number)[]; extensions?: Record<string, unknown> }[];
}

/**
 * Sends one call. `body` is the whole text of the request; only a query may be sent again after a failure.
 * @throws SubgraphFailure when no answer can be had
 */
export type Send = (subgraph: string, body: string, kind: FetchNode["operationKind"]) => Promise<SubgraphAnswer>;
