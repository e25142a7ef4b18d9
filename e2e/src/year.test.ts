import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { until } from "@psqm/testing/until";
import { type GraphClient, graphClient, signIn } from "./graph-client.ts";
import { tracesOf } from "./isolation.ts";
import { allColumnsFile, nationalSchools, type RealSchools } from "./national-schools.ts";
import { type Cast, makeHub, playYear, type Year } from "./play-year.ts";
import { type Mode, type RunningPlatform, run, startPlatform, temporaryFolder } from "./running-platform.ts";

const FULL_FEE = 92_500;
const SMALL_FEE = 62_500;

describe.each<Mode>(["start", "start:services"])("a whole year with npm run %s", (mode) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let platform: RunningPlatform;
  let schools: RealSchools;
  let cast: Cast;
  let year: Year;
  let otherYear: Year;
  const clients: GraphClient[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    platform = await startPlatform(mode, folder.path);
    schools = await nationalSchools(folder.path);
    const hq = await signIn(platform.origin, "helen.hq@psqm.example");
    const finance = await signIn(platform.origin, "felix.finance@psqm.example");
    clients.push(hq, finance);
  });

  afterAll(async () => {
    for (const client of clients) await client.close();
    await platform.stop();
    await folder.remove();
  });

  test("every school of the register is imported by one command, and a second import changes nothing", async () => {
    // The sample is the older of the two: after the whole register it would be refused.
    const sample = run(["import-schools", await allColumnsFile(folder.path), "--data-dir", folder.path]);
    expect([await sample.ended, sample.output()]).toEqual([0, expect.stringMatching(/\b(99|48)\b/)]);
    const first = run(["import-schools", schools.file, "--data-dir", folder.path]);
    expect([await first.ended, first.output()]).toEqual([
      0,
      expect.stringMatching(new RegExp(`\\b${grouped(schools.rows)}\\b`)),
    ]);
    const second = run(["import-schools", schools.file, "--data-dir", folder.path]);
    expect([await second.ended, second.output()]).toEqual([0, expect.stringMatching(/\b0 (new|added)\b/)]);
  });

  test("a small school of the East Riding goes from registration to award, and the fund pays", async () => {
    const [hq, finance] = clients as [GraphClient, GraphClient];
    const { openRound } = await hq.get("mutation ($input: OpenRoundInput!) { openRound(input: $input) { id } }", {
      input: { number: 901, pattern: "AUTUMN", year: 2026 },
    });
    const hub = await makeHub(platform.origin, hq, `East Hub ${mode.replace(":", " ")}`);
    const otherHub = await makeHub(platform.origin, hq, `West Hub ${mode.replace(":", " ")}`);
    clients.push(hub.leader, otherHub.leader);
    cast = { origin: platform.origin, hq, finance, roundId: openRound.id, hub, otherHub };
    year = await playYear(cast, schools.smallEastRiding, { feePence: SMALL_FEE, payer: "FUNDER" });
    clients.push(year.subjectLeader, year.head);
  });

  test("a school with exactly 100 pupils pays the full fee itself, and a restart in the middle of its year loses nothing", async () => {
    const interlude = async () => {
      expect(await platform.stop()).toBe(0);
      platform = await startPlatform(mode, folder.path, Number(new URL(platform.origin).port));
    };
    const swapped = { ...cast, hub: cast.otherHub, otherHub: cast.hub, interlude };
    otherYear = await playYear(swapped, schools.exactly100, { feePence: FULL_FEE, payer: "SCHOOL" });
    clients.push(otherYear.subjectLeader, otherYear.head);
  });

  test("to one school's subject leader the other school does not exist", async () => {
    const idsOf = ({ schoolId, enrolmentId, conversationId, invoiceId }: Year) => ({
      schoolId,
      enrolmentId,
      conversationId,
      invoiceId,
    });
    expect(await tracesOf(year.subjectLeader, idsOf(otherYear))).toEqual([]);
    // The same questions about their own school do find it: the check above can fail.
    const own = new Set((await tracesOf(year.subjectLeader, idsOf(year))).map((trace) => trace.split(/[( ]/)[0]));
    const expected = ["assessment", "conversation", "conversations", "enrolment", "enrolments", "invoice", "invoices"];
    const more = ["messageReceived", "people", "school", "schools", "viewer"];
    expect([...expected, ...more].filter((field) => !own.has(field))).toEqual([]);
  });

  test("the public finds the award; a partner reads it with a key and nothing beyond", async () => {
    const anyone = graphClient(platform.origin);
    const awards = await anyone.get("{ awards(first: 100) { nodes { id mark schoolName } } }");
    expect(awards.awards.nodes.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining([year.awardId, otherYear.awardId]),
    );
    const issued = run(["partner-key", "issue", "ASE", "--data-dir", folder.path]);
    expect(await issued.ended).toBe(0);
    const key = /psqm_pk_\S+/.exec(issued.output())?.[0] ?? "";
    const partner = graphClient(platform.origin, { "x-api-key": key }, "/partner/graphql");
    const register = await partner.get(
      "{ awards(first: 100) { nodes { id mark } } hubs(first: 10) { nodes { name } } }",
    );
    expect(register.awards.nodes.length).toBeGreaterThanOrEqual(2);
    expect(await partner.refusal("{ enrolments(first: 1) { nodes { id } } }")).toBe("GRAPHQL_VALIDATION_FAILED");
    expect(await partner.refusal('mutation { signOff(enrolmentId: "x") { id } }')).toBe("GRAPHQL_VALIDATION_FAILED");
    const stranger = graphClient(platform.origin, { "x-api-key": "psqm_pk_nobody" }, "/partner/graphql");
    expect(await stranger.refusal("{ __typename }")).toBe("UNAUTHENTICATED");
  });

  test("after a restart everything is still there", async () => {
    expect(await platform.stop()).toBe(0);
    platform = await startPlatform(mode, folder.path);
    const hq = await signIn(platform.origin, "helen.hq@psqm.example");
    clients.push(hq);
    const found = await until("the award after the restart", async () => {
      const { enrolment } = await hq.get(
        "query ($id: ID!) { enrolment(id: $id) { state conversation { lastSequence } invoice { state } assessment { award { id } } } }",
        { id: year.enrolmentId },
      );
      return enrolment;
    });
    expect(found).toMatchObject({ state: "AWARDED", assessment: { award: { id: year.awardId } } });
  });
});

/** 16931 as people write it: the command may set thousands apart. */
function grouped(count: number): string {
  return String(count).replace(/(\d)(?=(\d{3})+$)/g, "$1[,.]?");
}
