import { setImmediate } from "node:timers/promises";
import { LockMode } from "@mikro-orm/core";
import { Refusal } from "@psqm/refusal/refusal";
import type { Deps } from "@psqm/subgraph/subgraph";
import { Message } from "./message.ts";
import { type Sending, sendAll, sendAlone } from "./send-message.ts";

/** Messages of one commit; what comes meanwhile makes the next. */
const MOST = 100;

interface Waiting {
  sending: Sending;
  resolve(message: Message | Promise<Message>): void;
  reject(error: unknown): void;
}

/**
 * Messages that come to this replica while it commits others share the next commit: a commit, its synchronisation with
 * the disk and its announcement cost as much for one message as for a hundred. It never waits for a conversation that
 * somebody else has locked: that message goes alone, and so do all when one of them makes the commit fail.
 */
export class SendTogether {
  readonly #deps: Pick<Deps, "database" | "signals">;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(deps: Pick<Deps, "database" | "signals">) {
    this.#deps = deps;
  }

  /** To be given to `sendMessage`. */
  readonly commit = (sending: Sending): Promise<Message> =>
    new Promise<Message>((resolve, reject) => {
      this.#waiting.push({ sending, resolve, reject });
      if (!this.#running) void this.#run();
    });

  async #run(): Promise<void> {
    this.#running = true;
    // What came by other sockets in the same turn of the event loop joins.
    await setImmediate();
    while (this.#waiting.length > 0) await this.#commitNext();
    this.#running = false;
  }

  async #commitNext(): Promise<void> {
    const batch = this.#next();
    const sendings = batch.map(({ sending }) => sending);
    const { database, signals } = this.#deps;
    const caller = { em: database.em.fork(), signals };
    const outcomes = await sendAll(caller, sendings, LockMode.PESSIMISTIC_PARTIAL_WRITE).catch(() => []);
    for (const [n, { sending, resolve, reject }] of batch.entries()) {
      const outcome = outcomes[n];
      if (outcome instanceof Message) resolve(outcome);
      else if (outcome instanceof Refusal) reject(outcome);
      else resolve(sendAlone(sending));
    }
  }

  /** The same message sent twice at once, as by an impatient client, is left for the commit after. */
  #next(): Waiting[] {
    const keys = new Set<string>();
    const later: Waiting[] = [];
    const batch: Waiting[] = [];
    for (const waiting of this.#waiting) {
      const key = JSON.stringify([waiting.sending.senderId, waiting.sending.clientKey]);
      if (batch.length === MOST || keys.has(key)) later.push(waiting);
      else batch.push(waiting);
      keys.add(key);
    }
    this.#waiting = later;
    return batch;
  }
}
