import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Client } from "graphql-ws";
import { type Gateway, startGateway } from "../../gateway.ts";
import { ask, listenOn, socketTo } from "../../testing/ask.ts";
import { type FakeSubgraph, startFakeSubgraph } from "../../testing/fake-subgraph.ts";
import { composed } from "../../testing/shop.ts";

const libraryOf = (size: string) => /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost", { name: "@listSize", as: "@${size}" }])
  type Book @key(fields: "id") { id: ID!, title: String, blurb: String @cost(weight: 3), author: Person!, loans(last: Int, first: Int): [Loan!]! @${size}(slicingArguments: ["first", "last"]), tags: [String!]! }
  type Person @cost(weight: 4) { name: Isbn, books: [Book!]! @${size}(assumedSize: 7) }
  type Loan { on: String! }
  type Film { id: ID!, title: String }
  union Item = Book | Film
  type Page { nodes: [Book!], edges: [Edge!], total: Int }
  type Edge { node: Book! }
  scalar Isbn @cost(weight: 2)
  input Filter { title: String @cost(weight: 5), any: [Filter!] }
  type Query {
    book: Book
    books: [Book!]!
    few(first: Int): [Book!]! @${size}(assumedSize: 3, slicingArguments: ["first"], requireOneSlicingArgument: false)
    byId(ids: [ID!]!): [Book!]!
    page(first: Int = 20): Page! @${size}(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
    find(filter: Filter, exact: Boolean @cost(weight: 9)): Book
    items: [Item!]!
    heavy: Int @cost(weight: 50)
  }
  type Mutation { lend(id: ID!): Loan! }
  type Subscription { lent: Loan! }
`;
const people = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Book @key(fields: "id") { id: ID!, ratings: [Int!]! }
`;

const books = Array.from({ length: 4 }, (_, n) => ({ id: `${n}`, title: `Book ${n}`, blurb: "Read it", tags: ["a"] }));
let subgraphs: FakeSubgraph[];
let gateway: Gateway;
let client: Client;

beforeAll(async () => {
  subgraphs = await Promise.all([
    startFakeSubgraph({
      name: "library",
      sdl: libraryOf("sized"),
      resolvers: {
        Book: { author: () => ({ name: "Ada", books: () => books.slice(0, 2) }), loans: () => [] },
        Item: { __resolveType: ({ id }: { id: string }) => (id === "film" ? "Film" : "Book") },
        Query: {
          book: () => null,
          books: () => books,
          few: (_: unknown, { first }: { first?: number | null }) => books.slice(0, Math.max(0, first ?? 4)),
          page: (_: unknown, { first }: { first: number }) => ({ nodes: books.slice(0, first) }),
          find: () => books[0],
          items: () => [{ id: "film", title: "Metropolis" }, books[0]],
          heavy: () => 1,
        },
        Mutation: { lend: () => ({ on: "today" }) },
      },
    }),
    startFakeSubgraph({
      name: "ratings",
      sdl: people,
      resolvers: { Book: { __resolveReference: ({ id }: { id: string }) => ({ id, ratings: [1, 2] }) } },
    }),
  ]);
  gateway = await startGateway({
    supergraph: { sdl: composed(subgraphs) },
    port: 0,
    limits: { cost: 5_000, listItems: 1_000 },
    cost: { shown: true },
    logLevel: "silent",
  });
  client = socketTo(gateway.url, { lazy: false });
});
afterAll(async () => {
  await client.dispose();
  await gateway.close();
  for (const subgraph of subgraphs) await subgraph.close();
});

async function costOf(query: string, variables?: Record<string, unknown>): Promise<unknown> {
  const { extensions } = await ask(gateway.url, query, { ...(variables && { variables }) });
  const cost = extensions?.["cost"] as { requested: number; actual: number } | undefined;
  return [cost?.requested, cost?.actual];
}

test.each([
  ["an object costs 1 and a leaf nothing; null costs nothing", "{ book { id title } }", 1, 0],
  ["a list of which nothing is known has ten", "{ books { id } }", 10, 4],
  ["a list of leaves costs nothing", "{ books { tags } }", 10, 4],
  ["a field has its own weight", "{ heavy }", 50, 50],
  ["a weight counts for each item", "{ books { blurb } }", 40, 16],
  ["a type has a weight, a scalar too", "{ books { author { name } } }", 10 * (1 + 4 + 2), 4 * 7],
  ["lists in lists are multiplied", "{ books { author { books { id } } } }", 10 * (1 + 4 + 7), 4 * (1 + 4 + 2)],
  ["a list has the size that an argument says", "{ few(first: 2) { id } }", 2, 2],
  ["without the argument the assumed one", "{ few { id } }", 3, 4],
  ["none and fewer cost nothing", "{ few(first: -5) { id } }", 0, 0],
  [
    "sized fields have the size that the field around them was asked for",
    "{ page(first: 3) { nodes { id } total } }",
    4,
    4,
  ],
  ["an argument's default counts", "{ page { edges { node { id } } } }", 1 + 20 * 2, 1],
  ["a null argument leaves it open", "{ few(first: null) { id } }", 3, 4],
  ["arguments have weights", "{ find(exact: true) { id } }", 10, 10],
  [
    "input objects cost 1 and what is in them",
    '{ find(filter: { title: "x", any: [{ title: "y" }, {}] }) { id } }',
    1 + 6 + 6 + 1,
    14,
  ],
  [
    "parts of an abstract type are added up",
    "{ items { ... on Book { author { name } } ... on Film { id } } }",
    10 * 7,
    1 + 7,
  ],
  [
    "fields of one name are one field",
    "{ books { id author { name } ...F } books { title } } fragment F on Book { author { name } }",
    70,
    28,
  ],
  ["what is left out costs nothing", "{ books @skip(if: true) { id } heavy }", 50, 50],
  ["a mutation costs ten more", 'mutation { lend(id: "1") { on } }', 11, 11],
  ["introspection asks no subgraph", "{ __schema { types { name } } __typename }", 0, 0],
  ["fields of other subgraphs count", "{ books { ratings } }", 10, 4],
])("%s: %s", async (_what, query, requested, actual) => {
  expect(await costOf(query)).toEqual([requested, actual]);
});

test("variables count when they are known, with their defaults", async () => {
  const query =
    "query ($n: Int = 1, $with: Boolean = true) { few(first: $n) { id author @include(if: $with) { books { id } } } }";
  expect(await costOf(query)).toEqual([1 + 4 + 7, 1 + 4 + 2]);
  expect(await costOf(query, { n: 3, with: false })).toEqual([3, 3]);
  expect(await costOf(query, { n: 3 })).toEqual([36, 21]);
});

test.each([
  [
    "QUERY_TOO_COSTLY",
    "{ page(first: 720) { nodes { author { name } } } }",
    undefined,
    { limit: 5_000, estimated: 5_041 },
  ],
  [
    "QUERY_TOO_COSTLY",
    "query ($n: Int) { page(first: $n) { nodes { author { name } } } }",
    { n: 720 },
    { estimated: 5_041 },
  ],
  [
    "QUERY_LISTS_TOO_LONG",
    "{ page(first: 2) { nodes { tags } edges { node { loans(first: 501) { on } } } } }",
    undefined,
    { limit: 1_000, estimated: 1_002 },
  ],
  ["QUERY_LISTS_TOO_LONG", "query ($n: Int) { few(first: $n) { id } }", { n: 1e308 }, { estimated: 2 ** 31 - 1 }],
  ["SLICING_ARGUMENT_REQUIRED", "{ books { loans { on } } }", undefined, {}],
  ["SLICING_ARGUMENT_REQUIRED", "{ books { loans(first: 1, last: 1) { on } } }", undefined, {}],
])(
  "%s is answered 400 and told on a socket, and no subgraph hears of it: %s",
  async (code, query, variables, details) => {
    for (const { calls } of subgraphs) calls.length = 0;
    const { status, errors } = await ask(gateway.url, query, { ...(variables && { variables }) });
    expect({ status, errors }).toMatchObject({ status: 400, errors: [{ extensions: { code, ...details } }] });
    expect(await listenOn(client, query, variables).over).toMatchObject([{ extensions: { code, ...details } }]);
    expect(subgraphs.flatMap(({ calls }) => calls)).toEqual([]);
  },
);

test("the second time costs and tells the same, and is refused the same", async () => {
  const query = "query Again($n: Int) { few(first: $n) { id } }";
  for (const time of ["first", "second", "third"]) {
    const { extensions } = await ask(gateway.url, query, { variables: { n: 2 } });
    expect([time, extensions]).toEqual([time, { cost: { requested: 2, actual: 2, available: null } }]);
  }
  expect(await ask(gateway.url, query, { variables: { n: 2_000 } })).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: "QUERY_LISTS_TOO_LONG" } }],
  });
});

