import { OperationTypeNode } from "graphql";
import type { CallContext } from "../identity/caller.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import type { CompiledOperation, OperationResult, Variables } from "./compiled-operation.ts";
import { InFlight, identityKey } from "./in-flight.ts";
import type { Subgraphs } from "./subgraphs.ts";

/** Runs queries and mutations on behalf of their callers. */
export class OperationRunner {
  readonly #subgraphs: Subgraphs;
  readonly #sharesRequests: boolean;
  readonly #underWay = new WeakMap<CompiledOperation, InFlight<OperationResult>>();

  /** @param sharesRequests whether the same query of the same caller, asked again meanwhile, is run once */
  constructor(subgraphs: Subgraphs, { sharesRequests }: { sharesRequests: boolean }) {
    this.#subgraphs = subgraphs;
    this.#sharesRequests = sharesRequests;
  }

  run(
    supergraph: Supergraph,
    operation: CompiledOperation,
    variables: Variables,
    context: CallContext,
  ): Promise<OperationResult> {
    const run = () => operation.execute(variables, this.#subgraphs.sendFor(supergraph, context));
    if (!this.#sharesRequests || operation.operation.operation !== OperationTypeNode.QUERY) return run();
    return this.#underWayOf(operation).share(JSON.stringify(variables) + identityKey(context), run);
  }

  #underWayOf(operation: CompiledOperation): InFlight<OperationResult> {
    let underWay = this.#underWay.get(operation);
    if (!underWay) {
      underWay = new InFlight();
      this.#underWay.set(operation, underWay);
    }
    return underWay;
  }
}
