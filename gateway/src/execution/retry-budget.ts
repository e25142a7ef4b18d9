// What a subgraph that is hardly asked may spend at once.
const SAVED_AT_MOST = 10;

/**
 * How many calls to one subgraph may be repeated: a share of those that are made. A subgraph in trouble gets at most that
 * much more to do, where a fixed number of attempts would multiply its load just then.
 */
export class RetryBudget {
  readonly #share: number;
  #saved = SAVED_AT_MOST;

  constructor(percent: number) {
    this.#share = percent / 100;
  }

  /** A call is made for the first time. */
  earn(): void {
    this.#saved = Math.min(SAVED_AT_MOST, this.#saved + this.#share);
  }

  /** @returns whether a call may be repeated; if so it is paid for */
  spend(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
