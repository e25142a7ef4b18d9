import type { Json, JsonObject } from "./merge.ts";
import type { SubgraphAnswer } from "./subgraph-answer.ts";

/** The part of one call that somebody waits for. */
export interface Share {
  answer: Promise<SubgraphAnswer>;
  /** By the entities' places in the answer, the objects that wait for each; undefined where only others wait. */
  groups: (JsonObject[] | undefined)[];
}

interface Asked {
  answer: Promise<SubgraphAnswer>;
  index: number;
  /** How many entities the call asks for. */
  of: number;
}

/**
 * What one run has asked already: an identical fetch is sent once, and so is each representation of an entity. Plans ask the
 * same of the same entity at several depths, under other operation names.
 */
export class SharedAnswers {
  readonly #fetches = new Map<string, Promise<SubgraphAnswer>>();
  readonly #entities = new Map<string, Map<string, Asked>>();

  /** @param question what tells this fetch from others, operation name left out */
  fetch(question: string, send: () => Promise<SubgraphAnswer>): Promise<SubgraphAnswer> {
    let answer = this.#fetches.get(question);
    if (!answer) {
      answer = send();
      this.#fetches.set(question, answer);
    }
    return answer;
  }

  /**
   * @param places the objects that wait for each representation
   * @param send called at most once, with the representations that were not asked for before
   */
  entities(
    question: string,
    places: ReadonlyMap<string, JsonObject[]>,
    send: (representations: readonly string[]) => Promise<SubgraphAnswer>,
  ): Share[] {
    let known = this.#entities.get(question);
    if (!known) {
      known = new Map();
      this.#entities.set(question, known);
    }
    const fresh: string[] = [];
    for (const text of places.keys()) if (!known.has(text)) fresh.push(text);
    if (fresh.length > 0) {
      const answer = send(fresh);
      for (const [index, text] of fresh.entries()) known.set(text, { answer, index, of: fresh.length });
    }
    const shares = new Map<Promise<SubgraphAnswer>, Share>();
    for (const [text, targets] of places) {
      const { answer, index, of } = known.get(text) as Asked;
      let share = shares.get(answer);
      if (!share) {
        share = { answer, groups: new Array(of) };
        shares.set(answer, share);
      }
      share.groups[index] = targets;
    }
    return [...shares.values()];
  }

  /** After a mutation nothing is as it was. */
  forget(): void {
    this.#fetches.clear();
    this.#entities.clear();
  }
}

/** A copy of which nothing is shared that a later merge could change. */
export function ownCopy<Value extends Json>(value: Value): Value {
  if (Array.isArray(value)) return value.map(ownCopy) as Value;
  if (typeof value !== "object" || value === null) return value;
  // Spread, because it makes `__proto__` an own property like any other.
  const copy: JsonObject = { ...value };
  for (const key in copy) {
    const part = copy[key];
    if (typeof part === "object" && part !== null) copy[key] = ownCopy(part);
  }
  return copy as Value;
}
