import type { WakeUpCalls } from "./wake-up-calls.ts";

export interface LiveStreamOptions<Item, Position> {
  /** What wakes it: see {@link WakeUpCalls}. */
  topics: readonly string[];
  /** Where the subscriber stands. */
  after: Position;
  /** What follows a position, in order: a page at most, empty when there is nothing yet. */
  read(after: Position): Promise<Item[]>;
  /** Where the subscriber stands once they have the item. */
  positionOf(item: Item): Position;
  calls: WakeUpCalls;
}

/**
 * Everything after a position, in order, for ever: what is there and what comes, in one stream. It reads the table and
 * waits for a call when there is nothing more; a call before the read has finished makes it read again, so nothing
 * falls between the two.
 *
 * Not an async generator: the `return()` of one would wait for a pending `next()`, which waits for a message that may
 * never come. Here it settles at once and so does the pending `next()`.
 */
export function liveStream<Item, Position>({
  topics,
  after,
  read,
  positionOf,
  calls,
}: LiveStreamOptions<Item, Position>): AsyncIterableIterator<Item, undefined> {
  const call = calls.enrol(topics);
  let page: Item[] = [];
  let last = after;
  let closed = false;
  let turn: Promise<unknown> = Promise.resolve();

  const close = () => {
    closed = true;
    calls.release(topics, call);
    call.ring();
  };

  const nextItem = async (): Promise<IteratorResult<Item, undefined>> => {
    while (!closed) {
      const item = page.shift();
      if (item !== undefined) {
        last = positionOf(item);
        return { value: item, done: false };
      }
      call.clear();
      page = await read(last);
      if (page.length === 0 && !closed) await call.rung();
    }
    return { value: undefined, done: true };
  };

  return {
    /** Callers who do not wait for each other get the items in the order in which they asked. */
    next() {
      const result = turn.then(nextItem).catch((error: unknown) => {
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
