import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "@psqm/clock/clock";
import type { Logger } from "pino";
import { consumeEvents, type Handler } from "./consumer.ts";
import { listen } from "./listener.ts";
import { relayOutbox } from "./relay.ts";

export interface EventLoopOptions {
  service: string;
  databaseUrl: string;
  em: SqlEntityManager;
  handlers: readonly Handler[];
  clock: Clock;
  log: Logger;
}

export interface EventLoop {
  close(): Promise<void>;
}

/** Notifications can be lost with a connection; the table is the truth, so it is looked at this often regardless. */
const POLL_MS = 5_000;

/** Relays this service's outbox and consumes the others' events until closed. Woken by NOTIFY. */
export function startEventLoop({ service, databaseUrl, em, handlers, clock, log }: EventLoopOptions): EventLoop {
  const stop = new AbortController();
  const relay = coalesce(() => relayOutbox(em, service), log, "relaying the outbox failed");
  const consume = coalesce(
    () => consumeEvents({ em, handlers, clock, log, signal: stop.signal }),
    log,
    "consuming events failed",
  );
  const listener = listen(
    databaseUrl,
    ["psqm_outbox", "psqm_events"],
    (channel, payload) => {
      if (channel !== "psqm_events" && (payload === "" || payload === service)) relay.wake();
      if (channel !== "psqm_outbox") consume.wake();
    },
    log,
  );
  const poll = setInterval(() => {
    relay.wake();
    consume.wake();
  }, POLL_MS);
  return {
    async close() {
      stop.abort();
      clearInterval(poll);
      await listener.close();
      await Promise.all([relay.idle(), consume.idle()]);
    },
  };
}

/** Runs `work` one at a time; a wake during a run makes one more. */
function coalesce(work: () => Promise<unknown>, log: Logger, failure: string) {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    do {
      again = false;
      try {
        await work();
      } catch (error) {
        log.warn({ err: error }, failure);
      }
    } while (again);
    running = undefined;
  };
  return {
    wake() {
      again = true;
      running ??= run();
    },
    async idle() {
      again = false;
      await running;
    },
  };
}
