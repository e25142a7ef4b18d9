import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { systemClock } from "@psqm/clock/clock";
import { connectDatabase, type Database } from "@psqm/database/connect";
import type { Listener } from "@psqm/events/listener";
import { eventPositionsMigration, eventsMigration } from "@psqm/events/migration";
import { openSignals, type Signals } from "@psqm/events/signals";
import { transact } from "@psqm/events/transact";
import { system } from "@psqm/identity/viewer";
import { pino } from "pino";
import { type TestDatabase, testDatabase } from "../test-database.ts";
import { startTestRedis, type TestRedis, withoutRedis } from "../test-redis.ts";
import { until } from "../until.ts";

const log = pino({ level: "silent" });
let files: TestDatabase;
let database: Database;
beforeAll(async () => {
  files = await testDatabase([{ service: "teller", migrations: [eventsMigration, eventPositionsMigration] }]);
  database = await connectDatabase({ url: files.urlOf("teller"), schema: "teller", entities: [] });
});
afterAll(async () => {
  await database.close(true);
  await files.drop();
});

const open = (redisUrl?: string) => openSignals({ databaseUrl: files.urlOf("teller"), em: database.em, redisUrl, log });

/** What a replica hears on a channel. */
function hearing(signals: Signals) {
  const heard: string[] = [];
  let connections = 0;
  const listener = signals.listen(["news"], (_channel, payload) => {
    if (payload === "") connections += 1;
    else heard.push(payload);
  });
  return { heard, listener, connections: () => connections };
}

const signal = (signals: Signals, payload: string, then?: () => Promise<void>) =>
  transact({ em: database.em.fork(), viewer: system, clock: systemClock, signals }, "tell", "a", async (tx) => {
    tx.signal("news", payload);
    await then?.();
  });

describe.each([
  { name: "through PostgreSQL alone", byRedis: false, left: undefined },
  { name: "through Redis", byRedis: true, left: withoutRedis },
])("$name", ({ byRedis, left }) => {
  let redis: TestRedis | undefined;
  let here: Signals;
  let there: Signals;
  let ear: ReturnType<typeof hearing>;
  const listeners: Listener[] = [];
  const possible = left ? test.skip : test;
  const titled = (title: string) => (left ? `${title} (${left})` : title);

  beforeAll(async () => {
    if (left) return;
    if (byRedis) redis = await startTestRedis();
    here = open(redis?.url);
    there = open(redis?.url);
    ear = hearing(there);
    listeners.push(ear.listener);
    await until("both are connected", () => here.byRedis === byRedis && ear.connections() === (byRedis ? 2 : 1));
  });
  afterAll(async () => {
    await Promise.all(listeners.map((listener) => listener.close()));
    await Promise.all([here?.close(), there?.close()]);
    await redis?.stop();
  });
  beforeEach(() => {
    ear?.heard.splice(0);
  });

  possible(titled("a signal comes with the commit, not before, and not without it"), async () => {
    await signal(here, "one", async () => {
      await here.send([{ channel: "news", payload: "at once" }]);
      await until("what was sent at once is heard", () => ear.heard.length > 0);
    });
    await signal(here, "never", () => Promise.reject(new Error("no"))).catch(() => {});
    await signal(here, "two");
    await until("both have come", () => ear.heard.length >= 3);
    expect(ear.heard).toEqual(["at once", "one", "two"]);
  });

  possible(titled("a signal of a transaction inside another comes with the commit of the outer"), async () => {
    await database.em.fork().transactional(async (em) => {
      await transact({ em, viewer: system, clock: systemClock, signals: here }, "tell", "a", async (tx) =>
        tx.signal("news", "inside"),
      );
      await here.send([{ channel: "news", payload: "meanwhile" }]);
      await until("what was sent meanwhile is heard", () => ear.heard.length > 0);
    });
    await until("it has come", () => ear.heard.includes("inside"));
    expect(ear.heard).toEqual(["meanwhile", "inside"]);
  });

  if (!byRedis) return;

  possible(titled("another database on the same Redis hears nothing"), async () => {
    const other = await testDatabase([{ service: "teller", migrations: [eventsMigration, eventPositionsMigration] }]);
    const elsewhere = openSignals({ databaseUrl: other.urlOf("teller"), em: database.em, redisUrl: redis?.url, log });
    await until("it is connected", () => elsewhere.byRedis);
    await elsewhere.send([{ channel: "news", payload: "theirs" }]);
    await signal(here, "ours");
    await until("ours has come", () => ear.heard.length > 0);
    expect(ear.heard).toEqual(["ours"]);
    await elsewhere.close();
    await other.drop();
  });

  possible(
    titled("while Redis is away signals go through PostgreSQL, and whoever listens looks once it is back"),
    async () => {
      await redis?.stop();
      await until("it is missed", () => !here.byRedis);
      await signal(here, "without it");
      await until("it has come all the same", () => ear.heard.length > 0);
      const before = ear.connections();
      await redis?.start();
      await until("it is back", () => here.byRedis && ear.connections() > before, 10_000);
      await signal(here, "with it");
      await until("it has come", () => ear.heard.length > 1);
      expect(ear.heard).toEqual(["without it", "with it"]);
    },
  );

  possible(titled("a Redis that answers no more is given up within seconds"), async () => {
    redis?.pause();
    await until("it is given up", () => !here.byRedis, 10_000);
    await signal(here, "past it");
    await until("it has come", () => ear.heard.includes("past it"));
    redis?.resume();
    await until("it is back", () => here.byRedis, 10_000);
  });
});
