import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Deps } from "@psqm/subgraph/subgraph";
import { topicsOf } from "../conversation/conversation.policy.ts";
import { Message } from "../message/message.ts";

/** Where commits announce messages that are new or have changed. */
export const MESSAGES_CHANNEL = "psqm_messages";
/** Announced in the place of a message: who may see which conversation has changed, so that followers read for themselves. */
export const LOOK = "look";

/** How far a conversation has come. */
export interface Standing {
  /** Its number in inbox cursors. */
  number: number;
  conversationId: string;
  lastSequence: number;
  lastChange: number;
}

/** Something that a follower may not know yet: a message with its conversation, or how far a conversation has come. */
export type News = Message | Standing;

export interface Follower {
  /** There may be something that only a read will tell. */
  ring(): void;
  bring(news: News): void;
}

/**
 * Reads what commits announce once for all who follow here, however many they are. It is no more than a short cut: each
 * follower knows where it stands and reads the table itself when anything is missing, so that announcements may be late,
 * lost, repeated or out of order. What was lost is found by `look`.
 */
export class MessageFeed {
  readonly #em: () => SqlEntityManager;
  readonly #log: Deps["log"];
  readonly #followers = new Map<string, Set<Follower>>();
  readonly #enrolled = new Set<Follower>();
  #announced = new Set<string>();
  #reading: Promise<void> | undefined;

  /** @param em gives one of its own for each read */
  constructor(em: () => SqlEntityManager, log: Deps["log"]) {
    this.#em = em;
    this.#log = log;
  }

  /** How many follow; 0 when all have gone. */
  get size(): number {
    return this.#enrolled.size;
  }

  /**
   * Begins to bring news of conversations; gives what ends it.
   * @param topics ids of conversations, or of schools or hubs for all of theirs
   */
  enrol(topics: readonly string[], follower: Follower): () => void {
    this.#enrolled.add(follower);
    for (const topic of topics) {
      const followers = this.#followers.get(topic);
      if (followers) followers.add(follower);
      else this.#followers.set(topic, new Set([follower]));
    }
    return () => {
      this.#enrolled.delete(follower);
      for (const topic of topics) {
        const followers = this.#followers.get(topic);
        followers?.delete(follower);
        if (followers?.size === 0) this.#followers.delete(topic);
      }
    };
  }

  /** Hears an announcement. What is announced while a read is under way is read together after it. */
  announced(lines: string): void {
    for (const line of lines.split("\n")) {
      const [messageId, ...topics] = line.split(" ");
      if (messageId === LOOK) for (const follower of this.#following(topics)) follower.ring();
      else if (messageId && topics.some((topic) => this.#followers.has(topic))) this.#announced.add(messageId);
    }
    if (this.#announced.size > 0) this.#reading ??= this.#read();
  }

  /** Tells all who follow how far each conversation has come: whoever is behind reads what they miss. */
  async look(): Promise<void> {
    if (this.#enrolled.size === 0) return;
    const rows = await this.#em().execute<(Standing & { schoolId: string; hubId: string })[]>(
      `select number, id as "conversationId", last_sequence as "lastSequence", last_change as "lastChange",
         school_id as "schoolId", hub_id as "hubId" from conversation where last_sequence > 0`,
    );
    for (const row of rows) this.#bring(row, topicsOf({ id: row.conversationId, ...row }));
  }

  async close(): Promise<void> {
    this.#announced.clear();
    await this.#reading;
  }

  async #read(): Promise<void> {
    while (this.#announced.size > 0) {
      const ids = [...this.#announced];
      this.#announced = new Set();
      try {
        // In the order in which followers can take them up: new ones by sequence, then changes by their number.
        const messages = await this.#em().find(
          Message,
          { id: { $in: ids } },
          { populate: ["conversation"], strategy: "joined", orderBy: { change: "asc", sequence: "asc" } },
        );
        for (const message of messages) this.#bring(message, topicsOf(message.conversation));
      } catch (error) {
        this.#log.warn({ err: error }, "messages that were announced could not be read; the next look makes up for it");
      }
    }
    this.#reading = undefined;
  }

  #bring(news: News, topics: readonly string[]): void {
    for (const follower of this.#following(topics)) follower.bring(news);
  }

  #following(topics: readonly string[]): Set<Follower> {
    return new Set(topics.flatMap((topic) => [...(this.#followers.get(topic) ?? [])]));
  }
}
