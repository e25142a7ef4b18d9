import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { anonymous } from "@psqm/identity/viewer";
import { unpoliced } from "@psqm/subgraph/policy";
import { describeSchema, subgraphSdl } from "@psqm/subgraph/schema";
import { startTestSubgraph, type TestSubgraph } from "../test-subgraph.ts";
import { subjectLeader } from "../viewers.ts";
import { noteService, writeNote } from "./note.ts";

let notes: TestSubgraph;
const anna = subjectLeader("sch_a", "per_anna");
const ben = subjectLeader("sch_b", "per_ben");

beforeAll(async () => {
  notes = await startTestSubgraph(noteService);
});
afterAll(() => notes.close());
beforeEach(() => notes.database.em.fork().execute("delete from note"));

const write = (text: string) =>
  notes.query(anna, 'mutation ($text: String!) { writeNote(schoolId: "sch_a", text: $text) { id text } }', { text });

test("a verb commits its change, its event and its audit entry together", async () => {
  const { data } = await write("hello");
  const [event] = await notes.emitted("note.written");
  expect(event).toMatchObject({
    source: "notes",
    aggregate: data.writeNote.id,
    payload: { noteId: data.writeNote.id },
  });
  const audit = await notes.database.em.fork().execute("select actor, operation, subject from audit");
  expect(audit).toContainEqual({ actor: "per_anna", operation: "writeNote", subject: data.writeNote.id });
});

test("a refused verb leaves nothing, and says its code", async () => {
  const { errors } = await write("");
  expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" }, path: ["writeNote"] });
  expect(await notes.database.em.fork().execute("select * from note")).toEqual([]);
});

test("a fault is masked and carries a correlation id", async () => {
  const { errors } = await write("break");
  expect(errors?.[0]?.message).not.toContain("secrets");
  expect(errors?.[0]?.extensions).toEqual({ code: "INTERNAL_SERVER_ERROR", correlationId: expect.any(String) });
});

test("a NUL character in any argument is the client's mistake, not a fault", async () => {
  const one = "query ($id: ID!) { note(id: $id) { text } }";
  expect((await notes.query(anna, one, { id: "a\u0000b" })).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  expect((await write("a\u0000b")).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
});

test("half an emoji is kept as the replacement character, in the row, its event and a second sending alike", async () => {
  const { data } = await write("cut \ud83d");
  expect(data.writeNote.text).toBe("cut \ufffd");
  expect(await notes.database.em.fork().execute("select text from note")).toEqual([{ text: "cut \ufffd" }]);
  expect((await write("whole \ud83d\ude00")).data.writeNote.text).toBe("whole 😀");
});

test("a call without the gateway's signature is refused before anything is read", async () => {
  const response = await fetch(notes.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ __typename }" }),
  });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "UNSIGNED_CALL" } }] });
});

test("the anonymous are told to sign in, others who it is for, and a sensitive field denies itself alone", async () => {
  await write("hello");
  expect((await notes.query(anonymous, "{ notes { nodes { id } } }")).errors?.[0]?.extensions.code).toBe(
    "UNAUTHENTICATED",
  );
  const { data, errors } = await notes.query(anna, "{ notes { nodes { text secret } } }");
  expect(data.notes.nodes).toEqual([{ text: "hello", secret: null }]);
  expect(errors?.[0]).toMatchObject({ path: ["notes", "nodes", 0, "secret"], extensions: { code: "FORBIDDEN" } });
});

test("a row that one may not see looks like a row that does not exist, by id, reference and list", async () => {
  const { data } = await write("hello");
  const id = data.writeNote.id;
  const one = "query ($id: ID!) { note(id: $id) { text } }";
  expect(await notes.query(anna, one, { id })).toEqual({ data: { note: { text: "hello" } } });
  expect(await notes.query(ben, one, { id })).toEqual(await notes.query(ben, one, { id: "not_there" }));
  const reference = await notes.entities(ben, [{ __typename: "Note", id }], "... on Note { text }");
  expect(reference).toEqual({ data: { _entities: [null] } });
  expect((await notes.query(ben, "{ notes { nodes { text } } }")).data.notes.nodes).toEqual([]);
});

