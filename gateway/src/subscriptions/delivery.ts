import { SlowConsumer } from "./event-stream.ts";
import type { Frame } from "./frame.ts";
import type { SharedEvent } from "./shared-event.ts";

/** Where one subscriber's events go. */
export interface Sink {
  /** @returns whether there is room for another; if not, `whenRoom` says when */
  send(frame: Frame): boolean;
  /** Calls back once, unless the subscriber leaves before. */
  whenRoom(go: () => void): void;
  /** Whether the subscriber may still hear events; a promise while that is being judged. */
  mayHear(): boolean | Promise<boolean>;
  /** Called once: there will be no more. With a reason when that is not how it should have ended. */
  over(reason?: unknown): void;
}

export interface DeliverySettings {
  /** The event filled in; at once when somebody else has had it filled in already. */
  fillIn(event: SharedEvent): Frame | Promise<Frame>;
  /** How many events may wait for a slow reader. */
  waitingEvents: number;
  sink: Sink;
}

/**
 * One subscriber's events on their way, one after the other: the next is begun when there is room for it. Callbacks
 * instead of an iterator, because thousands hear the same event and each step of an iterator costs a promise.
 */
export class Delivery {
  readonly #settings: DeliverySettings;
  /** Removes it from those who hear the event. */
  #leave: (() => void) | null = null;
  #waiting: SharedEvent[] | null = null;
  #busy = false;
  #ended: { reason?: unknown } | null = null;
  #over = false;

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
  }

  /** @param leave called once, when it wants no more events */
  begin(leave: () => void): void {
    if (this.#over) leave();
    else this.#leave = leave;
  }

  push(event: SharedEvent): void {
    if (this.#ended || this.#over) return;
    if (!this.#busy) {
      this.#deliver(event);
    } else if (this.#waiting && this.#waiting.length >= this.#settings.waitingEvents) {
      this.#finish(new SlowConsumer(this.#settings.waitingEvents));
    } else {
      this.#waiting ??= [];
      this.#waiting.push(event);
    }
  }

  /** No more events; those that wait are still delivered, and then the reason if there is one. */
  end(reason?: unknown): void {
    if (this.#ended || this.#over) return;
    this.#ended = reason === undefined ? {} : { reason };
    this.#detach();
    if (!this.#busy) this.#finish(reason);
  }

  /** The subscriber has gone. */
  stop(): void {
    this.#over = true;
    this.#waiting = null;
    this.#detach();
  }

  #deliver(event: SharedEvent): void {
    this.#busy = true;
    const frame = this.#settings.fillIn(event);
    if (frame instanceof Promise) {
      frame.then(
        (filledIn) => this.#judge(filledIn),
        (reason) => this.#finish(reason),
      );
    } else this.#judge(frame);
  }

  /** Asked last: who lost the right while the event was being filled in hears nothing of it. */
  #judge(frame: Frame): void {
    const may = this.#settings.sink.mayHear();
    if (may instanceof Promise) {
      may.then(
        (judged) => this.#sendIf(judged, frame),
        (reason) => this.#finish(reason),
      );
    } else this.#sendIf(may, frame);
  }

  #sendIf(may: boolean, frame: Frame): void {
    const { sink } = this.#settings;
    if (this.#over) return;
    if (!may) this.#finish();
    else if (!sink.send(frame)) sink.whenRoom(() => this.#goOn());
    // Not at once: as many may wait as the stack is deep.
    else if (this.#waiting) queueMicrotask(() => this.#goOn());
    else this.#rest();
  }

  #goOn(): void {
    if (this.#over) return;
    const next = this.#waiting?.shift();
    if (next) {
      this.#deliver(next);
    } else {
      this.#waiting = null;
      this.#rest();
    }
  }

  #rest(): void {
    this.#busy = false;
    if (this.#ended) this.#finish(this.#ended.reason);
  }

  #finish(reason?: unknown): void {
    if (this.#over) return;
    this.stop();
    this.#settings.sink.over(reason);
  }

  #detach(): void {
    this.#leave?.();
    this.#leave = null;
  }
}
