import { setTimeout as delay } from "node:timers/promises";
import type { Files } from "@psqm/files/files";
import { system } from "@psqm/identity/viewer";
import type { Closable, Deps } from "@psqm/subgraph/subgraph";
import { eraseDue } from "./erase-due.ts";

const EVERY_MS = 6 * 3_600_000;
/** Not while the service starts, when it has other things to do. */
const FIRST_MS = 60_000;

/** Keeps no words longer than the rules say, for as long as the service runs. */
export function startRetention({ database, clock, log }: Deps, files: Files): Closable {
  const stop = new AbortController();
  const wait = (ms: number) => delay(ms, undefined, { signal: stop.signal }).catch(() => {});
  const run = async () => {
    await wait(FIRST_MS);
    while (!stop.signal.aborted) {
      try {
        const erased = await eraseDue({ em: database.em.fork(), viewer: system, clock }, files);
        if (erased > 0) log.info({ erased }, "words were erased whose time is over");
      } catch (error) {
        const { code, name } = error as { code?: unknown; name?: unknown };
        // Not the error itself: a failed statement holds what it would have written.
        log.warn({ code, name }, "erasing words whose time is over failed");
      }
      await wait(EVERY_MS);
    }
  };
  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}
