import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "@psqm/clock/clock";
import { connectDatabase, type Database } from "@psqm/database/connect";
import { sqlMigration } from "@psqm/database/migration";
import { consumeEvents, type Handler, on } from "@psqm/events/consumer";
import { eventType } from "@psqm/events/event";
import { type EventLoop, startEventLoop } from "@psqm/events/event-loop";
import { eventPositionsMigration, eventsMigration } from "@psqm/events/migration";
import { listParked, replayParkedEvents } from "@psqm/events/parked";
import { redisStreams } from "@psqm/events/redis-streams";
import { postgresTransport } from "@psqm/events/relay";
import { openSignals } from "@psqm/events/signals";
import { transact } from "@psqm/events/transact";
import type { EventTransport } from "@psqm/events/transport";
import { system } from "@psqm/identity/viewer";
import pg from "pg";
import { pino } from "pino";
import { z } from "zod";
import { type TestDatabase, testDatabase } from "../test-database.ts";
import { startTestRedis, type TestRedis, withoutRedis } from "../test-redis.ts";
import { until } from "../until.ts";

const told = eventType<{ n: number }>("told");
const log = pino({ level: "silent" });
const heardTable = sqlMigration(
  "0001-heard",
  "create table heard (id bigint generated always as identity, aggregate text, n integer)",
);

let files: TestDatabase;
let teller: Database;
let hearer: Database;
let admin: pg.Client;
beforeAll(async () => {
  files = await testDatabase([
    { service: "teller", migrations: [eventsMigration, eventPositionsMigration] },
    { service: "hearer", migrations: [eventsMigration, eventPositionsMigration, heardTable] },
  ]);
  teller = await connectDatabase({ url: files.urlOf("teller"), schema: "teller", entities: [] });
  hearer = await connectDatabase({ url: files.urlOf("hearer"), schema: "hearer", entities: [] });
  admin = new pg.Client({ connectionString: files.adminUrl });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await teller.close(true);
  await hearer.close(true);
  await files.drop();
});

const tell = (aggregate: string, ...numbers: number[]) =>
  transact({ em: teller.em.fork(), viewer: system, clock: systemClock }, "tell", aggregate, async (tx) => {
    for (const n of numbers) tx.emit(told, aggregate, { n });
  });

const write: Handler = on("teller", "told", z.object({ n: z.number() }), async (tx, { n }, event) => {
  await tx.em.execute("insert into heard (aggregate, n) values (?, ?)", [event.aggregate, n]);
});

const heard = async (aggregate: string): Promise<number[]> => {
  const { rows } = await admin.query<{ n: number }>("select n from hearer.heard where aggregate = $1 order by id", [
    aggregate,
  ]);
  return rows.map(({ n }) => n);
};

const consumeBy = (transport: EventTransport, handlers: Handler[]) =>
  consumeEvents({
    em: hearer.em,
    handlers,
    transport,
    clock: systemClock,
    log,
    signal: new AbortController().signal,
  });

interface Scene {
  transport: EventTransport;
  redis?: TestRedis;
}

