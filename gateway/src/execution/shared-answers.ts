import type { Json, JsonObject } from "./merge.ts";
import type { SubgraphAnswer } from "./subgraph-answer.ts";

/** One call for several entities. */
export interface EntityCall {
  /** Grows until the call is sent. */
  readonly representations: string[];
  answer: Promise<SubgraphAnswer>;
}

/** The part of one call that somebody waits for. */
export interface Share {
  call: EntityCall;
  /** By the entities' places in the answer, the objects that wait for each; undefined where only others wait. */
  groups: (JsonObject[] | undefined)[];
}

interface Asked {
  call: EntityCall;
  index: number;
}

/**
 * What one run has asked already: an identical fetch is sent once, and so is each representation of an entity. Plans ask the
 * same of the same entity at several depths, under other operation names. What they ask at the same time goes in one call;
 * different questions do not: one that fails must not take others with it.
 */
export class SharedAnswers {
  readonly #fetches = new Map<string, Promise<SubgraphAnswer>>();
  readonly #entities = new Map<string, Map<string, Asked>>();
  readonly #unsent = new Map<string, EntityCall>();

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
   * @param send called at most once, when everybody who asks now has asked, with the representations that were not asked
   * for before
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
    const shares = new Map<EntityCall, Share>();
    for (const [text, targets] of places) {
      let asked = known.get(text);
      if (!asked) {
        const call = this.#unsent.get(question) ?? this.#prepare(question, send);
        asked = { call, index: call.representations.push(text) - 1 };
        known.set(text, asked);
      }
      const { call, index } = asked;
      let share = shares.get(call);
      if (!share) {
        share = { call, groups: [] };
        shares.set(call, share);
      }
      share.groups[index] = targets;
    }
    return [...shares.values()];
  }

  #prepare(question: string, send: (representations: readonly string[]) => Promise<SubgraphAnswer>): EntityCall {
    const representations: string[] = [];
    const answer = Promise.resolve().then(() => {
      this.#unsent.delete(question);
      return send(representations);
    });
    const call = { representations, answer };
    this.#unsent.set(question, call);
    return call;
  }

  /** After a mutation nothing is as it was. */
  forget(): void {
    this.#fetches.clear();
    this.#entities.clear();
    this.#unsent.clear();
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
