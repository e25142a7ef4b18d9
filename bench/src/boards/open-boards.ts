import { clockFrom } from "@psqm/clock/clock";
import { startGateway } from "@psqm/gateway/gateway";
import { visitDatabase } from "@psqm/platform/database/open-database";
import { prepareDatabase } from "@psqm/platform/database/prepare-database";
import { serviceUrl } from "@psqm/platform/database/service-url";
import { gatewaySettings } from "@psqm/platform/gateway-settings";
import { secretsOf } from "@psqm/platform/secrets";
import { subgraphs } from "@psqm/platform/subgraphs";
import { makeNationalYears, type NationalYears, nationalId } from "@psqm/programme/testing/national-years";
import { readMailSettings } from "@psqm/subgraph/config";
import { serveSubgraph } from "@psqm/subgraph/server";
import pg from "pg";
import { pino } from "pino";
import { temporaryFolder } from "../started-platform.ts";

const BOARD = `query ($hubId: ID!) { hubBoard(hubId: $hubId, first: 50, sort: NEXT_DUE) { nodes {
  schoolName state nextDue { name dueBy } late { name } minutesUsed lastMentoredOn unitsAttended units
  enrolment { id conversation { lastSequence unreadCount } } } } }`;

/** Hubs whose leaders ask. */
const LEADERS = 10;

export interface LeadersBoard extends AsyncDisposable {
  /** How many hubs can be asked for, from 1. */
  leaders: number;
  /** Asks for a hub's board as its leader; gives how many schools it has. */
  ask(hub: number): Promise<number>;
  /** Every SQL statement of every service that the graph sends, since it was emptied. */
  statements: string[];
}

/** The whole platform in this process, on a database of its own that is filled with years of a programme. */
export async function openBoards(years: NationalYears, say: (words: string) => void): Promise<LeadersBoard> {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const database = await visitDatabase({ dataDir: folder.path });
  stack.defer(() => database.stop());
  const secrets = await secretsOf(folder.path);
  await prepareDatabase(database.adminUrl, secrets);
  const began = performance.now();
  await fill(database.adminUrl, years);
  const enrolments = years.schoolsPerYear * years.years;
  say(`${enrolments} enrolments made in ${Math.round((performance.now() - began) / 1000)} s`);

  const statements: string[] = [];
  const log = pino({ level: "silent" });
  const services = await Promise.all(
    subgraphs.map((subgraph) =>
      serveSubgraph(subgraph, {
        databaseUrl: serviceUrl(database.adminUrl, subgraph.name, secrets),
        signingSecret: secrets.signing,
        host: "127.0.0.1",
        port: 0,
        mail: readMailSettings({}),
        neighbours: {},
        clock: clockFrom(new Date(`${years.lastYear}-12-01T09:00:00Z`)),
        log,
        onStatement: (line) => {
          if (!BACKGROUND.test(line)) statements.push(line);
        },
      }),
    ),
  );
  for (const service of services) stack.defer(() => service.close());
  const urls = Object.fromEntries(services.map(({ name, url }) => [name, url]));
  const gateway = await startGateway(gatewaySettings(urls, secrets, 0), { log });
  stack.defer(() => gateway.close());

  const tokens: string[] = [];
  for (let hub = 1; hub <= LEADERS; hub += 1) tokens.push(await tokenOf(gateway.url, `leader-${hub}@psqm.example`));
  return {
    leaders: LEADERS,
    statements,
    async ask(hub) {
      const response = await fetch(new URL("/graphql", gateway.url), {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${tokens[hub - 1]}` },
        body: JSON.stringify({ query: BOARD, variables: { hubId: nationalId.hub(hub) } }),
      });
      const answer = (await response.json()) as { data?: { hubBoard: { nodes: unknown[] } }; errors?: unknown };
      if (answer.errors || !answer.data) throw new Error(`No board: ${JSON.stringify(answer).slice(0, 500)}`);
      return answer.data.hubBoard.nodes.length;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** What services do at moments of their own. */
const BACKGROUND =
  /\b(begin|commit|rollback|savepoint|release)\b|\b(events\.log|event_cursor|parked_event|outbox|inbox|mail|pg_notify)\b/;

async function fill(adminUrl: string, years: NationalYears): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query("set search_path to programme");
    await makeNationalYears((sql, values) => client.query(numbered(sql), values), years);
    await client.query(
      `insert into people.person (id, name, email, created_at)
       select 'per_leader-' || n, 'Leader ' || n, 'leader-' || n || '@psqm.example', now() from generate_series(1, $1::integer) as n`,
      [years.hubs],
    );
    await client.query(
      `insert into people.hub (id, name) select 'hub_national-' || n, 'Hub ' || n from generate_series(1, $1::integer) as n`,
      [years.hubs],
    );
    await client.query(
      `insert into people.hub_appointment (id, person_id, hub_id, role, started_on, term_ends_on)
       select 'app_national-' || n, 'per_leader-' || n, 'hub_national-' || n, 'HUB_LEADER', '2026-09-01', '2027-08-31'
       from generate_series(1, $1::integer) as n`,
      [years.hubs],
    );
    await client.query(
      `insert into messaging.conversation (id, enrolment_id, school_id, hub_id, started_at)
       select 'con_' || id, id, school_id, hub_id, now() from programme.enrolment`,
    );
    await client.query("analyze");
  } finally {
    await client.end();
  }
}

/** With `$1`, `$2` … for each `?`, as this client wants them. */
function numbered(sql: string): string {
  const [first = "", ...rest] = sql.split("?");
  return first + rest.map((part, at) => `$${at + 1}${part}`).join("");
}

async function tokenOf(gatewayUrl: string, email: string): Promise<string> {
  const response = await fetch(new URL("/auth/demo-token", gatewayUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email }),
  });
  if (!response.ok) throw new Error(`No token for ${email}: ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
}
