/** How long one counts as typing after the last sign of it. */
export const TYPING_MS = 6_000;
/** How long one counts as present after the last sign of it; signs come every {@link HEARTBEAT_MS}. */
export const PRESENT_MS = 45_000;
export const HEARTBEAT_MS = 15_000;
/** Signs of typing that follow one another more closely than this are one. */
export const TYPING_PAUSE_MS = 2_000;
/** People of whom signs are kept, in one conversation; signs of further ones are not heard. */
export const MOST_PEOPLE = 50;

/** What replicas tell each other. `who` asks for a sign of whoever is there; `read` says that a receipt has changed. */
export interface Signal {
  conversationId: string;
  kind: "typing" | "stopped" | "here" | "gone" | "who" | "read";
  personId: string;
  /** The replica that says so: one may be present at several. */
  replica: string;
}

/** What is seen of a conversation at a moment. `receipts` rises whenever one of them has changed. */
export interface Scene {
  typing: string[];
  present: string[];
  receipts: number;
}

interface Signs {
  typingUntil: number;
  /** By replica. */
  presentUntil: Map<string, number>;
}

/** The signs of one conversation. Kept in memory, and only while somebody here watches it. */
export class ConversationSigns {
  readonly #people = new Map<string, Signs>();
  #receipts = 0;

  /** @param now milliseconds of a clock that does not jump */
  hear({ kind, personId, replica }: Signal, now: number): void {
    if (kind === "read") this.#receipts += 1;
    if (kind === "read" || kind === "who") return;
    this.forget(now);
    const signs = this.#people.get(personId) ?? { typingUntil: 0, presentUntil: new Map() };
    if (kind === "typing") signs.typingUntil = now + TYPING_MS;
    else signs.typingUntil = kind === "stopped" ? 0 : signs.typingUntil;
    if (kind === "here") signs.presentUntil.set(replica, now + PRESENT_MS);
    if (kind === "gone") signs.presentUntil.delete(replica);
    if (this.#people.has(personId) || this.#people.size < MOST_PEOPLE) this.#people.set(personId, signs);
  }

  scene(now: number): Scene {
    this.forget(now);
    const people = [...this.#people].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      typing: people.filter(([, { typingUntil }]) => typingUntil > now).map(([id]) => id),
      present: people.filter(([, { presentUntil }]) => presentUntil.size > 0).map(([id]) => id),
      receipts: this.#receipts,
    };
  }

  /** Lets go of what has run out. */
  private forget(now: number): void {
    for (const [personId, { typingUntil, presentUntil }] of this.#people) {
      for (const [replica, until] of presentUntil) if (until <= now) presentUntil.delete(replica);
      if (typingUntil <= now && presentUntil.size === 0) this.#people.delete(personId);
    }
  }
}
