import { Refusal } from "@psqm/refusal/refusal";

/** A subscriber that reads slower than events come. */
export class SlowConsumer extends Refusal {
  constructor(limit: number) {
    super("SLOW_CONSUMER", `More than ${limit} events waited for you to read them. Subscribe again, and read faster.`);
  }
}

type Settle<T> = { resolve(result: IteratorResult<T, undefined>): void; reject(reason: unknown): void };

const DONE = { done: true, value: undefined } as const;

/**
 * Events between one who pushes and one who pulls, in order. Unlike an async generator's, its `return()` settles a
 * `next()` that is still waiting, so that unsubscribing never hangs on an event that will not come.
 */
export class EventStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly #waitingEvents: T[] = [];
  readonly #limit: number;
  readonly #onEnd: () => void;
  #reader: Settle<T> | null = null;
  #ended = false;
  #failure: { reason: unknown } | null = null;

  /**
   * @param limit how many events may wait to be read; one more fails the stream with SlowConsumer
   * @param onEnd called once, whoever ends the stream
   */
  constructor(limit: number, onEnd: () => void) {
    this.#limit = limit;
    this.#onEnd = onEnd;
  }

  push(event: T): void {
    if (this.#ended) return;
    if (this.#reader) {
      this.#takeReader()?.resolve({ done: false, value: event });
    } else if (this.#waitingEvents.length >= this.#limit) {
      this.#waitingEvents.length = 0;
      this.fail(new SlowConsumer(this.#limit));
    } else {
      this.#waitingEvents.push(event);
    }
  }

  /** No more events; those that wait are still read. */
  end(): void {
    if (!this.#finish()) return;
    this.#takeReader()?.resolve(DONE);
  }

  /** No more events; the reader is told why once those that wait are read. */
  fail(reason: unknown): void {
    if (!this.#finish()) return;
    const reader = this.#takeReader();
    if (reader) reader.reject(reason);
    else this.#failure = { reason };
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const event = this.#waitingEvents.shift();
    if (event !== undefined) return { done: false, value: event };
    if (this.#failure) {
      const { reason } = this.#failure;
      this.#failure = null;
      throw reason;
    }
    if (this.#ended) return DONE;
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#waitingEvents.length = 0;
    this.#failure = null;
    this.#finish();
    this.#takeReader()?.resolve(DONE);
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#onEnd();
    return true;
  }

  #takeReader(): Settle<T> | null {
    const reader = this.#reader;
    this.#reader = null;
    return reader;
  }
}
