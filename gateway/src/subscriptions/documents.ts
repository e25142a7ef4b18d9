import { type DocumentNode, type GraphQLError, parse, validate } from "graphql";
import { LRUCache } from "lru-cache";
import type { Supergraph } from "../supergraph/supergraph.ts";

interface Known {
  document: DocumentNode;
  /** By the supergraph against which it was validated last. */
  supergraph?: Supergraph;
  mistakes: readonly GraphQLError[];
}

// Bounded by size, as everything that grows with what clients send; a parsed document is some thirty times its text.
const KEPT_CHARACTERS = 512 * 1024;

/** Documents parsed and validated once for all who send the same: thousands of subscribers hold one in common. */
export class Documents {
  readonly #maxTokens: number;
  readonly #known = new LRUCache<string, Known>({
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: (_, text) => text.length + 1,
  });

  constructor(maxTokens: number) {
    this.#maxTokens = maxTokens;
  }

  /** @throws GraphQLError when the text is no GraphQL */
  parsed(text: string): DocumentNode {
    return this.#knownFor(text).document;
  }

  /** What validation has against it. */
  mistakesIn(text: string, supergraph: Supergraph): readonly GraphQLError[] {
    const known = this.#knownFor(text);
    if (known.supergraph !== supergraph) {
      known.supergraph = supergraph;
      known.mistakes = validate(supergraph.schema, known.document, undefined, {
        hideSuggestions: supergraph.isHidden,
      });
    }
    return known.mistakes;
  }

  #knownFor(text: string): Known {
    let known = this.#known.get(text);
    if (!known) {
      known = { document: parse(text, { maxTokens: this.#maxTokens }), mistakes: [] };
      this.#known.set(text, known);
    }
    return known;
  }
}
