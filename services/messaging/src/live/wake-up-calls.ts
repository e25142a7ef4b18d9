/** Who waits for which conversation. */
export class WakeUpCalls {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** How many conversations are waited for; 0 when all have gone. */
  get size(): number {
    return this.#waiting.size;
  }

  /** @returns what ends the waiting */
  enrol(conversationId: string, ring: () => void): () => void {
    const rings = this.#waiting.get(conversationId) ?? new Set();
    this.#waiting.set(conversationId, rings.add(ring));
    return () => {
      rings.delete(ring);
      if (rings.size === 0) this.#waiting.delete(conversationId);
    };
  }

  ring(conversationId: string): void {
    for (const ring of this.#waiting.get(conversationId) ?? []) ring();
  }

  ringAll(): void {
    for (const conversationId of this.#waiting.keys()) this.ring(conversationId);
  }
}
