import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { createClient } from "@redis/client";
import type { Logger } from "pino";
import { type Listener, listen } from "./listener.ts";

/** Where a service hears that its outbox holds something: the payload is its name. */
export const OUTBOX_CHANNEL = "psqm_outbox";
/** Where everybody hears that there are new events. */
export const EVENTS_CHANNEL = "psqm_events";

export interface Signal {
  channel: string;
  payload: string;
}

/**
 * How replicas wake each other. A signal says only that looking is worth it: it may be lost, and whoever listens looks
 * now and then regardless.
 */
export interface Signals {
  /** Whether they go through Redis now; through PostgreSQL's NOTIFY otherwise. */
  readonly byRedis: boolean;
  /** @param hear channel and payload; both empty after a (re)connection, since anything may have been missed */
  listen(channels: readonly string[], hear: (channel: string, payload: string) => void): Listener;
  /** Sends at once; for what is being committed there is `Transaction.signal`. Never fails. */
  send(signals: readonly Signal[]): Promise<void>;
  close(): Promise<void>;
}

export interface SignalOptions {
  databaseUrl: string;
  em: SqlEntityManager;
  redisUrl?: string | undefined;
  log: Logger;
}

const PING_MS = 1_000;
const SILENCE_MS = 3_000;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Signals of the replicas on one database: through Redis when there is one and it answers, through NOTIFY otherwise.
 * Both are heard at any time, so that replicas need not agree on which it is.
 */
export function openSignals({ databaseUrl, em, redisUrl, log }: SignalOptions): Signals {
  const redis = redisUrl === undefined ? undefined : connectRedis(redisUrl, log);
  const prefix = redisPrefix(databaseUrl);
  const notify = async (signals: readonly Signal[]) => {
    await em
      .fork()
      .execute(
        "select pg_notify(channel, payload) from jsonb_to_recordset(?::jsonb) as t (channel text, payload text)",
        [JSON.stringify(signals)],
      );
  };
  return {
    get byRedis() {
      return redis?.isReady ?? false;
    },
    listen(channels, hear) {
      const listener = listen(databaseUrl, channels, hear, log);
      const subscriber = redisUrl === undefined ? undefined : connectRedis(redisUrl, log);
      for (const channel of channels) {
        // Waits for the connection, and is done again by the client after each reconnection.
        subscriber?.subscribe(prefix + channel, (payload) => hear(channel, payload)).catch(() => {});
      }
      subscriber?.on("ready", () => hear("", ""));
      return {
        async close() {
          subscriber?.destroy();
          await listener.close();
        },
      };
    },
    async send(signals) {
      try {
        if (!redis?.isReady) return await notify(signals);
        await Promise.all(signals.map(({ channel, payload }) => redis.publish(prefix + channel, payload)));
      } catch (error) {
        log.debug({ err: error }, "a signal was not sent by Redis; sending it by NOTIFY");
        await notify(signals).catch((failure: unknown) => log.debug({ err: failure }, "nor by NOTIFY"));
      }
    },
    async close() {
      redis?.destroy();
    },
  };
}

/** A connection that is sought again for as long as it takes, and given up as soon as nothing comes through it. */
export function connectRedis(url: string, log: Logger) {
  let lost = false;
  const client = createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: {
      socketTimeout: SILENCE_MS,
      connectTimeout: SILENCE_MS,
      reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2),
    },
  });
  client.on("error", (error) => {
    if (!lost) log.warn({ err: error }, "Redis is not there; going on without it");
    lost = true;
  });
  client.on("ready", () => {
    if (lost) log.info("Redis is back");
    lost = false;
  });
  client.connect().catch(() => {});
  return client;
}

/** What belongs to one database, of several that may share a Redis. */
export function redisPrefix(databaseUrl: string): string {
  return `psqm:${new URL(databaseUrl).pathname.slice(1)}:`;
}
