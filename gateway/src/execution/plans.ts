import { operationFromDocument } from "@apollo/federation-internals";
import type { QueryPlan } from "@apollo/query-planner";
import type { DocumentNode } from "graphql";
import { LRUCache } from "lru-cache";
import type { Supergraph } from "../supergraph/supergraph.ts";

const PLANS_KEPT = 1_000;

const plansOf = new WeakMap<Supergraph, LRUCache<string, QueryPlan>>();

/**
 * The plan of a validated operation, made once per supergraph.
 *
 * @param key the hash of the text: texts themselves may be long
 */
export function planOperation(
  supergraph: Supergraph,
  key: string,
  document: DocumentNode,
  operationName: string | undefined,
): QueryPlan {
  let plans = plansOf.get(supergraph);
  if (!plans) {
    plans = new LRUCache({ max: PLANS_KEPT });
    plansOf.set(supergraph, plans);
  }
  const planKey = `${operationName ?? ""}\n${key}`;
  let plan = plans.get(planKey);
  if (!plan) {
    const operation = operationFromDocument(supergraph.apiSchema, document, operationName ? { operationName } : {});
    plan = supergraph.planner.buildQueryPlan(operation);
    plans.set(planKey, plan);
  }
  return plan;
}
