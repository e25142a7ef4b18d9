import { Refusal } from "@psqm/refusal/refusal";
import { type DocumentNode, GraphQLError, parse } from "graphql";
import { LRUCache } from "lru-cache";
import type { Limits } from "../configuration.ts";
import { measureDocument, type Size } from "./measure-document.ts";
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

/** Validation would have to know the variables to tell what such a subscription listens to; it throws instead. */
export class ConditionalSubscription extends Refusal {
  constructor() {
    super(
      "GRAPHQL_VALIDATION_FAILED",
      "A subscription's one field cannot depend on @skip or @include. Take them off it, or do not subscribe.",
    );
  }
}

// Bounded by size: whoever sends a new long text each time must not fill the memory with them.
const JUDGEMENTS_KEPT_CHARACTERS = 8 * 1024 * 1024;
const JUDGEMENT_CHARACTERS = 200;

/** What is measured, in the order in which it is told: the first one that is too large names the refusal. */
const measures: { size: keyof Size & keyof Limits; code: string; what: string }[] = [
  { size: "selections", code: "QUERY_TOO_COMPLEX", what: "selections after its fragments are written out" },
  { size: "depth", code: "QUERY_TOO_DEEP", what: "levels of nested fields" },
  { size: "rootFields", code: "QUERY_TOO_MANY_ROOT_FIELDS", what: "fields at its root" },
  { size: "aliases", code: "QUERY_TOO_MANY_ALIASES", what: "aliases" },
  { size: "directives", code: "QUERY_TOO_MANY_DIRECTIVES", what: "directives" },
];

/**
 * Judges the text of an operation before anything expensive (validation, planning) sees it. The same guard stands
 * before HTTP and before sockets.
 */
export class OperationGuard {
  readonly #limits: Limits;
  readonly #judgements = new LRUCache<string, { refusal: Refusal | null }>({
    maxSize: JUDGEMENTS_KEPT_CHARACTERS,
    sizeCalculation: (_, text) => text.length + JUDGEMENT_CHARACTERS,
  });

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Passes what is small enough, and what is no GraphQL at all: that is for the parser to explain.
   *
   * @throws OperationRefused, ConditionalSubscription
   */
  admit(text: string): void {
    let judgement = this.#judgements.get(text);
    if (!judgement) {
      judgement = { refusal: this.#judge(text) };
      this.#judgements.set(text, judgement);
    }
    if (judgement.refusal) throw judgement.refusal;
  }

  #judge(text: string): Refusal | null {
    const limits = this.#limits;
    let document: DocumentNode;
    let size: Size;
    try {
      document = parse(text, { maxTokens: limits.tokens, noLocation: true });
      size = measureDocument(document);
    } catch (error) {
      if (error instanceof GraphQLError && /more that \d+ tokens/.test(error.message)) {
        return new OperationRefused("QUERY_TOO_MANY_TOKENS", "tokens", limits.tokens, `more than ${limits.tokens}`);
      }
      // Parsing and measuring descend as deep as the text nests; the stack's end is the depth that needs no count.
      if (error instanceof RangeError) {
        return new OperationRefused("QUERY_TOO_DEEP", "levels of nested fields", limits.depth, "far too many");
      }
      return null;
    }
    const tooLarge = measures.find((measure) => size[measure.size] > limits[measure.size]);
    if (tooLarge) return new OperationRefused(tooLarge.code, tooLarge.what, limits[tooLarge.size], size[tooLarge.size]);
    return subscribesConditionally(document) ? new ConditionalSubscription() : null;
  }
}
