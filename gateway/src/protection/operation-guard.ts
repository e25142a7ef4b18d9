import { Refusal } from "@psqm/refusal/refusal";
import { type DocumentNode, GraphQLError, getOperationAST, type OperationTypeNode, parse } from "graphql";
import { LRUCache } from "lru-cache";
import type { Limits } from "../configuration.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import { OperationCost, type Variables } from "./cost/operation-cost.ts";
import { type MeasuredDocument, measureDocument, type Size } from "./measure-document.ts";
import { subscribesConditionally } from "./subscribes-conditionally.ts";

/** A document that is larger than this gateway answers. The code says in which respect. */
export class OperationRefused extends Refusal {
  constructor(code: string, what: string, limit: number, found: number | string) {
    super(
      code,
      `This operation has ${found} ${what}, at most ${limit} are answered. Ask for less, or in several operations.`,
      {
        limit,
      },
    );
  }
}

/** An operation whose answer may be larger than this gateway gives. The code says in which respect. */
export class OperationTooCostly extends Refusal {
  constructor(code: string, sentence: string, limit: number, estimated: number) {
    super(code, `${sentence} Ask for fewer items of its lists, for fewer lists in lists, or in several operations.`, {
      limit,
      estimated,
    });
  }
}

/** Validation would have to know the variables to tell what such a subscription listens to; it throws instead. */
export class ConditionalSubscription extends Refusal {
  constructor() {
    super(
      "GRAPHQL_VALIDATION_FAILED",
      "A subscription's one field cannot depend on @skip or @include. Take them off it, or do not subscribe.",
    );
  }
}

/** What is known of an operation of one text, whoever sends it and with whatever variables. */
export interface GuardedOperation {
  /** Undefined when the text has no such operation, or is no GraphQL: for Apollo Server to explain. */
  kind: OperationTypeNode | undefined;
  /** Undefined when it will not be valid. */
  cost: OperationCost | undefined;
}

interface Judgement {
  refusal: Refusal | null;
  /** Those that have been asked for, by the name that was given. */
  operations: Map<string | undefined, GuardedOperation>;
}

// Bounded by size: whoever sends a new long text each time must not fill the memory with them.
const JUDGEMENTS_KEPT_CHARACTERS = 16 * 1024 * 1024;
const JUDGEMENT_CHARACTERS = 200;
const FIELD_CHARACTERS = 200;

/** What is measured, in the order in which it is told: the first one that is too large names the refusal. */
const measures: { size: keyof Size & keyof Limits; code: string; what: string }[] = [
  { size: "selections", code: "QUERY_TOO_COMPLEX", what: "selections after its fragments are written out" },
  { size: "depth", code: "QUERY_TOO_DEEP", what: "levels of nested fields" },
  { size: "rootFields", code: "QUERY_TOO_MANY_ROOT_FIELDS", what: "fields at its root" },
  { size: "aliases", code: "QUERY_TOO_MANY_ALIASES", what: "aliases" },
  { size: "directives", code: "QUERY_TOO_MANY_DIRECTIVES", what: "directives" },
];

const NOTHING_KNOWN: GuardedOperation = { kind: undefined, cost: undefined };

/**
 * Judges an operation before anything expensive (validation, planning) sees it: its text once, its cost with each
 * request's variables. The same guard stands before HTTP and before sockets.
 */
export class OperationGuard {
  readonly #limits: Limits;
  readonly #assumedListSize: number;
  readonly #judgements = new WeakMap<Supergraph, LRUCache<string, Judgement>>();

  constructor(limits: Limits, assumedListSize: number) {
    this.#limits = limits;
    this.#assumedListSize = assumedListSize;
  }

