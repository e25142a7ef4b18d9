import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, programmeTeam, stranger } from "@psqm/testing/viewers";
import { importSchools } from "../school/import/import-schools.ts";
import { people } from "../service.ts";
import { nearestStatement } from "./nearest-schools.ts";
import { searchWords } from "./school-search.rules.ts";
import { SEARCH_SETTING, searchStatement } from "./search-schools.ts";

let service: TestSubgraph;
const hq = programmeTeam();

/** As many schools as England has primaries, so that PostgreSQL chooses its way as it would in earnest. */
beforeAll(async () => {
  service = await startTestSubgraph(people);
  const em = service.database.em.fork();
  await em.execute(`
    insert into school (id, urn, name, local_authority, phase, type, status, town, postcode, easting, northing)
    select 'sch_n' || n, (200000 + n)::text, initcap(translate(md5(n::text), '0123456789', 'ghijklmnop')) || ' Primary School',
      'Authority ' || n % 150, 'Primary', 'x', 'OPEN', initcap(translate(left(md5((n % 900)::text), 7), '0123456789', 'qrstuvwxyz')),
      'ZZ' || n % 99 || ' ' || n % 9 || 'QQ', 100000 + (n * 7919) % 500000, (n * 104729) % 600000
    from generate_series(1, 17000) n;
    insert into school (id, urn, name, local_authority, phase, type, status, town, postcode, easting, northing) values
      ('sch_wolds', '990001', 'Wolds Edge Primary School', 'East Riding of Yorkshire', 'Primary', 'x', 'OPEN', 'Beverley', 'HU17 8AB', 503000, 439000),
      ('sch_mary', '990002', 'St Mary’s CofE Primary School', 'East Riding of Yorkshire', 'Primary', 'x', 'OPEN', 'Beverley', 'HU17 9CD', 503300, 439400),
      ('sch_cafe', '990003', 'Café Row Infant School', 'Kent', 'Primary', 'x', 'OPEN', 'Maidstone', 'ME14 1AA', 576000, 155000),
      ('sch_shut', '990004', 'Minster Primary School', 'East Riding of Yorkshire', 'Primary', 'x', 'CLOSED', 'Beverley', 'HU17 0XY', 503000, 439001),
      ('sch_lost', '990005', 'Nowhere Primary School', 'Kent', 'Primary', 'x', 'OPEN', null, null, null, null)`);
  await em.execute("analyze school");
});
afterAll(() => service.close());

async function found(text: string, viewer = hq): Promise<string[]> {
  const { data, errors } = await service.query(
    viewer,
    "query ($text: String!) { searchSchools(text: $text, first: 5) { id } }",
    { text },
  );
  return errors ? [errors[0]?.extensions.code ?? ""] : data.searchSchools.map(({ id }: { id: string }) => id);
}

test.each([
  ["the name", "Wolds Edge", "sch_wolds"],
  ["the name with two letters swapped", "Wodls Edge", "sch_wolds"],
  ["one word of two, when no school is like both", "maidstone zyzzyva café", "sch_cafe"],
  ["a letter too few and one too many", "Wlds Edgee primary", "sch_wolds"],
  ["name and town, misspelt", "st marys beverly", "sch_mary"],
  ["an apostrophe of either kind", "St Mary's Beverley", "sch_mary"],
  ["a name without its accent", "cafe row", "sch_cafe"],
  ["a postcode without its space", "hu178ab", "sch_wolds"],
  ["a postcode", "HU17 9CD", "sch_mary"],
  ["the URN", "990003", "sch_cafe"],
  ["the local authority and a part of the name", "east ridng minstre", "sch_shut"],
])("a school is found by %s", async (_what, text, id) => {
  expect((await found(text))[0]).toBe(id);
});

test("who sees one school finds that one alone, and a stranger searches nothing", async () => {
  expect(await found("Beverley", headTeacher("sch_mary"))).toEqual(["sch_mary"]);
  expect(await found("Beverley", stranger())).toEqual(["FORBIDDEN"]);
});

test.each([
  "",
  "a b c",
  "  ’ ",
  "x".repeat(201),
  "one two three four five six seven eight nine ten eleven twelve thirteen",
])("a search for %j is refused", async (text) => {
  expect(await found(text)).toEqual(["BAD_USER_INPUT"]);
});

