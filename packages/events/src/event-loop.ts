import { setTimeout as delay } from "node:timers/promises";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "@psqm/clock/clock";
import type { Logger } from "pino";
import { consumeEvents, type Handler } from "./consumer.ts";
import { EVENTS_CHANNEL, OUTBOX_CHANNEL, type Signals } from "./signals.ts";
import type { EventTransport } from "./transport.ts";

export interface EventLoopOptions {
  service: string;
  em: SqlEntityManager;
  transport: EventTransport;
  signals: Signals;
  handlers: readonly Handler[];
  clock: Clock;
  log: Logger;
}

export interface EventLoop {
  close(): Promise<void>;
}

/** Signals can be lost; the tables are the truth, so they are looked at this often regardless. */
const POLL_MS = 5_000;
/** What is told within so short a time goes in one batch: nobody waits for it, and a busy service has better to do. */
const RELAY_PAUSE_MS = 20;

/** Relays this service's outbox and consumes the others' events until closed. */
export function startEventLoop(options: EventLoopOptions): EventLoop {
  const { service, em, handlers, transport, signals, clock, log } = options;
  const stop = new AbortController();
  const sources = new Set(handlers.map(({ source }) => source));
  const relayAll = async () => {
    const told = await transport.relay(em, service);
    if (told > 0) await signals.send([{ channel: EVENTS_CHANNEL, payload: service }]);
  };
  const relay = coalesce(() => relayAll().then(() => delay(RELAY_PAUSE_MS)), log, "relaying the outbox failed");
  const consume = coalesce(
    () => consumeEvents({ em, handlers, transport, clock, log, signal: stop.signal }),
    log,
    "consuming events failed",
  );
  const listener = signals.listen([OUTBOX_CHANNEL, EVENTS_CHANNEL], (channel, payload) => {
    if (channel !== EVENTS_CHANNEL && (payload === "" || payload === service)) relay.wake();
    if (channel !== OUTBOX_CHANNEL && (payload === "" || sources.has(payload))) consume.wake();
  });
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
