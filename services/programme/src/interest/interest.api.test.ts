import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import { anonymous } from "@psqm/identity/viewer";
import { startTestMailServer, type TestMailServer } from "@psqm/testing/test-mail-server";
import {
  startTestSubgraph,
  TEST_SIGNING_SECRET,
  type TestSubgraph,
  testMailSettings,
} from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { hubLeader, programmeTeam } from "@psqm/testing/viewers";
import { programme } from "../service.ts";
import { activeYears } from "../testing/active-year.ts";

let now = new Date("2026-05-04T09:00:00Z");
let post: TestMailServer;
let service: TestSubgraph;
let years: ReturnType<typeof activeYears>;
let schoolId: string;
beforeAll(async () => {
  post = await startTestMailServer();
  service = await startTestSubgraph(programme, {
    clock: () => now,
    mail: { ...testMailSettings, smtpUrl: post.url },
  });
  years = activeYears(service);
  schoolId = await years.aSchool({ urn: "400001", name: "Chalk <Stream> Primary School" });
});
afterAll(async () => {
  await service.close();
  await post.close();
});

const express = (parts: object = {}) =>
  service.query(anonymous, "mutation ($input: ExpressInterestInput!) { expressInterest(input: $input) }", {
    input: {
      name: "Ida Interested",
      email: "Ida@School.example",
      urn: "400001",
      message: "Is there room?\nIn June?",
      ...parts,
    },
  });
const code = ({ errors }: Awaited<ReturnType<typeof express>>) => errors?.[0]?.extensions.code;

const read = async () => {
  const { data } = await service.query(
    programmeTeam(),
    "{ interests(first: 100) { nodes { name email message school { id } round { id } askedAt confirmedAt } } }",
  );
  return data.interests.nodes;
};

async function open(path: string, method = "GET"): Promise<{ status: number; text: string }> {
  const signature = await signViewer(TEST_SIGNING_SECRET, { audience: "programme", viewer: anonymous, body: "" });
  const answer = await fetch(new URL(path, service.url), { method, headers: { [VIEWER_HEADER]: signature } });
  return { status: answer.status, text: await answer.text() };
}

/** The mail that came for an address, and the path of the link in it. */
async function mailTo(address: string): Promise<{ text: string; html: string; path: string }> {
  const mail = await until(`a mail comes for ${address}`, () =>
    post.mails.findLast(({ to }) => JSON.stringify(to).includes(address)),
  );
  const [link = ""] = /https?:\S+\/mail\/programme\/interest\/[\w-]+/.exec(mail.text ?? "") ?? [];
  return { text: mail.text ?? "", html: String(mail.html), path: new URL(link).pathname };
}

test("who asks without an account is heard once the link in the mail is followed, and only then", async () => {
  const { data, errors } = await express();
  expect(errors).toBeUndefined();
  expect(data.expressInterest).toBe("Chalk <Stream> Primary School");
  const { text, html, path } = await mailTo("ida@school.example");
  expect(text).toContain("for Chalk <Stream> Primary School");
  expect(html).toContain("Chalk &lt;Stream&gt; Primary School");
  expect(html).toContain(path);
  expect(await read()).toEqual([]);
  const asked = await open(path);
  expect([asked.status, asked.text.includes('<form method="post">')]).toEqual([200, true]);
  expect(await read()).toEqual([]);
  now = new Date("2026-05-05T09:00:00Z");
  expect((await open(path, "POST")).status).toBe(200);
  const expected = [
    {
      name: "Ida Interested",
      email: "ida@school.example",
      message: "Is there room?\nIn June?",
      school: { id: schoolId },
      round: null,
      askedAt: "2026-05-04T09:00:00.000Z",
      confirmedAt: "2026-05-05T09:00:00.000Z",
    },
  ];
  expect(await read()).toEqual(expected);
  now = new Date("2026-05-06T09:00:00Z");
  expect((await open(path, "POST")).status).toBe(200);
  expect(await read()).toEqual(expected);
  const rows = await service.database.em.fork().execute("select digest from interest");
  expect(JSON.stringify(rows)).not.toContain(path.split("/").at(-1));
});