  /**
   * Passes a text that is small enough, and what is no GraphQL at all: that is for the parser to explain.
   *
   * @throws OperationRefused, ConditionalSubscription
   */
  admit(supergraph: Supergraph, text: string, operationName: string | undefined): GuardedOperation {
    const judgements = this.#judgementsOn(supergraph);
    const judgement = judgements.get(text);
    if (judgement?.refusal) throw judgement.refusal;
    const known = judgement?.operations.get(operationName);
    if (known) return known;
    const { refusal, operation } = this.#judge(supergraph, text, operationName);
    const operations = judgement?.operations ?? new Map();
    // A name that the text does not have is not kept: there is no end to those.
    if (operation.kind || operationName === undefined) operations.set(operationName, operation);
    judgements.set(text, { refusal, operations });
    if (refusal) throw refusal;
    return operation;
  }

  /**
   * @returns what it may cost at most
   * @throws OperationTooCostly, SlicingArgumentRequired
   */
  estimate({ cost: operation }: GuardedOperation, variables: Variables): number {
    if (!operation) return 0;
    const { cost, listItems } = operation.estimate(variables);
    if (listItems > this.#limits.listItems) {
      throw new OperationTooCostly(
        "QUERY_LISTS_TOO_LONG",
        `This operation asks for up to ${listItems} items of one list, lists in lists multiplied; at most ${this.#limits.listItems} are answered.`,
        this.#limits.listItems,
        listItems,
      );
    }
    if (cost > this.#limits.cost) {
      throw new OperationTooCostly(
        "QUERY_TOO_COSTLY",
        `This operation may cost ${cost}; what costs more than ${this.#limits.cost} is not answered.`,
        this.#limits.cost,
        cost,
      );
    }
    return cost;
  }

  #judgementsOn(supergraph: Supergraph): LRUCache<string, Judgement> {
    let judgements = this.#judgements.get(supergraph);
    if (!judgements) {
      judgements = new LRUCache({
        maxSize: JUDGEMENTS_KEPT_CHARACTERS,
        sizeCalculation: ({ operations }, text) =>
          [...operations.values()].reduce(
            (size, { cost }) => size + (cost?.size ?? 0) * FIELD_CHARACTERS,
            text.length + JUDGEMENT_CHARACTERS,
          ),
      });
      this.#judgements.set(supergraph, judgements);
    }
    return judgements;
  }

  #judge(
    supergraph: Supergraph,
    text: string,
    operationName: string | undefined,
  ): { refusal: Refusal | null; operation: GuardedOperation } {
    const limits = this.#limits;
    let document: DocumentNode;
    let measured: MeasuredDocument;
    try {
      document = parse(text, { maxTokens: limits.tokens, noLocation: true });
      measured = measureDocument(document);
    } catch (error) {
      if (error instanceof GraphQLError && /more that \d+ tokens/.test(error.message)) {
        const refusal = new OperationRefused(
          "QUERY_TOO_MANY_TOKENS",
          "tokens",
          limits.tokens,
          `more than ${limits.tokens}`,
        );
        return { refusal, operation: NOTHING_KNOWN };
      }
      // Parsing and measuring descend as deep as the text nests; the stack's end is the depth that needs no count.
      if (error instanceof RangeError) {
        const refusal = new OperationRefused("QUERY_TOO_DEEP", "levels of nested fields", limits.depth, "far too many");
        return { refusal, operation: NOTHING_KNOWN };
      }
      return { refusal: null, operation: NOTHING_KNOWN };
    }
    const { size, goesInCircles } = measured;
    const tooLarge = measures.find((measure) => size[measure.size] > limits[measure.size]);
    if (tooLarge) {
      const refusal = new OperationRefused(tooLarge.code, tooLarge.what, limits[tooLarge.size], size[tooLarge.size]);
      return { refusal, operation: NOTHING_KNOWN };
    }
    if (subscribesConditionally(document)) return { refusal: new ConditionalSubscription(), operation: NOTHING_KNOWN };
    const costs = {
      schema: supergraph.supergraphSchema,
      directives: supergraph.costDirectives,
      assumedListSize: this.#assumedListSize,
    };
    const kind = getOperationAST(document, operationName)?.operation;
    const cost = goesInCircles ? undefined : OperationCost.of(costs, document, operationName);
    return { refusal: null, operation: { kind, cost } };
  }
}
