import { setTimeout as sleep } from "node:timers/promises";
import { visitDatabase } from "@psqm/platform/database/open-database";
import { prepareDatabase } from "@psqm/platform/database/prepare-database";
import { serviceUrl } from "@psqm/platform/database/service-url";
import { secretsOf } from "@psqm/platform/secrets";
import pg from "pg";
import { type Figure, median, round } from "../figure.ts";
import type { Measurement } from "../measurement.ts";
import { Audience, type Latencies } from "../messaging/listening.ts";
import { type MessagingProcess, startMessaging } from "../messaging/messaging-process.ts";
import { peopleOf } from "../messaging/person.ts";
import { writeMessages, writeRaw } from "../messaging/writing.ts";
import { temporaryFolder } from "../started-platform.ts";

const CONVERSATIONS = Number(process.env["MESSAGING_CONVERSATIONS"] ?? 500);
const REPLICAS = Number(process.env["MESSAGING_REPLICAS"] ?? 1);
/** Beyond this many messages a second figures are shown without an aim. */
const AIMED_RATE = 100;
const PEOPLE = CONVERSATIONS * 4;
const WRITE_ROUNDS = 3;
const WRITE_MS = 2_000;
const RATES = [
  { perSecond: 10, seconds: 10 },
  { perSecond: 100, seconds: 10 },
  { perSecond: 1_000, seconds: 5 },
];

/**
 * Messaging processes (`MESSAGING_REPLICAS`, 1) with their sockets and signed calls, without the gateway. What is timed is from sending to the
 * other's screen: it holds the sender's request and the commit, so what the aim names, commit to screen, is less.
 */
export const messaging: Measurement = {
  about: `messages from sending to screen with ${PEOPLE} people connected, and writes against raw inserts`,
  async take(say) {
    await using folder = await temporaryFolder();
    const database = await visitDatabase({ dataDir: folder.path });
    try {
      const secrets = await secretsOf(folder.path);
      await prepareDatabase(database.adminUrl, secrets);
      await makeConversations(database.adminUrl);
      await using stack = new AsyncDisposableStack();
      const replicas: MessagingProcess[] = [];
      for (let n = 0; n < REPLICAS; n += 1) {
        replicas.push(stack.use(await startMessaging(serviceUrl(database.adminUrl, "messaging", secrets))));
      }
      const urls = replicas.map(({ url }) => url);
      const memoryKb = async () => {
        const each = await Promise.all(replicas.map((replica) => replica.memoryKb()));
        return each.reduce((sum, kb) => (sum === undefined || kb === undefined ? undefined : sum + kb), 0);
      };

      const ratios: { raw: number; messages: number; ratio: number }[] = [];
      const writer = (n: number) => peopleOf(n)[0] ?? never();
      await writeMessages(urls, writer, WRITE_MS / 3);
      for (let turn = 1; turn <= WRITE_ROUNDS; turn += 1) {
        const raw = await writeRaw(database.adminUrl, WRITE_MS);
        const written = await writeMessages(urls, writer, WRITE_MS);
        ratios.push({ raw: raw.perSecond, messages: written.perSecond, ratio: written.perSecond / raw.perSecond });
        say(`writes, ${turn} of ${WRITE_ROUNDS}: ${round(written.perSecond, 0)}/s of ${round(raw.perSecond, 0)}/s raw`);
      }

      const before = await memoryKb();
      const audience = new Audience(urls);
      const began = performance.now();
      await audience.connect(CONVERSATIONS);
      const connectedIn = (performance.now() - began) / 1000;
      await sleep(2_000);
      const after = await memoryKb();
      say(`${PEOPLE} people connected in ${round(connectedIn, 1)} s`);

      const latencies: Latencies[] = [];
      for (const { perSecond, seconds } of RATES) {
        const taken = await audience.converse(perSecond, seconds, CONVERSATIONS);
        say(
          `at ${perSecond}/s: p50 ${round(taken.p50, 1)} ms, p99 ${round(taken.p99, 1)} ms, ${taken.unheard} screens not reached`,
        );
        latencies.push(taken);
      }
      audience.leave();
      await checkOrder(database.adminUrl);

      const memory = before === undefined || after === undefined ? undefined : (after - before) / PEOPLE;
      const figures: Figure[] = [
        { name: "messaging.people-connected", value: PEOPLE, unit: "people", aim: { op: ">=", value: 2_000 } },
        ...latencies.flatMap(({ perSecond, p50, p99, unheard }): Figure[] => [
          {
            name: `messaging.unheard-at-${perSecond}`,
            value: unheard,
            unit: "screens",
            ...(perSecond <= AIMED_RATE && { aim: { op: "<=" as const, value: 0 } }),
          },
          {
            name: `messaging.send-to-screen-p50-at-${perSecond}`,
            value: round(p50, 1),
            unit: "ms",
            ...(perSecond <= AIMED_RATE && { aim: { op: "<=" as const, value: 15 } }),
          },
          {
            name: `messaging.send-to-screen-p99-at-${perSecond}`,
            value: round(p99, 1),
            unit: "ms",
            ...(perSecond <= AIMED_RATE && { aim: { op: "<=" as const, value: 60 } }),
          },
        ]),
        {
          name: "messaging.writes-per-second",
          value: round(median(ratios.map(({ messages }) => messages)), 0),
          unit: "messages/s",
        },
        {
          name: "messaging.writes-of-raw-inserts",
          value: round(median(ratios.map(({ ratio }) => ratio))),
          unit: "ratio",
          aim: { op: ">=", value: 0.4 },
        },
        ...(memory === undefined
          ? []
          : [
              {
                name: "messaging.memory-per-person-in-the-service",
                value: round(memory, 1),
                unit: "KB",
                aim: { op: "<=" as const, value: 25 },
              },
            ]),
      ];
      return { figures, details: { connectedIn, memoryKb: { before, after }, latencies, writes: ratios } };
    } finally {
      await database.stop();
    }
  },
};

function never(): never {
  throw new Error("A conversation has nobody in it.");
}

async function asAdmin<T>(adminUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const makeConversations = (adminUrl: string) =>
  asAdmin(adminUrl, (client) =>
    client.query(
      `insert into messaging.conversation (id, enrolment_id, school_id, hub_id, started_at)
       select 'con_' || n, 'enr_' || n, 'sch_' || n, 'hub_' || n, now() from generate_series(0, $1::int - 1) as n`,
      [CONVERSATIONS],
    ),
  );

/** Figures of a service that loses or repeats messages are worth nothing. */
async function checkOrder(adminUrl: string): Promise<void> {
  const { rowCount } = await asAdmin(adminUrl, (client) =>
    client.query(
      `select conversation.id from messaging.conversation left join messaging.message on conversation_id = conversation.id
       group by conversation.id having count(message.id) <> last_sequence or coalesce(max(sequence), 0) <> last_sequence`,
    ),
  );
  if (rowCount) throw new Error(`${rowCount} conversations have gaps.`);
}
