import { createHash } from "node:crypto";
import { Refusal } from "@psqm/refusal/refusal";
import { LRUCache } from "lru-cache";

/** Clients match this message, and then send the text: it is Apollo's. */
export class PersistedQueryNotFound extends Refusal {
  constructor() {
    super("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
  }
}

/** Clients match this message, and then send texts from now on: it is Apollo's. */
export class PersistedQueryNotSupported extends Refusal {
  constructor() {
    super("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported");
  }
}

export class PersistedQueryMismatch extends Refusal {
  constructor(expected: string) {
    super(
      "PERSISTED_QUERY_MISMATCH",
      "The hash is not that of the query. Send the SHA-256 of the very text, as lower-case hexadecimal digits.",
      { expected },
    );
  }
}

// Bounded by size: whoever registers a new long text each time must not fill the memory with them.
const KEPT_CHARACTERS = 16 * 1024 * 1024;
const HASH_CHARACTERS = 64;

/** Automatic persisted queries: texts that some client has sent once with their hash, for all who send the hash alone. */
export class PersistedQueries {
  readonly #texts = new LRUCache<string, string>({
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: (text) => text.length + HASH_CHARACTERS,
  });

  /** @throws PersistedQueryNotFound */
  find(hash: string): string {
    const text = this.#texts.get(hash);
    if (text === undefined) throw new PersistedQueryNotFound();
    return text;
  }

  /** @throws PersistedQueryMismatch */
  check(hash: string, text: string): void {
    if (this.#texts.get(hash) === text) return;
    const expected = createHash("sha256").update(text).digest("hex");
    if (hash !== expected) throw new PersistedQueryMismatch(expected);
  }

  /** Keeps a text that has been checked, and admitted. */
  keep(hash: string, text: string): void {
    if (!this.#texts.has(hash)) this.#texts.set(hash, text);
  }
}
