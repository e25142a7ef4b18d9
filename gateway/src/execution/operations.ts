import { setImmediate as turnOfOthers } from "node:timers/promises";
import { type DocumentNode, validate } from "graphql";
import { LRUCache } from "lru-cache";
import type { Supergraph } from "../supergraph/supergraph.ts";
import { CompiledOperation } from "./compiled-operation.ts";

const OPERATIONS_KEPT = 1_000;
// Texts may be long: whoever sends new ones must not fill the memory with them.
const CHARACTERS_KEPT = 16 * 1024 * 1024;
// Planning takes about 10 ms, so this is some two seconds of work, done between the requests.
const OPERATIONS_WARMED = 200;
const WARMING_MS = 10_000;

interface KeptOperation {
  compiled: CompiledOperation;
  document: DocumentNode;
  operationName: string | undefined;
  uses: number;
}

/** Hears how long compiling took, or undefined when nothing had to be compiled. */
type Found = (seconds: number | undefined) => void;

/** By name and text. */
const operationsOf = new WeakMap<Supergraph, LRUCache<string, KeptOperation>>();

/**
 * A validated operation, planned and compiled once per supergraph.
 *
 * @throws GraphQLError when the document has no such operation, or the graph none of its kind
 */
export function compiledOperation(
  supergraph: Supergraph,
  text: string,
  document: DocumentNode,
  operationName: string | undefined,
  found: Found = () => {},
): CompiledOperation {
  const known = knownOperation(supergraph, text, operationName);
  if (known) {
    found(undefined);
    return known;
  }
  const began = performance.now();
  const compiled = new CompiledOperation(supergraph, document, operationName);
  keptFor(supergraph).set(keyOf(text, operationName), { compiled, document, operationName, uses: 1 });
  found((performance.now() - began) / 1000);
  return compiled;
}

/** An operation that was compiled before, and therefore is valid. */
export function knownOperation(
  supergraph: Supergraph,
  text: string,
  operationName: string | undefined,
): CompiledOperation | undefined {
  const operation = keptFor(supergraph).get(keyOf(text, operationName));
  if (!operation) return undefined;
  operation.uses += 1;
  return operation.compiled;
}

/** How many operations of a supergraph are kept compiled. */
export function operationsKept(supergraph: Supergraph): number {
  return keptFor(supergraph).size;
}

function keyOf(text: string, operationName: string | undefined): string {
  return operationName ? `${operationName}\n${text}` : text;
}

/**
 * Compiles the most used operations of one supergraph against its successor, so that the first requests after the
 * change do not all wait for their plans. Requests are served in between; what no longer fits the graph is left out.
 *
 * @returns how many are ready
 */
export async function warmOperations(before: Supergraph, after: Supergraph): Promise<number> {
  const known = [...(operationsOf.get(before)?.entries() ?? [])];
  const mostUsed = known.sort(([, a], [, b]) => b.uses - a.uses).slice(0, OPERATIONS_WARMED);
  const operations = keptFor(after);
  const deadline = Date.now() + WARMING_MS;
  // The most used one last: it is the last that the cache would forget.
  const chosen: [string, KeptOperation][] = [];
  for (const [key, { document, operationName, uses }] of mostUsed) {
    await turnOfOthers();
    if (Date.now() > deadline) break;
    if (validate(after.schema, document).length > 0) continue;
    try {
      const compiled = new CompiledOperation(after, document, operationName);
      // Old fame counts for half, so that it fades with each change.
      chosen.push([key, { compiled, document, operationName, uses: Math.ceil(uses / 2) }]);
    } catch {
      // Whoever asks for it is told why; a change of the graph does not fail for it.
    }
  }
  for (const [key, operation] of chosen.reverse()) operations.set(key, operation);
  return chosen.length;
}

function keptFor(supergraph: Supergraph): LRUCache<string, KeptOperation> {
  let operations = operationsOf.get(supergraph);
  if (!operations) {
    operations = new LRUCache({
      max: OPERATIONS_KEPT,
      maxSize: CHARACTERS_KEPT,
      sizeCalculation: (_, key) => key.length + 1,
    });
    operationsOf.set(supergraph, operations);
  }
  return operations;
}
