import type { DocumentNode } from "graphql";
import { LRUCache } from "lru-cache";
import type { Supergraph } from "../supergraph/supergraph.ts";
import { CompiledOperation } from "./compiled-operation.ts";

const OPERATIONS_KEPT = 1_000;

const operationsOf = new WeakMap<Supergraph, LRUCache<string, CompiledOperation>>();

/**
 * A validated operation, planned and compiled once per supergraph.
 *
 * @param key the hash of the text: texts themselves may be long
 * @throws GraphQLError when the document has no such operation, or the graph none of its kind
 */
export function compiledOperation(
  supergraph: Supergraph,
  key: string,
  document: DocumentNode,
  operationName: string | undefined,
): CompiledOperation {
  let operations = operationsOf.get(supergraph);
  if (!operations) {
    operations = new LRUCache({ max: OPERATIONS_KEPT });
    operationsOf.set(supergraph, operations);
  }
  const operationKey = `${operationName ?? ""}\n${key}`;
  let operation = operations.get(operationKey);
  if (!operation) {
    operation = new CompiledOperation(supergraph, document, operationName);
    operations.set(operationKey, operation);
  }
  return operation;
}
