import { setTimeout as sleep } from "node:timers/promises";
import { type Connected, connect, peopleOf, send } from "./person.ts";

const AT_ONCE = 40;
const PATIENCE_MS = 20_000;

interface Sent {
  at: number;
  heard: number;
}

export interface Latencies {
  perSecond: number;
  messages: number;
  p50: number;
  p99: number;
  /** Screens that a message did not reach: its sending failed, or the person was cut off. None of four is none. */
  unheard: number;
  /** What people were told who were cut off until now. */
  cutOff: number;
}

/** People connected, four to a conversation, and what they heard. */
export class Audience {
  readonly #urls: readonly string[];
  readonly #connected: Connected[] = [];
  readonly #sent = new Map<string, Sent>();
  #latencies: number[] = [];
  readonly #faults: string[] = [];
  readonly #cutOff: string[] = [];

  /** @param urls of the replicas, which share the people and the messages */
  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  async connect(conversations: number): Promise<void> {
    const people = Array.from({ length: conversations }, (_, n) => peopleOf(n)).flat();
    while (people.length > 0) {
      const group = people.splice(0, AT_ONCE);
      const joined = group.map((viewer, n) => {
        let last = 0;
        const hear = ({ text, sequence }: { text: string; sequence: number }) => {
          const sent = this.#sent.get(text);
          if (!sent) return;
          if (last > 0 && sequence !== last + 1) this.#faults.push(`${viewer.personId}: ${sequence} after ${last}`);
          last = sequence;
          sent.heard += 1;
          this.#latencies.push(performance.now() - sent.at);
        };
        return connect(this.#urlOf(n), viewer, hear, (said) => this.#cutOff.push(said));
      });
      this.#connected.push(...(await Promise.all(joined)));
    }
  }

  /** Sends at a rate, whether or not the answers keep up; milliseconds from sending to the screen of each of four. */
  async converse(perSecond: number, seconds: number, conversations: number): Promise<Latencies> {
    this.#latencies = [];
    const messages = perSecond * seconds;
    const began = performance.now();
    const sending: Promise<unknown>[] = [];
    const texts: string[] = [];
    for (let n = 0; n < messages; n += 1) {
      const due = began + (n * 1000) / perSecond;
      if (due > performance.now()) await sleep(Math.max(1, due - performance.now()));
      const conversation = (n * 7) % conversations;
      const text = `${perSecond} a second, ${n}`;
      const [sender] = peopleOf(conversation);
      if (!sender) throw new Error("A conversation has nobody in it.");
      texts.push(text);
      this.#sent.set(text, { at: performance.now(), heard: 0 });
      sending.push(send(this.#urlOf(n), sender, `con_${conversation}`, text).catch(() => {}));
    }
    await Promise.all(sending);
    const deadline = performance.now() + PATIENCE_MS;
    while (this.#latencies.length < messages * 4 && performance.now() < deadline) await sleep(20);
    const repeated = texts.filter((text) => (this.#sent.get(text)?.heard ?? 0) > 4);
    if (repeated.length > 0 || this.#faults.length > 0) {
      throw new Error(`Messages came twice or out of order: ${[...repeated, ...this.#faults].slice(0, 3)}`);
    }
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
    const unheard = messages * 4 - this.#latencies.length;
    return { perSecond, messages, p50: at(0.5), p99: at(0.99), unheard, cutOff: this.#cutOff.length };
  }

  #urlOf(n: number): string {
    return this.#urls[n % this.#urls.length] ?? "";
  }

  leave(): void {
    for (const { leave } of this.#connected) leave();
  }
}