test("each operation of a document has its own cost", async () => {
  const query = "query Small { heavy } query Large { books { blurb } }";
  const requested = async (operationName: string) => {
    const body = JSON.stringify({ query, operationName });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${gateway.url}/graphql`, { method: "POST", headers, body });
    return ((await answer.json()) as { extensions?: { cost: { requested: number } } }).extensions?.cost.requested;
  };
  expect([await requested("Large"), await requested("Small"), await requested("None")]).toEqual([40, 50, 0]);
});

test("a query over a socket tells what it costs, too", async () => {
  const { events, over } = listenOn(client, "{ books { id } }");
  expect(await over).toBeNull();
  expect(events).toMatchObject([{ extensions: { cost: { requested: 10, actual: 4, available: null } } }]);
});

test("what is not valid is refused for that, whatever it would cost", async () => {
  for (const query of [
    "{ books { nothing { deeper } } nobody }",
    "{ ...F } fragment F on Query { books { id } ...G } fragment G on Query { ...F }",
    "{ ...F } fragment F on Nothing { id }",
    "query ($n: Isbn) { few(first: $n) { id } }",
  ]) {
    const { status, errors } = await ask(gateway.url, query);
    expect({ status, code: errors?.[0]?.extensions["code"] }).toEqual({
      status: 400,
      code: "GRAPHQL_VALIDATION_FAILED",
    });
  }
});
