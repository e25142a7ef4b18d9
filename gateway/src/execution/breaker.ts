export interface BreakerSettings {
  /** Calls within the window before anything is judged. */
  calls: number;
  /** Percent of them that must have failed. */
  failurePercent: number;
  /** How long nothing is sent, before one call may try. */
  openMs: number;
}

const WINDOW_MS = 10_000;

/**
 * Stands before one subgraph and stops calls to it while most of them fail, so that requests do not wait for what will
 * not come and the subgraph is not asked while it recovers. A share, not a count: one client's slow operations alone
 * cannot close a busy subgraph to everybody.
 */
export class Breaker {
  readonly #settings: BreakerSettings;
  readonly #now: () => number;
  #windowEnds = 0;
  #calls = 0;
  #failures = 0;
  /** When one call may try again; null while calls pass. */
  #openUntil: number | null = null;
  #trying = false;

  /** @param now milliseconds of any clock that does not run backwards */
  constructor(settings: BreakerSettings, now: () => number = () => performance.now()) {
    this.#settings = settings;
    this.#now = now;
  }

  get isOpen(): boolean {
    return this.#openUntil !== null;
  }

  /** Whether a call may be made. If so, `succeeded` or `failed` must follow. */
  mayCall(): boolean {
    if (this.#openUntil === null) return true;
    if (this.#trying || this.#now() < this.#openUntil) return false;
    this.#trying = true;
    return true;
  }

  succeeded(): void {
    this.#count();
    // What was sent before the breaker opened says nothing of now; the one that was let through to try does.
    if (this.#trying) this.#close();
  }

  failed(): void {
    this.#count();
    this.#failures += 1;
    const { calls, failurePercent } = this.#settings;
    const tooMany = this.#calls >= calls && this.#failures * 100 >= this.#calls * failurePercent;
    if (this.#trying || (this.#openUntil === null && tooMany)) this.#open();
  }

  #count(): void {
    if (this.#now() >= this.#windowEnds) {
      this.#windowEnds = this.#now() + WINDOW_MS;
      this.#calls = 0;
      this.#failures = 0;
    }
    this.#calls += 1;
  }

  #open(): void {
    this.#openUntil = this.#now() + this.#settings.openMs;
    this.#trying = false;
  }

  #close(): void {
    this.#openUntil = null;
    this.#trying = false;
    this.#windowEnds = 0;
  }
}
