import { Refusal } from "@psqm/refusal/refusal";
import { OperationTypeNode } from "graphql";
import type { Limits } from "../configuration.ts";
import type { Caller } from "../identity/caller.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import type { Budgets } from "./budgets.ts";
import { Charge, LEAST_PAYMENT, paymentFor } from "./charge.ts";
import type { Variables } from "./cost/operation-cost.ts";
import type { OperationGuard } from "./operation-guard.ts";
import { type PersistedQueries, PersistedQueryNotSupported } from "./persisted-queries.ts";
import { DocumentNotFound, type TrustedDocuments } from "./trusted-documents.ts";

/** The parts of a request for an operation, as its client sent them: nothing has been checked. */
export interface RequestParts {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
  extensions?: unknown;
  /** Instead of a text; Relay's clients call it by its second name. */
  documentId?: unknown;
  doc_id?: unknown;
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

/** An extension that is not what persisted queries need. */
export class PersistedQueryMalformed extends Refusal {
  constructor() {
    super(
      "PERSISTED_QUERY_MALFORMED",
      'extensions.persistedQuery must be { "version": 1, "sha256Hash": "…" } with the SHA-256 of the query.',
    );
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
  /** Null where there is no manifest. */
  documents: TrustedDocuments | null;
  /** Null where they are off. */
  persistedQueries: PersistedQueries | null;
}

/** The text that a request asks for, one way or another. */
interface AskedText {
  text: string | undefined;
  /** Whether it is of the manifest: its id was given. */
  isTrusted: boolean;
  /** Under which it is to be kept. */
  hash?: string | undefined;
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
    parts: RequestParts,
    supergraph: Supergraph,
    { caller, address, overSocket = false }: Asker,
  ): Promise<Admitted> {
    const { guard, budgets, limits, costIsShown, socketMutations, documents, persistedQueries } = this.#dependencies;
    const { operationName, variables } = parts;
    const { text, isTrusted, hash } = this.#textOf(parts);
    if (text === undefined) return { text, kind: undefined, charge: undefined };
    if (isDeeperThan(limits.variableDepth, variables)) throw new VariablesTooDeep(limits.variableDepth);
    const given = isRecord(variables) ? variables : {};
    const operation = guard.admit(supergraph, text, typeof operationName === "string" ? operationName : undefined);
    if (!isTrusted) documents?.judge(text);
    if (hash !== undefined) persistedQueries?.keep(hash, text);
    if (overSocket && operation.kind === OperationTypeNode.MUTATION && !socketMutations) throw new MutationOverSocket();
    const estimate = guard.estimate(operation, given);
    if (!budgets && !costIsShown) return { text, kind: operation.kind, charge: undefined };
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
    return { text, kind: operation.kind, charge };
  }

  #textOf({ query, documentId, doc_id, extensions }: RequestParts): AskedText {
    const { documents, persistedQueries } = this.#dependencies;
    const hash = hashIn(extensions);
    if (typeof query === "string" && query !== "") {
      if (hash === undefined || !persistedQueries) return { text: query, isTrusted: false };
      persistedQueries.check(hash, query);
      return { text: query, isTrusted: false, hash };
    }
    const id = documentId ?? doc_id;
    if (typeof id === "string") {
      const text = documents?.find(id);
      if (text === undefined) throw new DocumentNotFound();
      return { text, isTrusted: true };
    }
    if (hash === undefined) return { text: undefined, isTrusted: false };
    const text = documents?.find(hash);
    if (text !== undefined) return { text, isTrusted: true };
    if (persistedQueries) return { text: persistedQueries.find(hash), isTrusted: false };
    throw documents ? new DocumentNotFound() : new PersistedQueryNotSupported();
  }
}

/** @throws PersistedQueryMalformed */
function hashIn(extensions: unknown): string | undefined {
  if (!isRecord(extensions) || extensions["persistedQuery"] == null) return undefined;
  const { persistedQuery } = extensions;
  if (!isRecord(persistedQuery) || persistedQuery["version"] !== 1) throw new PersistedQueryMalformed();
  const { sha256Hash } = persistedQuery;
  if (typeof sha256Hash !== "string" || sha256Hash === "") throw new PersistedQueryMalformed();
  return sha256Hash;
}

export function isRecord(value: unknown): value is Variables {
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
