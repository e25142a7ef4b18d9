import { listen } from "@psqm/events/listener";
import type { Closable, Deps } from "@psqm/subgraph/subgraph";

/** Where a commit announces the conversation that has grown; the payload is its id. */
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

/** Who waits for which conversation. Rings say "look again" and nothing else: the table is the truth. */
export class WakeUpCalls {
  readonly #waiting = new Map<string, Set<WakeUpCall>>();

  /** How many streams wait; 0 when all have gone. */
  get size(): number {
    return [...this.#waiting.values()].reduce((sum, calls) => sum + calls.size, 0);
  }

  enrol(conversationId: string): WakeUpCall {
    const call = new WakeUpCall();
    const calls = this.#waiting.get(conversationId);
    if (calls) calls.add(call);
    else this.#waiting.set(conversationId, new Set([call]));
    return call;
  }

  release(conversationId: string, call: WakeUpCall): void {
    const calls = this.#waiting.get(conversationId);
    calls?.delete(call);
    if (calls?.size === 0) this.#waiting.delete(conversationId);
  }

  ring(conversationId: string): void {
    for (const call of this.#waiting.get(conversationId) ?? []) call.ring();
  }

  ringAll(): void {
    for (const calls of this.#waiting.values()) for (const call of calls) call.ring();
  }
}

/** The service's one listening connection and the streams that it wakes. */
export interface LiveMessages extends Closable {
  calls: WakeUpCalls;
}

/** Listens for commits of every replica. After each (re)connection all look again: what was said meanwhile is lost. */
export function openLiveMessages({ databaseUrl, log }: Pick<Deps, "databaseUrl" | "log">): LiveMessages {
  const calls = new WakeUpCalls();
  const listener = listen(
    databaseUrl,
    [MESSAGES_CHANNEL],
    (_channel, conversationId) => (conversationId === "" ? calls.ringAll() : calls.ring(conversationId)),
    log,
  );
  return { calls, close: () => listener.close() };
}
