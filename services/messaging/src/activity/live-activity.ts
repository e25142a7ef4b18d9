import { randomUUID } from "node:crypto";
import type { Transaction } from "@psqm/events/transact";
import type { Closable, Deps } from "@psqm/subgraph/subgraph";
import { WakeUpCalls } from "../live/wake-up-calls.ts";
import { ConversationSigns, HEARTBEAT_MS, type Scene, type Signal, TYPING_PAUSE_MS } from "./activity.rules.ts";

const ACTIVITY_CHANNEL = "psqm_activity";
const TICK_MS = 1_000;

interface Watched {
  signs: ConversationSigns;
  /** Streams of each person who watches here. */
  watchers: Map<string, number>;
}

/**
 * Who types and who is there, told between replicas by signals and kept nowhere but in memory: a lost signal is made
 * good by the next heartbeat, and a replica that dies is forgotten after a while. Bounded by the streams that watch.
 */
export class LiveActivity implements Closable {
  readonly calls = new WakeUpCalls();
  readonly #replica = randomUUID();
  readonly #watched = new Map<string, Watched>();
  readonly #typed = new Map<string, number>();
  readonly #signals: Deps["signals"];
  readonly #listener;
  readonly #timers: NodeJS.Timeout[];

  constructor({ signals }: Pick<Deps, "signals">) {
    this.#signals = signals;
    this.#listener = signals.listen([ACTIVITY_CHANNEL], (_channel, payload) => this.#hear(payload));
    this.#timers = [setInterval(() => this.#tick(), TICK_MS), setInterval(() => this.#beat(), HEARTBEAT_MS)];
  }

  /** How many conversations are watched here; 0 when all streams have gone. */
  get size(): number {
    return this.#watched.size;
  }

  /** Begins to watch a conversation, and to be seen there; gives what ends both. */
  enter(conversationId: string, personId: string): () => void {
    const watched = this.#watched.get(conversationId) ?? { signs: new ConversationSigns(), watchers: new Map() };
    this.#watched.set(conversationId, watched);
    watched.watchers.set(personId, (watched.watchers.get(personId) ?? 0) + 1);
    this.#tell([this.#signal("here", conversationId, personId), this.#signal("who", conversationId, personId)]);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const others = (watched.watchers.get(personId) ?? 1) - 1;
      if (others > 0) return void watched.watchers.set(personId, others);
      watched.watchers.delete(personId);
      if (watched.watchers.size === 0) this.#watched.delete(conversationId);
      this.#tell([this.#signal("gone", conversationId, personId)]);
    };
  }

  scene(conversationId: string): Scene {
    return (
      this.#watched.get(conversationId)?.signs.scene(performance.now()) ?? { typing: [], present: [], receipts: 0 }
    );
  }

  /** Tells that somebody types, or no more; signs that follow one another closely are one. */
  async type(conversationId: string, personId: string, typing: boolean): Promise<void> {
    const key = `${conversationId} ${personId}`;
    if (!typing) this.#typed.delete(key);
    else if (performance.now() - (this.#typed.get(key) ?? -TYPING_PAUSE_MS) < TYPING_PAUSE_MS) return;
    else this.#typed.set(key, performance.now());
    await this.#send([this.#signal(typing ? "typing" : "stopped", conversationId, personId)]);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#listener.close();
  }

  #signal(kind: Signal["kind"], conversationId: string, personId: string): Signal {
    return { conversationId, kind, personId, replica: this.#replica };
  }

  #hear(payload: string): void {
    if (payload === "") {
      this.#beat();
      return;
    }
    const signal = JSON.parse(payload) as Signal;
    const watched = this.#watched.get(signal.conversationId);
    if (!watched) return;
    watched.signs.hear(signal, performance.now());
    if (signal.kind !== "who") this.calls.ring(signal.conversationId);
    else if (signal.replica !== this.#replica) this.#tell(this.#present(signal.conversationId, watched));
  }

  #present(conversationId: string, { watchers }: Watched): Signal[] {
    return [...watchers.keys()].map((personId) => this.#signal("here", conversationId, personId));
  }

  #beat(): void {
    this.#tell([...this.#watched].flatMap(([conversationId, watched]) => this.#present(conversationId, watched)));
  }

  /** What has run out is seen by those who watch. */
  #tick(): void {
    for (const [key, at] of this.#typed) if (performance.now() - at >= TYPING_PAUSE_MS) this.#typed.delete(key);
    this.calls.ringAll();
  }

  #tell(signals: readonly Signal[]): void {
    if (signals.length > 0) void this.#send(signals);
  }

  #send(signals: readonly Signal[]): Promise<void> {
    return this.#signals.send(
      signals.map((signal) => ({ channel: ACTIVITY_CHANNEL, payload: JSON.stringify(signal) })),
    );
  }
}

/** Tells, at the commit, that a receipt of the conversation has changed. */
export function announceReceipt({ signal }: Transaction, conversationId: string): void {
  const read: Signal = { conversationId, kind: "read", personId: "", replica: "" };
  signal(ACTIVITY_CHANNEL, JSON.stringify(read));
}
