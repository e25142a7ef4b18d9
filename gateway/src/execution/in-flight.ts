import type { CallContext } from "../identity/caller.ts";

/** Work that is under way, begun once for all who want the same before it is done. */
export class InFlight<Value> {
  readonly #underWay = new Map<string, { value: Promise<Value>; sharers: number }>();
  readonly #copyOf: (value: Value) => Value;

  /** @param copyOf called for each of several sharers, when they may not have the same value in their hands */
  constructor(copyOf: (value: Value) => Value = (value) => value) {
    this.#copyOf = copyOf;
  }

  /** @param key everything on which the value depends */
  async share(key: string, begin: () => Promise<Value>): Promise<Value> {
    let work = this.#underWay.get(key);
    if (work) work.sharers += 1;
    else {
      work = { value: begin().finally(() => this.#underWay.delete(key)), sharers: 1 };
      this.#underWay.set(key, work);
    }
    const value = await work.value;
    return work.sharers === 1 ? value : this.#copyOf(value);
  }
}

/**
 * What an answer may depend on besides the question: who asks, and the headers passed on. Not the correlation id, which is
 * another for each request: of those who share, the first one's is in the log.
 */
export function identityKey({ caller, propagated }: CallContext): string {
  return JSON.stringify([caller.viewer, propagated]);
}
