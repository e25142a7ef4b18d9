import { expect, test } from "@jest/globals";
import { GraphQLError } from "graphql";
import { type InMemorySubgraph, inMemoryGraph } from "../testing/in-memory-graph.ts";

const books = [
  { isbn: "1", authorId: "a" },
  { isbn: "2", authorId: "b" },
  { isbn: "3", authorId: "a" },
];
const library: InMemorySubgraph = {
  sdl: `
    type Query { books: [Book!]! first: Book shelf(size: Int = 2): [Book] any: [Thing] }
    type Book @key(fields: "isbn") { isbn: ID! author: Author weight: Int @external postage(per: Int!): Int @requires(fields: "weight") }
    type Author @key(fields: "id") { id: ID! }
    union Thing = Book | Author
  `,
  resolvers: {
    Query: {
      books: () => books,
      first: () => books[0],
      shelf: (_: unknown, { size }: { size: number }) => books.slice(0, size),
      any: () => [{ __typename: "Book", ...books[1] }, { __typename: "Author", id: "b" }, null],
    },
    Book: {
      author: ({ authorId }: { authorId: string }) => ({ id: authorId }),
      postage: ({ weight }: { weight: number }, { per }: { per: number }) => weight * per,
      __resolveReference: (book: { isbn: string }) => ({ ...books.find(({ isbn }) => isbn === book.isbn), ...book }),
    },
  },
};
const people: InMemorySubgraph = {
  sdl: `type Author @key(fields: "id") { id: ID! name: String! rank: Rank born: Int! } enum Rank { NEW OLD }`,
  resolvers: {
    Author: {
      __resolveReference: ({ id }: { id: string }) => (id === "b" ? { id, name: "Ben" } : { id, name: "Ada" }),
      rank: () => "OLD",
      born: ({ id }: { id: string }) => {
        if (id === "b") throw new GraphQLError("nobody knows", { extensions: { code: "UNKNOWN_YEAR" } });
        return 1815;
      },
    },
  },
};
const shop: InMemorySubgraph = {
  sdl: `type Book @key(fields: "isbn") { isbn: ID! weight: Int }`,
  resolvers: { Book: { __resolveReference: ({ isbn }: { isbn: string }) => ({ isbn, weight: Number(isbn) * 100 }) } },
};

test("an entity that occurs many times is asked for once", async () => {
  const graph = inMemoryGraph({ library, people, shop });
  const { data, errors } = await graph.run("{ books { isbn author { name } } }");
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    books: [
      { isbn: "1", author: { name: "Ada" } },
      { isbn: "2", author: { name: "Ben" } },
      { isbn: "3", author: { name: "Ada" } },
    ],
  });
  expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(["library", "people"]);
  expect(graph.calls[1]?.variables["representations"]).toEqual([
    { __typename: "Author", id: "a" },
    { __typename: "Author", id: "b" },
  ]);
});

test("an entity's error is told at every place where the entity stands, and nulls go up to where they may be", async () => {
  const { data, errors } = await inMemoryGraph({ library, people, shop }).run("{ books { author { born } } }");
  expect(data).toEqual({ books: [{ author: { born: 1815 } }, { author: null }, { author: { born: 1815 } }] });
  expect(errors?.map((error) => error.toJSON())).toEqual([
    {
      message: "nobody knows",
      path: ["books", 1, "author", "born"],
      extensions: { code: "UNKNOWN_YEAR", serviceName: "people" },
    },
  ]);
});

test("fields required from another subgraph, with arguments, reach the one that computes", async () => {
  const graph = inMemoryGraph({ library, shop });
  const { data, errors } = await graph.run("query ($per: Int!) { shelf { postage(per: $per) } }", { per: 3 });
  expect(errors).toBeUndefined();
  expect(data).toEqual({ shelf: [{ postage: 300 }, { postage: 600 }] });
});

test("defaults of variables and of arguments hold; what the client does not give is not sent", async () => {
  const graph = inMemoryGraph({ library, people, shop });
  const text =
    "query ($size: Int, $with: Boolean = true) { shelf(size: $size) { isbn author @include(if: $with) { name } } }";
  expect((await graph.run(text)).data).toEqual({
    shelf: [
      { isbn: "1", author: { name: "Ada" } },
      { isbn: "2", author: { name: "Ben" } },
    ],
  });
  expect(graph.calls[0]?.variables).not.toHaveProperty("size");
  expect((await graph.run(text, { size: 1, with: false })).data).toEqual({ shelf: [{ isbn: "1" }] });
  expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(["library"]);
});

test("fragments on a union keep to their types, and a null item stays a null item", async () => {
  const text = "{ any { __typename ... on Book { isbn } ... on Author { name kind: __typename } } }";
  expect((await inMemoryGraph({ library, people, shop }).run(text)).data).toEqual({
    any: [{ __typename: "Book", isbn: "2" }, { __typename: "Author", name: "Ben", kind: "Author" }, null],
  });
});