/** What must hold over either transport. */
function suite(open: () => Scene): void {
  const loops: EventLoop[] = [];
  let transport: EventTransport;
  let redis: TestRedis | undefined;
  beforeAll(() => {
    ({ transport, redis } = open());
  });

  afterEach(async () => {
    await Promise.all(loops.splice(0).map((loop) => loop.close()));
    await admin.query(
      "truncate teller.outbox, events.log, hearer.event_cursor, hearer.inbox, hearer.parked_event, hearer.heard",
    );
    await redis?.flush();
  });

  const relay = () => transport.relay(teller.em, "teller");
  const consume = (handlers: Handler[]) => consumeBy(transport, handlers);

  function start(service: "teller" | "hearer", handlers: Handler[] = []): void {
    const em = service === "teller" ? teller.em : hearer.em;
    const signals = openSignals({ databaseUrl: files.urlOf(service), em, redisUrl: redis?.url, log });
    const loop = startEventLoop({ service, em, handlers, transport, signals, clock: systemClock, log });
    loops.push({ close: () => loop.close().then(() => signals.close()) });
  }

  test("an event told in a transaction that fails was never told", async () => {
    const attempt = transact({ em: teller.em.fork(), viewer: system, clock: systemClock }, "tell", "a", async (tx) => {
      tx.emit(told, "a", { n: 1 });
      throw new Error("no");
    });
    await expect(attempt).rejects.toThrow("no");
    expect(await relay()).toBe(0);
  });

  test("events are heard within a moment, in order per aggregate, through many replicas of both sides", async () => {
    start("teller");
    start("teller");
    start("hearer", [write]);
    start("hearer", [write]);
    const aggregates = ["a", "b", "c", "d"];
    await Promise.all(
      aggregates.map(async (aggregate) => {
        for (let n = 0; n < 25; n += 1) await tell(aggregate, n);
      }),
    );
    const expected = Array.from({ length: 25 }, (_, n) => n);
    for (const aggregate of aggregates) {
      await until(`all of ${aggregate}`, async () => (await heard(aggregate)).length >= 25);
      expect(await heard(aggregate)).toEqual(expected);
    }
  });

  test("an event that comes twice acts once", async () => {
    await tell("a", 1);
    await relay();
    await consume([write]);
    await admin.query("update hearer.event_cursor set position = 0");
    await consume([write]);
    expect(await heard("a")).toEqual([1]);
  });

  test("a replica that dies between handling and remembering leaves one effect", async () => {
    await tell("a", 1);
    await relay();
    let died = false;
    const dies = on("teller", "told", z.object({ n: z.number() }), async (tx, payload, event) => {
      await write.handle(tx, { ...event, payload });
      if (died) return;
      died = true;
      await tx.em.execute("select pg_terminate_backend(pg_backend_pid())");
    });
    await consume([dies]).catch(() => {});
    await consume([dies]);
    expect(await heard("a")).toEqual([1]);
  });

  test("poison is parked with what follows it, others go on, and a replay handles them in order", async () => {
    await tell("a", 1, 13, 2);
    await tell("b", 3);
    await relay();
    let poisonous = true;
    const fussy = on("teller", "told", z.object({ n: z.number() }), async (tx, payload, event) => {
      await write.handle(tx, { ...event, payload });
      if (payload.n === 13 && poisonous) throw new Error("unlucky");
    });
    await consume([fussy]);
    expect(await heard("a")).toEqual([1]);
    expect(await heard("b")).toEqual([3]);
    expect(await listParked(hearer.em.fork())).toMatchObject([
      { aggregate: "a", attempts: 4, reason: "Error: unlucky" },
      { aggregate: "a", attempts: 0, reason: "an earlier event of this aggregate is parked" },
    ]);

    expect(await replayParkedEvents(hearer.em.fork())).toBe(2);
    await consume([fussy]);
    expect(await heard("a")).toEqual([1]);
    expect(await listParked(hearer.em.fork())).toMatchObject([{ attempts: 5 }, { attempts: 1 }]);

    poisonous = false;
    await replayParkedEvents(hearer.em.fork(), "a");
    await consume([fussy]);
    expect(await heard("a")).toEqual([1, 13, 2]);
    expect(await listParked(hearer.em.fork())).toEqual([]);
  });

  test("what was parked behind an event after its replay was asked for leaves with it", async () => {
    await tell("a", 13);
    await relay();
    let poisonous = true;
    const fussy = on("teller", "told", z.object({ n: z.number() }), async (tx, payload, event) => {
      if (poisonous) throw new Error("unlucky");
      await write.handle(tx, { ...event, payload });
    });
    await consume([fussy]);
    await tell("a", 2, 3);
    await relay();
    await consume([fussy]);
    poisonous = false;
    // As if the two had been on their way when the operator asked.
    await admin.query("update hearer.parked_event set replay = true where attempts > 0");
    await consume([fussy]);
    expect(await heard("a")).toEqual([13, 2, 3]);
    expect(await listParked(hearer.em.fork())).toEqual([]);
  });

  test("a lost connection is found again and nothing is missed", async () => {
    start("teller");
    start("hearer", [write]);
    await tell("a", 1);
    await until("the first event", async () => (await heard("a")).length === 1);
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'psqm-listen'");
    await tell("a", 2);
    await until("the second event", async () => (await heard("a")).length === 2, 4_000);
  });

  test("a sequence is drawn in the order of commits within an aggregate", async () => {
    const first = teller.em.fork();
    await first.begin();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = transact({ em: first, viewer: system, clock: systemClock }, "tell", "a", async (tx) => {
      tx.emit(told, "a", { n: 1 });
    })
      .then(() => held)
      .then(() => first.commit());
    await until("the first has its number", async () => {
      const { rows } = await admin.query(
        "select count(*)::int as held from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())",
      );
      return rows[0].held > 0;
    });
    const quick = tell("a", 2);
    await until("the second waits for it", async () => {
      const { rows } = await admin.query(
        "select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted",
      );
      return rows[0].waiting > 0;
    });
    release();
    await Promise.all([slow, quick]);
    await relay();
    await consume([write]);
    expect(await heard("a")).toEqual([1, 2]);
  });
}

