import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@psqm/testing/until";
import pg from "pg";
import { type GraphClient, signIn } from "./graph-client.ts";
import {
  descendants,
  describeProcess,
  isReady,
  type RunningPlatform,
  type SystemProcess,
  startAgain,
  startPlatform,
  temporaryFolder,
} from "./running-platform.ts";

/** The demonstration year has one of each to do it to. */
interface Scene {
  sam: GraphClient;
  hq: GraphClient;
  finance: GraphClient;
  /** Her school is in the middle of its year. */
  anna: GraphClient;
}

interface Crash {
  /** The service whose transaction is under way. */
  service: string;
  /** A table that nothing else writes meanwhile, when work in the background writes the audit too. */
  writes?: string;
  mutation: string;
  who: keyof Scene;
  variables(scene: Scene): Promise<Record<string, unknown>>;
  /** Counts what the mutation does. */
  effects(scene: Scene, variables: Record<string, unknown>): Promise<number>;
}

const MY_SCHOOL = "{ viewer { schools { school { enrolments { id conversation { id } } } } } }";

const enrolmentOf = async (member: GraphClient) => (await member.get(MY_SCHOOL)).viewer.schools[0].school.enrolments[0];

const crashes: Crash[] = [
  {
    service: "messaging",
    writes: "message",
    who: "sam",
    mutation: "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }",
    variables: async (scene) => ({
      input: {
        conversationId: (await enrolmentOf(scene.sam)).conversation.id,
        text: `Said while it fell ${crypto.randomUUID()}`,
        clientKey: crypto.randomUUID(),
      },
    }),
    async effects({ sam }, { input }) {
      const { conversationId, text } = input as { conversationId: string; text: string };
      const { conversation } = await sam.get(
        "query ($id: ID!) { conversation(id: $id) { messages(first: 100) { nodes { text sequence } } } }",
        { id: conversationId },
      );
      return conversation.messages.nodes.filter((message: { text: string }) => message.text === text).length;
    },
  },
  {
    service: "people",
    who: "hq",
    mutation: "mutation ($input: CreatePersonInput!) { createPerson(input: $input) { id } }",
    variables: async () => ({ input: { name: "Once Only", email: `once.${crypto.randomUUID()}@psqm.example` } }),
    async effects({ hq }, { input }) {
      const { email } = input as { email: string };
      let count = 0;
      let after: string | null = null;
      do {
        const page: { people: { nodes: { email: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
          await hq.get(
            "query ($after: String) { people(first: 100, after: $after) { nodes { email } pageInfo { hasNextPage endCursor } } }",
            { after },
          );
        count += page.people.nodes.filter((person) => person.email === email).length;
        after = page.people.pageInfo.hasNextPage ? page.people.pageInfo.endCursor : null;
      } while (after);
      return count;
    },
  },
  {
    service: "programme",
    who: "hq",
    mutation: "mutation ($input: OpenRoundInput!) { openRound(input: $input) { id } }",
    variables: async () => ({
      input: { number: 100 + Math.floor(Math.random() * 800), pattern: "SPRING", year: 2027 },
    }),
    async effects({ hq }, { input }) {
      const { number } = input as { number: number };
      const { rounds } = await hq.get("{ rounds(first: 100) { nodes { number } } }");
      return rounds.nodes.filter((round: { number: number }) => round.number === number).length;
    },
  },
  {
    service: "assessment",
    who: "anna",
    mutation: "mutation ($input: WriteReflectionInput!) { writeReflection(input: $input) { id version } }",
    async variables({ anna }) {
      const { id } = await enrolmentOf(anna);
      const { assessment } = await anna.get("query ($id: ID!) { assessment(enrolmentId: $id) { missingCriteria } }", {
        id,
      });
      const text = `Written while it fell ${crypto.randomUUID()}`;
      return { input: { enrolmentId: id, criterion: assessment.missingCriteria[0], text, version: 0 } };
    },
    async effects({ anna }, { input }) {
      const { enrolmentId, text } = input as { enrolmentId: string; text: string };
      const { assessment } = await anna.get(
        "query ($id: ID!) { assessment(enrolmentId: $id) { reflections { text version } } }",
        {
          id: enrolmentId,
        },
      );
      return assessment.reflections.filter(
        (reflection: { text: string; version: number }) => reflection.text === text && reflection.version === 1,
      ).length;
    },
  },
  {
    service: "finance",
    who: "finance",
    mutation: "mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { id } }",
    async variables({ finance }) {
      const { invoices } = await finance.get("{ invoices(first: 100) { nodes { id outstandingPence issuedOn } } }");
      const open = invoices.nodes.find(({ outstandingPence }: { outstandingPence: number }) => outstandingPence > 100);
      const { id: invoiceId, issuedOn } = open as { id: string; issuedOn: string };
      const reference = `Paid while it fell ${crypto.randomUUID()}`;
      return {
        input: { invoiceId, amountPence: 1, reference, receivedOn: issuedOn, idempotencyKey: crypto.randomUUID() },
      };
    },
    async effects({ finance }, { input }) {
      const { invoiceId, reference } = input as { invoiceId: string; reference: string };
      const { invoice } = await finance.get("query ($id: ID!) { invoice(id: $id) { payments { reference } } }", {
        id: invoiceId,
      });
      return invoice.payments.filter((payment: { reference: string }) => payment.reference === reference).length;
    },
  },
];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let platform: RunningPlatform;
let scene: Scene;
const again: ReturnType<typeof startAgain>[] = [];

const everybody = async (): Promise<Scene> => {
  const [sam, hq, finance, anna] = await Promise.all(
    ["sam.subject", "helen.hq", "felix.finance", "anna.other"].map((name) =>
      signIn(platform.origin, `${name}@psqm.example`),
    ),
  );
  return { sam, hq, finance, anna } as Scene;
};

/** Every process of the platform: those it started, and those this test started again. */
const everyProcess = async (): Promise<SystemProcess[]> => {
  const started = again.map(({ pid }) => describeProcess(pid ?? 0));
  const all = [...(await descendants(platform.process.pid ?? 0)), ...(await Promise.all(started))];
  return all.filter((process) => process !== undefined);
};

const running = async (part: string): Promise<SystemProcess> => {
  const all = await everyProcess();
  const found = all.filter(({ args }) =>
    args.some((arg) => new RegExp(`(services/)?${part}/dist/main\\.js$`).test(arg)),
  );
  const process = found.at(-1);
  if (!process) throw new Error(`No process of ${part} among:\n${all.map(({ args }) => args.join(" ")).join("\n")}`);
  return process;
};

/** Holds every verb of a service just before its commit, when it writes its audit entry. */
async function holdCommits({
  service,
  writes = "audit",
}: Crash): Promise<{ waiting(): Promise<boolean>; release(): Promise<void> }> {
  const table = `${service}.${writes}`;
  const { env } = await running(`services/${service}`);
  const client = new pg.Client({ connectionString: env["DATABASE_URL"] ?? "" });
  await client.connect();
  await client.query(`begin; lock table ${table} in exclusive mode`);
  return {
    async waiting() {
      const { rows } = await client.query<{ count: string }>(
        "select count(*) from pg_locks where not granted and relation = $1::regclass",
        [table],
      );
      return Number(rows[0]?.count) > 0;
    },
    async release() {
      await client.query("rollback");
      await client.end();
    },
  };
}

async function killAndStartAgain(part: string, onceGone: () => Promise<void>): Promise<void> {
  const victim = await running(part);
  process.kill(victim.pid, "SIGKILL");
  await until(`${part} is gone`, async () => !(await everyProcess()).some(({ pid }) => pid === victim.pid));
  await onceGone();
  again.push(startAgain(victim));
  await until(`${part} is back`, () => isReady(platform.origin), 30_000);
}

beforeAll(async () => {
  folder = await temporaryFolder();
  platform = await startPlatform("start:services", folder.path);
  scene = await everybody();
});

afterAll(async () => {
  for (const client of Object.values(scene)) await (client as GraphClient).close();
  for (const child of again) child.kill("SIGKILL");
  await platform.stop();
  await folder.remove();
});

describe.each(crashes)("$service", (crash) => {
  const { service, who, mutation, variables, effects } = crash;

  test("killed before its commit: the retry leaves exactly one effect", async () => {
    const sent = await variables(scene);
    const held = await holdCommits(crash);
    const lost = scene[who].ask(mutation, sent);
    await until("the mutation waits to commit", held.waiting);
    await killAndStartAgain(`services/${service}`, held.release);
    expect((await lost).errors?.[0]?.extensions.code).toEqual(expect.stringMatching(/^SUBGRAPH_/));
    expect(await effects(scene, sent)).toBe(0);
    await scene[who].get(mutation, sent);
    expect(await effects(scene, sent)).toBe(1);
  });

  test("the gateway killed before it could answer: the retry leaves exactly one effect", async () => {
    const sent = await variables(scene);
    const held = await holdCommits(crash);
    const outcome = scene[who].ask(mutation, sent).then(
      (answer) => answer,
      () => "lost",
    );
    await until("the mutation waits to commit", held.waiting);
    await killAndStartAgain("gateway", held.release);
    expect(await outcome).toBe("lost");
    await until("the mutation was committed all the same", async () => (await effects(scene, sent)) === 1);
    await scene[who].ask(mutation, sent);
    expect(await effects(scene, sent)).toBe(1);
  });
});