test("the graph describes itself beside its data, without being asked twice", async () => {
  const graph = inMemoryGraph({ library, people, shop });
  const { data } = await graph.run(
    'query ($n: String = "Author") { __typename t: __type(name: $n) { kind } first { isbn } ...S } fragment S on Query { __schema { queryType { name } } }',
  );
  expect(data).toEqual({
    __typename: "Query",
    t: { kind: "OBJECT" },
    first: { isbn: "1" },
    __schema: { queryType: { name: "Query" } },
  });
  expect(graph.calls).toHaveLength(1);
});

test("the same fetch at two places of a plan is sent once and shared without mixing", async () => {
  const graph = inMemoryGraph({ library, people, shop });
  const { data } = await graph.run("{ a: first { author { name } } b: first { author { name } } }");
  expect(data).toEqual({ a: { author: { name: "Ada" } }, b: { author: { name: "Ada" } } });
  expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(["library", "people"]);
});

test("an interface object's fields reach objects of every implementation", async () => {
  const media: InMemorySubgraph = {
    sdl: `type Query { media: [Media!]! } interface Media @key(fields: "id") { id: ID! }
      type Film implements Media @key(fields: "id") { id: ID! } type Song implements Media @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: {
        media: () => [
          { __typename: "Film", id: "1" },
          { __typename: "Song", id: "2" },
        ],
      },
      Media: { __resolveReference: ({ id }: { id: string }) => ({ __typename: id === "1" ? "Film" : "Song", id }) },
    },
  };
  const reviews: InMemorySubgraph = {
    sdl: `type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int } type Query { best: Media }`,
    resolvers: {
      Query: { best: () => ({ id: "2" }) },
      Media: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        stars: ({ id }: { id: string }) => Number(id),
      },
    },
  };
  const graph = inMemoryGraph({ media, reviews });
  expect(await graph.run("{ media { __typename id stars } best { __typename stars ... on Song { id } } }")).toEqual({
    data: {
      media: [
        { __typename: "Film", id: "1", stars: 1 },
        { __typename: "Song", id: "2", stars: 2 },
      ],
      best: { __typename: "Song", stars: 2, id: "2" },
    },
  });
});

test.each([
  ["no list of entities", { data: {} }],
  ["too few entities", { data: { _entities: [null] } }],
])("%s is the subgraph's fault, told at the place that stays empty", async (_, answer) => {
  const graph = inMemoryGraph({ library, people: { ...people, answer: () => answer }, shop });
  const { data, errors } = await graph.run("{ books { author { rank } } }");
  expect(data).toEqual({ books: [{ author: { rank: null } }, { author: { rank: null } }, { author: { rank: null } }] });
  expect(errors?.[0]).toMatchObject({
    path: ["books"],
    extensions: { code: "SUBGRAPH_BAD_ANSWER", serviceName: "people" },
  });
});

test.each([
  ["a word that is no value of the enum", { rank: "MIDDLING" }, "rank"],
  ["an object where a name belongs", { name: {} }, "name"],
])("%s never reaches the client", async (_, part, field) => {
  const answer: InMemorySubgraph["answer"] = (_call, { data }) => {
    for (const entity of (data?.["_entities"] ?? []) as object[]) Object.assign(entity, part);
    return { data: data ?? null };
  };
  const { data, errors } = await inMemoryGraph({ library, people: { ...people, answer }, shop }).run(
    `{ first { author { ${field} } } }`,
  );
  expect(data).toEqual({ first: { author: field === "name" ? null : { rank: null } } });
  expect(errors?.[0]).toMatchObject({ path: ["first", "author", field], extensions: { code: "SUBGRAPH_BAD_VALUE" } });
});

test("keys that would change prototypes are data like any other", async () => {
  const answer: InMemorySubgraph["answer"] = (_call, { data }) =>
    JSON.parse(
      `{"data": ${JSON.stringify(data).replace('{"__proto__":"1"', '{"__proto__":"1","constructor":{"prototype":{"polluted":1}}')}}`,
    );
  const graph = inMemoryGraph({ library: { ...library, answer }, people, shop });
  const { data } = await graph.run("{ first { __proto__: isbn author { name } } }");
  expect(JSON.stringify(data)).toBe('{"first":{"__proto__":"1","author":{"name":"Ada"}}}');
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("variables that do not fit are refused before anybody is asked", async () => {
  const graph = inMemoryGraph({ library, people, shop });
  const { data, errors } = await graph.run("query ($size: Int) { shelf(size: $size) { isbn } }", { size: "many" });
  expect(data).toBeUndefined();
  expect(errors?.[0]?.extensions).toEqual({ code: "BAD_USER_INPUT", http: { status: 400 } });
  expect(graph.calls).toEqual([]);
});