describe("over PostgreSQL alone", () => suite(() => ({ transport: postgresTransport })));

(withoutRedis ? describe.skip : describe)(`over Redis Streams${withoutRedis ? ` (${withoutRedis})` : ""}`, () => {
  let redis: TestRedis;
  let transport: EventTransport;
  beforeAll(async () => {
    redis = await startTestRedis();
    transport = redisStreams({ databaseUrl: files.urlOf("teller"), redisUrl: redis.url, log });
  });
  afterAll(async () => {
    await transport.close();
    await redis.stop();
  });

  suite(() => ({ transport, redis }));

  const relay = (by = transport) => by.relay(teller.em, "teller");
  const consume = (by = transport) => consumeBy(by, [write]);

  test("what is told while Redis is away is heard once it is back, with what it lost", async () => {
    await tell("a", 1, 2);
    await relay();
    await redis.stop();
    await tell("a", 3);
    await expect(relay()).rejects.toThrow();
    await expect(consume()).rejects.toThrow();
    await redis.start();
    await until("the connection is back", () =>
      relay()
        .then(() => true)
        .catch(() => false),
    );
    await consume();
    expect(await heard("a")).toEqual([1, 2, 3]);
  });

  test("a Redis that forgets everything is told again, under the same positions", async () => {
    await tell("a", 1, 2);
    await relay();
    await consume();
    await redis.flush();
    await tell("a", 3);
    await relay();
    await consume();
    expect(await heard("a")).toEqual([1, 2, 3]);
    const positions = (await transport.read(hearer.em.fork(), "teller", "0", 10)).map(({ position }) => position);
    expect(positions).toEqual(["1", "2", "3"]);
  });

  test("a line that began over PostgreSQL goes on over Redis, and back again", async () => {
    await tell("a", 1);
    await relay(postgresTransport);
    await tell("a", 2);
    await relay();
    await consume();
    expect(await heard("a")).toEqual([1, 2]);
    await tell("a", 3);
    await relay();
    await tell("a", 4);
    await relay(postgresTransport);
    await consume(postgresTransport);
    expect(await heard("a")).toEqual([1, 2, 3, 4]);
  });

  test("events that are nowhere to be found stop the line rather than be passed over", async () => {
    await tell("a", 1, 2, 3);
    await relay();
    await admin.query("delete from teller.outbox where position = 1");
    await redis.flush();
    await relay();
    await expect(consume()).rejects.toThrow("are missing");
    expect(await heard("a")).toEqual([]);
  });
});
