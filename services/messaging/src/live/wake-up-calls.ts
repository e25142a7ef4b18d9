/** Where a commit announces what has grown; the payload is its topics, with a space between. */
export const MESSAGES_CHANNEL = "psqm_messages";

/** One waiting stream's bell. It stays rung until it is cleared, so a ring between looking and waiting is not lost. */
export class WakeUpCall {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  clear(): void {
    this.#rung = false;
  }

  /** Settles as soon as it has been rung since it was last cleared. */
  async rung(): Promise<void> {
    if (this.#rung) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}

/**
 * Who waits for which topic: the id of a conversation, or of a school or hub for all of its conversations. Rings say
 * "look again" and nothing else: the table is the truth.
 */
export class WakeUpCalls {
  readonly #waiting = new Map<string, Set<WakeUpCall>>();
  readonly #enrolled = new Set<WakeUpCall>();

  /** How many streams wait; 0 when all have gone. */
  get size(): number {
    return this.#enrolled.size;
  }

  enrol(topics: readonly string[]): WakeUpCall {
    const call = new WakeUpCall();
    this.#enrolled.add(call);
    for (const topic of topics) {
      const calls = this.#waiting.get(topic);
      if (calls) calls.add(call);
      else this.#waiting.set(topic, new Set([call]));
    }
    return call;
  }

  release(topics: readonly string[], call: WakeUpCall): void {
    this.#enrolled.delete(call);
    for (const topic of topics) {
      const calls = this.#waiting.get(topic);
      calls?.delete(call);
      if (calls?.size === 0) this.#waiting.delete(topic);
    }
  }

  ring(topics: readonly string[]): void {
    for (const topic of topics) for (const call of this.#waiting.get(topic) ?? []) call.ring();
  }

  ringAll(): void {
    for (const call of this.#enrolled) call.ring();
  }
}