test("a list that forgot its scope is a fault, never a leak", async () => {
  await write("hello");
  const { data, errors } = await notes.query(ben, "{ everybodysNotes { text } }");
  expect(data).toBeNull();
  expect(errors?.[0]?.extensions.code).toBe("INTERNAL_SERVER_ERROR");
});

test("any number of references costs one statement", async () => {
  for (let n = 0; n < 20; n += 1) await writeNote(notes.caller(anna), "sch_a", `note ${n}`);
  const { data } = await notes.query(anna, "{ notes(first: 20) { nodes { id } } }");
  notes.statements.length = 0;
  const references = data.notes.nodes.map(({ id }: { id: string }) => ({ __typename: "Note", id }));
  const found = await notes.entities(anna, references, "... on Note { text }");
  expect(found.data._entities).toHaveLength(20);
  expect(notes.statements.filter((statement) => statement.includes("note"))).toHaveLength(1);
});

test("pages follow each other without gap or repeat, and a foreign cursor is refused", async () => {
  for (let n = 0; n < 7; n += 1) await writeNote(notes.caller(anna), "sch_a", `note ${n}`);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: {
      data: { notes: { nodes: { text: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    } = await notes.query(
      anna,
      "query ($after: String) { notes(first: 3, after: $after) { nodes { text } pageInfo { hasNextPage endCursor } } }",
      { after },
    );
    seen.push(...page.data.notes.nodes.map(({ text }) => text));
    after = page.data.notes.pageInfo.hasNextPage ? page.data.notes.pageInfo.endCursor : null;
  } while (after);
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => `note ${n}`));
  for (const bad of ["first: 0", "first: 101", 'after: "nonsense"']) {
    const { errors } = await notes.query(anna, `{ notes(${bad}) { nodes { id } } }`);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  }
});

test.each(["[1]", "[1e400]", "[true]", "[null]", "[{}]", '[{"a":1}]', '[["a"]]', '"a"'])(
  "a cursor of %s is no cursor of a list in order of text",
  async (values) => {
    const after = Buffer.from(values).toString("base64url");
    const { errors } = await notes.query(anna, "query ($after: String) { notes(after: $after) { nodes { id } } }", {
      after,
    });
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  },
);

test("subscriptions arrive over a signed socket", async () => {
  await write("one");
  await write("two");
  const texts: unknown[] = [];
  for await (const event of notes.subscribe(anna, "subscription { noteRead { text secret } }")) {
    texts.push(event.data?.["noteRead"]);
    expect(event.errors?.[0]?.extensions?.["code"]).toBe("FORBIDDEN");
  }
  expect(texts).toEqual([
    { text: "one", secret: null },
    { text: "two", secret: null },
  ]);
  const refused = await notes.subscribe(anonymous, "subscription { noteRead { text } }").next();
  expect(refused.value.errors[0].extensions.code).toBe("UNAUTHENTICATED");
});

test("nothing in a schema goes without a policy", () => {
  const schema = describeSchema(noteService);
  expect(unpoliced(schema)).toEqual([]);
  const query = schema.getQueryType()?.getFields()["note"];
  if (query) query.extensions = {};
  expect(unpoliced(schema)).toEqual(["Query.note"]);
});

test("the SDL carries keys and descriptions", () => {
  expect(subgraphSdl(noteService)).toContain('type Note @key(fields: "id")');
  expect(subgraphSdl(noteService)).toContain("A note of a school.");
});

test("the SDL says how long a page gets, for whoever estimates what an operation costs", () => {
  expect(subgraphSdl(noteService).replaceAll(/\s+/g, " ")).toMatch(
    /: NoteConnection!? @listSize\(slicingArguments: \["first"\], sizedFields: \["edges", "nodes"\], requireOneSlicingArgument: false\)/,
  );
});

test("the service's role owns nothing and sees no other schema", async () => {
  const em = notes.database.em.fork();
  await expect(em.execute("create table more (id text)")).rejects.toThrow(/permission denied/);
  await expect(em.execute("drop table note")).rejects.toThrow(/must be owner/);
  await expect(em.execute("update events.log set payload = '{}'")).rejects.toThrow(/permission denied/);
});
