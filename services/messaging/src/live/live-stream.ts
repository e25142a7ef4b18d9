export interface LiveStreamOptions<Item, Position, News> {
  /** Begins to be told; gives what ends it. */
  enrol(listener: Listener<News>): () => void;
  /** What follows a position, in order: at most `pageSize`, fewer when there is no more yet. */
  read(after: Position): Promise<Item[]>;
  pageSize: number;
  /** Where the subscriber stands once they have the item. */
  positionOf(item: Item): Position;
  /**
   * What the news is to a subscriber who stands there: the very next item; something that they have, or that is not for
   * them (null); or a sign that items are missing in between.
   */
  join?(news: News, at: Position): Item | "missing" | null;
}

export interface Listener<News> {
  /** Something has come that only a read will tell. */
  ring(): void;
  bring(news: News): void;
}

export interface LiveStream<Item, Position> extends AsyncIterableIterator<Item, undefined> {
  /**
   * Says where the subscriber stands. It has been told of everything since it was made, so that what is found out about
   * the position in between is not too old.
   * @param behind whether there may be something after the position already
   */
  begin(after: Position, behind: boolean): this;
}

/**
 * Everything after a position, in order, for ever: what is there and what comes, in one stream. News that follow on
 * what the subscriber has go to them as they come; whenever anything is missing the table is read, also for what came
 * during a read or while a page was waiting to be fetched. So nothing falls between the two, and a slow subscriber costs a
 * page of memory.
 *
 * Not an async generator: the `return()` of one would wait for a pending `next()`, which waits for a message that may
 * never come. Here it settles at once and so does the pending `next()`.
 */
export function liveStream<Item, Position, News = never>(
  options: LiveStreamOptions<Item, Position, News>,
): LiveStream<Item, Position> {
  const { enrol, read, pageSize, positionOf, join } = options;
  let page: Item[] = [];
  let tip: Position | undefined;
  // Whether the table has to be read, once the page is empty.
  let rung = false;
  // While the position is not known, or about to change, news cannot be joined.
  let reading = true;
  let closed = false;
  let wake = () => {};
  let turn: Promise<unknown> = Promise.resolve();

  const ring = () => {
    rung = true;
    wake();
  };
  const release = enrol({
    ring,
    bring(news) {
      if (rung) return;
      if (reading || page.length >= pageSize) return ring();
      const item = join?.(news, tip as Position) ?? null;
      if (item === null) return;
      if (item === "missing") return ring();
      page.push(item);
      tip = positionOf(item);
      wake();
    },
  });

  const close = () => {
    closed = true;
    release();
    wake();
  };

  const readPage = async () => {
    rung = false;
    reading = true;
    try {
      page = await read(tip as Position);
    } finally {
      reading = false;
    }
    const last = page.at(-1);
    if (last !== undefined) tip = positionOf(last);
    if (page.length >= pageSize) rung = true;
  };

  const nextItem = async (): Promise<IteratorResult<Item, undefined>> => {
    while (!closed) {
      const item = page.shift();
      if (item !== undefined) return { value: item, done: false };
      if (rung) await readPage();
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    return { value: undefined, done: true };
  };

  return {
    begin(after, behind) {
      tip = after;
      reading = false;
      rung ||= behind;
      return this;
    },
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