test("a link is good for a week, and what nobody confirms is deleted", async () => {
  await express({ email: "late@school.example" });
  const { path } = await mailTo("late@school.example");
  const asked = now;
  now = new Date(asked.getTime() + 7 * 24 * 60 * 60 * 1000);
  expect((await open(path)).status).toBe(404);
  expect((await open(path, "POST")).status).toBe(404);
  expect((await open("/mail/programme/interest/nothing", "POST")).status).toBe(404);
  now = new Date(now.getTime() + 1000);
  await express({ email: "next@school.example" });
  const rows = await service.database.em.fork().execute("select email from interest order by email");
  expect(rows).toEqual([{ email: "ida@school.example" }, { email: "next@school.example" }]);
});

test("the fourth of an address within a day is refused, of five at once two, and another day is another matter", async () => {
  const email = "often@school.example";
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => express({ email })));
  expect(answers.map((answer) => code(answer) ?? "sent").sort()).toEqual([
    "TOO_MANY_INTERESTS",
    "TOO_MANY_INTERESTS",
    "sent",
    "sent",
    "sent",
  ]);
  now = new Date(now.getTime() + 25 * 60 * 60 * 1000);
  expect(code(await express({ email }))).toBeUndefined();
});

test("however many addresses there are, two hundred ask within an hour", async () => {
  await service.database.em.fork().execute(
    `insert into interest (id, name, email, school_id, asked_at, digest, expires_at)
     select 'int_flood-' || n, 'N', n || '@flood.example', ?, ?, 'flood-' || n, ? from generate_series(1, 200) as n`,
    [schoolId, now, new Date(now.getTime() + 60_000)],
  );
  expect((await express({ email: "calm@school.example" })).errors?.[0]).toMatchObject({
    message: expect.stringContaining("in an hour"),
    extensions: { code: "TOO_MANY_INTERESTS", retryAfterHours: 1 },
  });
  now = new Date(now.getTime() + 61 * 60 * 1000);
  expect(code(await express({ email: "calm@school.example" }))).toBeUndefined();
});

test("what cannot be is refused by name, and nothing is sent", async () => {
  await years.aSchool({ urn: "400002", status: "CLOSED" });
  const open = await years.aRound();
  const closed = await years.aRound();
  await service.query(programmeTeam(), "mutation ($id: ID!) { closeRegistration(roundId: $id) { id } }", {
    id: closed,
  });
  const refused = { email: "refused@school.example" };
  for (const [parts, expected] of [
    [{ urn: "499999" }, "UNKNOWN_URN"],
    [{ urn: "4000" }, "BAD_USER_INPUT"],
    [{ urn: "400002" }, "SCHOOL_CLOSED"],
    [{ email: "nobody" }, "BAD_USER_INPUT"],
    [{ name: " " }, "BAD_USER_INPUT"],
    [{ name: "A\u0000B" }, "BAD_USER_INPUT"],
    [{ message: "x".repeat(2001) }, "BAD_USER_INPUT"],
    [{ roundId: "rnd_none" }, "NOT_FOUND"],
    [{ roundId: closed }, "ROUND_CLOSED"],
  ] as const) {
    expect([parts, code(await express({ ...refused, ...parts }))]).toEqual([parts, expected]);
  }
  expect(code(await express({ email: "round@school.example", roundId: open }))).toBeUndefined();
  await mailTo("round@school.example");
  expect(JSON.stringify(post.mails)).not.toContain("refused@school.example");
});

test("nobody but the programme team reads who asks", async () => {
  const { errors } = await service.query(hubLeader("hub_one"), "{ interests { nodes { email } } }");
  expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
});
