import type { WakeUpCalls } from "./wake-up-calls.ts";

export interface StreamOptions<Message> {
  conversationId: string;
  /** The last sequence that the subscriber has. */
  after: number;
  /** The messages after a sequence, in order: a page at most, empty when there are none yet. */
  read(after: number): Promise<Message[]>;
  calls: WakeUpCalls;
}

/**
 * Every message after a sequence, in order, for ever: those that are there and those that come, in one stream. It
 * reads the table and waits for a call when there is nothing more; a call before the read has finished makes it read
 * again, so nothing falls between the two.
 *
 * Not an async generator: the `return()` of one would wait for a pending `next()`, which waits for a message that may
 * never come. Here it settles at once and so does the pending `next()`.
 */
export function streamMessages<Message extends { sequence: number }>({
  conversationId,
  after,
  read,
  calls,
}: StreamOptions<Message>): AsyncIterableIterator<Message, undefined> {
  const call = calls.enrol(conversationId);
  let page: Message[] = [];
  let last = after;
  let closed = false;
  let turn: Promise<unknown> = Promise.resolve();

  const close = () => {
    closed = true;
    calls.release(conversationId, call);
    call.ring();
  };

  const nextMessage = async (): Promise<IteratorResult<Message, undefined>> => {
    while (!closed) {
      const message = page.shift();
      if (message) {
        last = message.sequence;
        return { value: message, done: false };
      }
      call.clear();
      page = await read(last);
      if (page.length === 0 && !closed) await call.rung();
    }
    return { value: undefined, done: true };
  };

  return {
    /** Callers who do not wait for each other get the messages in the order in which they asked. */
    next() {
      const result = turn.then(nextMessage).catch((error: unknown) => {
        close();
        throw error;
      });
      turn = result.catch(() => {});
      return result;
    },
    async return() {
      close();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
