import { Refusal } from "@psqm/refusal/refusal";
import { OperationTypeNode } from "graphql";
import type { Limits } from "../configuration.ts";
import type { Caller } from "../identity/caller.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import type { Budgets } from "./budgets.ts";
import { Charge, LEAST_PAYMENT, paymentFor } from "./charge.ts";
import type { Variables } from "./cost/operation-cost.ts";
import type { OperationGuard } from "./operation-guard.ts";

/** The parts of a request for an operation, as its client sent them: nothing has been checked. */
export interface RequestParts {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
  extensions?: unknown;
}

/** Several operations in one request: each could be refused, or cost, something else. */
export class BatchRefused extends Refusal {
  constructor() {
    super("BATCH_REFUSED", "One request carries one operation, not a list of them. Send them one by one.");
  }
}

/** A mutation that came over a socket where they may not. */
export class MutationOverSocket extends Refusal {
  constructor() {
    super("MUTATION_OVER_SOCKET", "Mutations are not taken over sockets here. Send it by POST.");
  }
}

/** Who asks, and from where. */
export interface Asker {
  caller: Caller;
  /** The client's IP address. */
  address: string;
  overSocket?: boolean;
}

/** Variables of which some would be too deep for what reads them. */
export class VariablesTooDeep extends Refusal {
  constructor(limit: number) {
    super("VARIABLES_TOO_DEEP", `The variables nest deeper than ${limit} levels. Send flatter ones.`, { limit });
  }
}

export interface AdmissionDependencies {
  guard: OperationGuard;
  budgets: Budgets | null;
  limits: Limits;
  /** Whether answers tell what they cost. */
  costIsShown: boolean;
  socketMutations: boolean;
}

/** An operation that may be run. */
export interface Admitted {
  /** Undefined when the request has none, or none that is a text: whoever runs it says so. */
  text: string | undefined;
  kind: OperationTypeNode | undefined;
  /** Undefined when nobody has to know what the operation costs. */
  charge: Charge | undefined;
}

/** The one way to an operation's execution, for HTTP, server-sent events and sockets alike. */
export class Admission {
  readonly #dependencies: AdmissionDependencies;

  constructor(dependencies: AdmissionDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws Refusal; its code says why */
  async admit(
    { query, operationName, variables }: RequestParts,
    supergraph: Supergraph,
    { caller, address, overSocket = false }: Asker,
  ): Promise<Admitted> {
    const { guard, budgets, limits, costIsShown, socketMutations } = this.#dependencies;
    if (typeof query !== "string") return { text: undefined, kind: undefined, charge: undefined };
    if (isDeeperThan(limits.variableDepth, variables)) throw new VariablesTooDeep(limits.variableDepth);
    const given = isRecord(variables) ? variables : {};
    const operation = guard.admit(supergraph, query, typeof operationName === "string" ? operationName : undefined);
    if (overSocket && operation.kind === OperationTypeNode.MUTATION && !socketMutations) throw new MutationOverSocket();
    const estimate = guard.estimate(operation, given);
    if (!budgets && !costIsShown) return { text: query, kind: operation.kind, charge: undefined };
    // A subscription pays for each event when it comes.
    const points = operation.kind === OperationTypeNode.SUBSCRIPTION ? LEAST_PAYMENT : paymentFor(estimate);
    const pay = async (due: number) => (await budgets?.pay(caller, address, due)) ?? null;
    const charge = new Charge({
      estimate,
      operation: operation.cost,
      variables: given,
      payment: await pay(points),
      pay,
      isShown: costIsShown,
    });
    return { text: query, kind: operation.kind, charge };
  }
}

function isRecord(value: unknown): value is Variables {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Without descending: the stack must not depend on what clients send. */
function isDeeperThan(limit: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const below: unknown[] = [];
    for (const each of level) {
      if (typeof each !== "object" || each === null) continue;
      if (depth >= limit) return true;
      for (const inner of Object.values(each)) if (typeof inner === "object" && inner !== null) below.push(inner);
    }
    level = below;
  }
  return false;
}