test("signs that mean something to a pattern mean nothing here", async () => {
  expect(await found("wolds%' edge_\\")).toContain("sch_wolds");
});

const NEAREST =
  "query ($id: ID, $e: Int, $n: Int, $first: Int! = 3) { nearestSchools(schoolId: $id, easting: $e, northing: $n, first: $first) { metres school { id } } }";

test("the nearest schools are told in order of distance, without closed ones and the school itself", async () => {
  const { data } = await service.query(hq, NEAREST, { id: "sch_wolds" });
  expect(data.nearestSchools[0]).toEqual({ metres: 500, school: { id: "sch_mary" } });
  const metres = data.nearestSchools.map((at: { metres: number }) => at.metres);
  expect(metres).toEqual([...metres].sort((a: number, b: number) => a - b));
  const fromPlace = await service.query(hq, NEAREST, { e: 576_000, n: 155_003, first: 1 });
  expect(fromPlace.data.nearestSchools).toEqual([{ metres: 3, school: { id: "sch_cafe" } }]);
  expect((await service.query(hq, NEAREST, { id: "sch_lost" })).data.nearestSchools).toEqual([]);
  const own = await service.query(headTeacher("sch_mary"), NEAREST, { e: 503_000, n: 439_000 });
  expect(own.data.nearestSchools).toEqual([{ metres: 500, school: { id: "sch_mary" } }]);
});

test.each([
  ["no place", {}, "BAD_USER_INPUT"],
  ["half a place", { e: 1 }, "BAD_USER_INPUT"],
  ["two places", { id: "sch_wolds", e: 1, n: 1 }, "BAD_USER_INPUT"],
  ["a place off the grid", { e: -1, n: 1 }, "BAD_USER_INPUT"],
  ["a school that nobody knows", { id: "sch_nowhere" }, "NOT_FOUND"],
  ["too many", { e: 1, n: 1, first: 101 }, "BAD_USER_INPUT"],
])("nearest to %s is refused", async (_what, variables, code) => {
  expect((await service.query(hq, NEAREST, variables)).errors?.[0]?.extensions.code).toBe(code);
});

test("neither way of searching reads the whole table", async () => {
  const plan = (statement: [string, unknown[]]) =>
    service.database.em.fork().transactional(async (tx) => {
      await tx.execute(SEARCH_SETTING);
      return JSON.stringify(await tx.execute(`explain ${statement[0]}`, statement[1] as string[]));
    });
  const search = await plan(searchStatement(hq, searchWords("wodls beverly"), 20));
  expect(search).toContain("school_by_text");
  expect(search).not.toContain("Seq Scan");
  const nearest = await plan(nearestStatement(hq, { easting: 503_000, northing: 439_000 }, 20));
  expect(nearest).toContain("school_by_place");
  expect(nearest).not.toContain("Seq Scan");
});

const REAL = process.env["GIAS_CSV"];
(REAL && existsSync(REAL) ? test : test.skip)(
  "of 200 real schools, each searched with a slip in its name, at least 190 are among the first five",
  async () => {
    const em = service.database.em.fork();
    await em.execute("delete from school");
    await importSchools(service.caller(), REAL ?? "");
    await em.execute("analyze school");
    const schools = await em.execute<{ id: string; name: string; town: string }[]>(
      "select id, name, town from school where town is not null order by md5(urn) limit 200",
    );
    const missed: string[] = [];
    for (const [index, { id, name, town }] of schools.entries()) {
      const text = `${slip(name, index)} ${town}`;
      if (!(await found(text)).includes(id)) missed.push(text);
    }
    expect(missed.length).toBeLessThanOrEqual(10);
  },
);

/** Swaps, drops, doubles or replaces a letter of the longest word. */
function slip(name: string, seed: number): string {
  const word = [...name.split(/[^\p{L}]+/u)].sort((a, b) => b.length - a.length)[0] ?? name;
  const at = 1 + (seed % Math.max(word.length - 2, 1));
  const [before, here, next, after] = [word.slice(0, at), word[at] ?? "", word[at + 1] ?? "", word.slice(at + 2)];
  const slips = [
    `${before}${next}${here}${after}`,
    `${before}${next}${after}`,
    `${before}${here}${here}${next}${after}`,
    `${before}x${next}${after}`,
  ];
  return name.replace(word, slips[seed % slips.length] ?? word);
}
