import { expect, test } from "@jest/globals";
import { GraphQLError } from "graphql";
import { buildSupergraph, InvalidSupergraph } from "../supergraph/supergraph.ts";
import { type InMemorySubgraph, inMemoryGraph } from "../testing/in-memory-graph.ts";
import { modelledGraph, type Row } from "../testing/modelled-graph.ts";

/** What a computed field was given, so that an answer shows what its subgraph was told. */
const given = (fields: Record<string, unknown>) => JSON.stringify({ ...fields, __typename: undefined });

const depot: InMemorySubgraph = {
  sdl: `
    type Query { parcels: [Parcel!]! }
    type Parcel @key(fields: "id") { id: ID! price(in: Currency!): Int tags(like: [String!]): [String!] grams: Int route: Route }
    type Route { length(unit: Unit! = KM): Int }
    enum Currency { GBP EUR }
    enum Unit { KM MILE }
  `,
  resolvers: {
    Query: { parcels: () => [{ id: "1" }, { id: "2" }] },
    Parcel: {
      price: ({ id }: { id: string }, args: { in: string }) => (args.in === "EUR" ? 100 : 85) * Number(id),
      tags: ({ id }: { id: string }, { like }: { like?: string[] }) =>
        like ? [`${like}-${id}`] : ["heavy", "fragile"],
      grams: ({ id }: { id: string }) => Number(id) * 500,
      route: () => ({}),
      __resolveReference: (parcel: unknown) => parcel,
    },
    Route: { length: (_: unknown, { unit }: { unit: string }) => (unit === "KM" ? 16 : 10) },
  },
};
const carrier: InMemorySubgraph = {
  sdl: `
    type Parcel @key(fields: "id") {
      id: ID!
      price(in: Currency!): Int @external
      tags(like: [String!]): [String!] @external
      grams: Int @external
      route: Route @external
      feePounds(share: Int = 1): String @requires(fields: "price(in: GBP)")
      feeEuros: String @requires(fields: "price(in: EUR) grams")
      label: String @requires(fields: "tags")
      roads: String @requires(fields: "route { length(unit: KM) } grams")
      lanes: String @requires(fields: "route { length(unit: MILE) }")
    }
    type Route @external { length(unit: Unit! = KM): Int }
    enum Currency { GBP EUR }
    enum Unit { KM MILE }
  `,
  resolvers: {
    Parcel: {
      __resolveReference: (parcel: unknown) => parcel,
      feePounds: (parcel: Record<string, unknown>, { share }: { share: number }) => `${given(parcel)}/${share}`,
      feeEuros: given,
      label: given,
      roads: given,
      lanes: given,
    },
  },
};

const parcels = inMemoryGraph({ depot, carrier });
const parcel = (answer: unknown, index = 0) => (answer as { parcels: Record<string, unknown>[] }).parcels[index];

test("two fields that require the same field with different arguments are each given theirs", async () => {
  const text = "{ parcels { feePounds feeEuros } }";
  const { data, errors } = await parcels.run(text);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    parcels: [
      { feePounds: '{"id":"1","price":85}/1', feeEuros: '{"id":"1","price":100,"grams":500}' },
      { feePounds: '{"id":"2","price":170}/1', feeEuros: '{"id":"2","price":200,"grams":1000}' },
    ],
  });
  expect(parcels.calls.map(({ subgraph }) => subgraph)).toEqual(["depot", "carrier", "carrier"]);
  // The stock planner asks for one of the two prices and hands it to both.
  const stock = parcel((await parcels.stock(text)).data);
  expect([stock?.["feePounds"], stock?.["feeEuros"]]).toEqual([
    expect.stringContaining('"price":100'),
    expect.stringContaining('"price":100'),
  ]);
});

test("a client's arguments are the client's, whatever is required beside them", async () => {
  const text = '{ parcels { label tags(like: "blue") feePounds price(in: EUR) cheap: price(in: GBP) } }';
  expect(parcel((await parcels.run(text)).data)).toEqual({
    label: '{"id":"1","price":85,"tags":["heavy","fragile"]}',
    tags: ["blue-1"],
    feePounds: '{"id":"1","price":85,"tags":["heavy","fragile"]}/1',
    price: 100,
    cheap: 85,
  });
  expect(parcel((await parcels.stock(text)).data)).toMatchObject({ tags: ["heavy", "fragile"], price: 85 });
});

test("arguments of required fields are told apart below the entity too, and beside what the client asks there", async () => {
  const text = "{ parcels { roads lanes route { length(unit: MILE) } } }";
  expect(parcel((await parcels.run(text)).data)).toEqual({
    roads: '{"id":"1","route":{"length":16},"grams":500}',
    lanes: '{"id":"1","route":{"length":10}}',
    route: { length: 10 },
  });
});

test("variables go with the part of a divided fetch that uses them", async () => {
  const text = "query Fees($share: Int) { parcels { a: feePounds(share: $share) b: feePounds feeEuros } }";
  expect(parcel((await parcels.run(text, { share: 3 })).data, 1)).toEqual({
    a: '{"id":"2","price":170}/3',
    b: '{"id":"2","price":170}/1',
    feeEuros: '{"id":"2","price":200,"grams":1000}',
  });
  expect(parcels.calls.map(({ variables }) => variables["share"])).toEqual([undefined, 3, undefined]);
});

test.each([{ both: true }, { both: false }])(
  "a field does not wait for what only another one requires, under a condition: $both",
  async (variables) => {
    const text = "query ($both: Boolean!) { parcels { label feeEuros @include(if: $both) } }";
    const { label, ...rest } = parcel((await parcels.run(text, variables)).data) ?? {};
    expect(label).toContain('"tags":["heavy","fragile"]');
    expect(rest).toEqual(variables.both ? { feeEuros: expect.stringContaining('"price":100,"grams":500') } : {});
    // What is not asked for is not fetched either, and not required.
    expect(parcels.calls.some(({ query }) => query.includes("grams"))).toBe(variables.both);
  },
);

test("the stock executor leaves a field out because a condition of another one does not hold", async () => {
  const text = "query ($both: Boolean!) { parcels { label feeEuros @include(if: $both) } }";
  const { data, errors } = await parcels.stock(text, { both: false });
  expect(parcel(data)).toEqual({ label: null });
  expect(errors).toEqual([]);
});

test("an alias that plans need for a key, a required field or the type is kept apart from it", async () => {
  const text = "{ parcels { id: grams __typename: id tags: feePounds label grams: price(in: EUR) } }";
  expect(parcel((await parcels.run(text)).data)).toEqual({
    id: 500,
    __typename: "1",
    tags: '{"id":"1","tags":["heavy","fragile"],"price":85}/1',
    label: '{"id":"1","tags":["heavy","fragile"],"price":85}',
    grams: 100,
  });
  // Where the planner sees two fields of one name it takes the later one.
  const stock = (await parcels.stock("{ parcels { id: grams label } }")).data;
  expect(parcel(stock)).not.toEqual({ id: 500, label: '{"id":"1","tags":["heavy","fragile"]}' });
});

test("errors and nulls under such an alias are told by the client's names", async () => {
  const failing: InMemorySubgraph = {
    ...carrier,
    resolvers: {
      Parcel: {
        __resolveReference: (it: unknown) => it,
        label: () => {
          throw new GraphQLError("no printer", { extensions: { code: "NO_PRINTER" } });
        },
      },
    },
  };
  const { data, errors } = await inMemoryGraph({ depot, carrier: failing }).run("{ parcels { id: label } }");
  expect(data).toEqual({ parcels: [{ id: null }, { id: null }] });
  expect(errors?.map(({ path }) => path)).toEqual([
    ["parcels", 0, "id"],
    ["parcels", 1, "id"],
  ]);
});

const film: Row = { __typename: "Film", id: "1", title: "Reel", stars: 4 };
const song: Row = { __typename: "Song", id: "2", title: "Hum", stars: 2 };
const media = modelledGraph(
  {
    titles: `
      type Query { media: [Media!]! }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Film implements Media @key(fields: "id") { id: ID! title: String }
      type Song implements Media @key(fields: "id") { id: ID! title: String }`,
    stars: `type Media @interfaceObject @key(fields: "id") { id: ID! title: String @external stars(of: Int = 5): Int shout: String @requires(fields: "title") }`,
  },
  { media: [film, song] },
  [film, song],
);

test.each([
  ["different arguments", "{ media { ... on Film { stars } ... on Song { stars(of: 10) } } }"],
  ["different fields", "{ media { ... on Film { it: title } ... on Song { it: shout } } }"],
])("%s of an interface object are not taken for one another under one name", async (_, text) => {
  const right = await media.monolith(text);
  expect(await media.run(text)).toEqual(right);
  // In the interface object's subgraph the implementations are one type.
  if (text.includes("stars")) expect((await media.stock(text)).data).not.toEqual(right.data);
});

test("what an interface object requires is only asked of those implementations for which it was fetched", async () => {
  const text = "{ media { ... on Film { stars } ... on Song { shout stars } } }";
  expect(await media.run(text)).toEqual({ ...(await media.monolith(text)), errors: [] });
  expect((await media.stock(text)).errors[0]?.message).toBe("stars was not given title");
});

test("what is required is not asked of a subgraph that only has it as external", async () => {
  const note: Row = { __typename: "Note", id: "n", author: "Ann" };
  const post: Row = { __typename: "Post", id: "p", notes: [note] };
  const graph = modelledGraph(
    {
      feed: `
        type Query { post: Post }
        type Post @key(fields: "id") { id: ID! notes: [Note] @external summary: String @requires(fields: "notes { id }") }
        type Note @key(fields: "id") { id: ID! author: String }`,
      notes: `
        type Post @key(fields: "id") { id: ID! notes: [Note] authors: String @requires(fields: "notes { author }") }
        type Note @key(fields: "id") { id: ID! author: String @external }`,
    },
    { post },
    [post, note],
  );
  const text = "{ post { authors summary } }";
  expect(await graph.run(text)).toEqual(await graph.monolith(text));
  expect((await graph.stock("{ post { authors } }")).errors[0]?.message).toBe("feed does not know Post.notes");
});

const KEYS_OF_MANY = {
  names: {
    sdl: `
      type Item @key(fields: "id") @key(fields: "code { one two }", resolvable: false) @key(fields: "id code { two three }", resolvable: false) {
        id: ID! code: Code! name: String!
      }
      type Code { one: ID! two: ID! three: ID! }
    `,
    resolvers: { Item: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `name-${id}` }) } },
  },
  shelf: {
    sdl: `
      type Query { items: [Item!]! }
      type Item @key(fields: "code { one two }", resolvable: false) @key(fields: "id code { two three }") @key(fields: "id", resolvable: false) {
        id: ID! code: Code! name: String! @external label: String! @requires(fields: "name")
      }
      type Code { one: ID! two: ID! three: ID! }
    `,
    resolvers: {
      Query: { items: () => [{ id: "7", code: { one: "a", two: "b", three: "c" } }] },
      Item: {
        __resolveReference(item: { id?: string; code: { three?: string } }) {
          if (!item.id || !item.code.three) throw new GraphQLError("known by id and code alone");
          return item;
        },
        label: given,
      },
    },
  },
};

test("where keys are mixed, a plan comes back to a subgraph by a key that it resolves", async () => {
  const graph = inMemoryGraph(KEYS_OF_MANY);
  const text = "{ items { id name label } }";
  const label = '{"name":"name-7","id":"7","code":{"two":"b","three":"c"}}';
  expect(await graph.run(text)).toEqual({ data: { items: [{ id: "7", name: "name-7", label }] } });
  // The stock planner comes back by the first key, which is declared as not resolvable.
  expect((await graph.stock(text)).errors[0]?.message).toBe("known by id and code alone");
});

test("a graph in which there is only such a key to come back by is refused, with the field that needs it", () => {
  const only = () =>
    inMemoryGraph({
      sizes: { sdl: `type Box @key(fields: "id") { id: ID! size: Int }` },
      boxes: {
        sdl: `type Query { box: Box } type Box @key(fields: "id", resolvable: false) { id: ID! size: Int @external fits: Int @requires(fields: "size") }`,
      },
    });
  expect(only).toThrow(InvalidSupergraph);
  expect(only).toThrow(
    /Make one of its keys resolvable there.+"Box.fits".+missing usable key on "Box" in subgraph "boxes"/s,
  );
});

test("an interface object whose own fields could only be had by such a key is refused too", () => {
  const dishes = (resolvable: boolean) => () =>
    inMemoryGraph({
      menu: {
        sdl: `type Dish @key(fields: "id", resolvable: ${resolvable}) @interfaceObject { id: ID! price: Int } type Query { dish: Dish! }`,
      },
      kitchen: {
        sdl: `interface Dish @key(fields: "id") { id: ID! } type Bread implements Dish @key(fields: "id") { id: ID! }`,
      },
    });
  // The stock planner asks "menu" for the price of a Bread by this key, and the client gets null.
  expect(dishes(false)).toThrow(InvalidSupergraph);
  expect(dishes(false)).toThrow(
    /^Dish\.price of the interface object in the subgraph "menu" .+ Bread alone.+resolvable/,
  );
  expect(dishes(true)).not.toThrow();
});

const HOLLOW = inMemoryGraph({
  a: {
    sdl: `
      interface Node @key(fields: "id") { id: ID! }
      type Dish @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
      type Query { a: Node none: Node dish: Dish! outer: Outer }
      type Outer { size: Int a: Node }
    `,
    resolvers: {
      Query: {
        a: () => ({ __typename: "Node", id: "n" }),
        none: () => null,
        dish: () => ({ id: "d" }),
        outer: () => ({ size: 1, a: { __typename: "Node", id: "n" } }),
      },
    },
  },
  b: {
    sdl: `
      type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! field: String }
      interface Dish @key(fields: "id") { id: ID! }
      type Bread implements Dish @key(fields: "id") { id: ID! name: String! }
      type Query { b: Node }
    `,
    resolvers: {
      Query: { b: () => ({ id: "n" }) },
      Node: { field: () => "here" },
      Dish: { __resolveReference: ({ id }: { id: string }) => ({ __typename: "Bread", id, name: "rye" }) },
      Bread: { __resolveReference: ({ id }: { id: string }) => ({ __typename: "Bread", id, name: "rye" }) },
    },
  },
});

test.each([
  ["{ b { id field } }", { b: { id: "n", field: "here" } }],
  ["{ none { field } }", { none: null }],
  ["{ dish { id } }", { dish: { id: "d" } }],
  ["{ dish { ... on Bread { id } } }", { dish: { id: "d" } }],
  ["{ dish { id __typename ... on Bread { name } } }", { dish: { id: "d", __typename: "Bread", name: "rye" } }],
])("interface objects that are not resolvable give what their own subgraph has: %s", async (text, data) => {
  expect(await HOLLOW.run(text)).toEqual({ data });
});

test.each([
  ["{ a { field } }", { a: null }, ["a"]],
  ["{ a { id } }", { a: null }, ["a"]],
  ["query { outer { size a { ...F } } } fragment F on Node { field }", { outer: { size: 1, a: null } }, ["outer", "a"]],
])("an object of an interface that no type implements is an error, not a silent null: %s", async (text, data, path) => {
  const answer = await HOLLOW.run(text);
  expect(answer.data).toEqual(data);
  expect(answer.errors?.map((error) => [error.path, error.extensions["serviceName"]])).toEqual([[path, "a"]]);
});

test("the stock planner leaves such a field out and says nothing", async () => {
  expect(await HOLLOW.stock("{ outer { size a { field } } }")).toMatchObject({
    data: { outer: { size: 1, a: null } },
    errors: [],
  });
});

test("an operation that no plan answers is refused by name", async () => {
  await expect(HOLLOW.run("{ b { __typename } }")).rejects.toMatchObject({
    message: expect.stringMatching(/no plan.+No object type implements Node.+Ask for less/s),
    extensions: { code: "OPERATION_UNPLANNABLE" },
  });
});

test("a graph that fills arguments from a context is refused, with the field", () => {
  const graph = `
    schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) { query: Query }
    directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
    directive @join__graph(name: String!, url: String!) on ENUM_VALUE
    directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
    directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String, contextArguments: [join__ContextArgument!]) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
    directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
    directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
    directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
    directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
    input join__ContextArgument { name: String! type: String! context: String! selection: join__FieldValue! }
    scalar join__FieldSet scalar join__FieldValue scalar join__DirectiveArguments scalar link__Import
    enum link__Purpose { SECURITY EXECUTION }
    enum join__Graph { A @join__graph(name: "a", url: "http://a") }
    type Query @join__type(graph: A) { me: Me }
    type Me @join__type(graph: A, key: "id") { id: ID! greeting: String @join__field(graph: A, contextArguments: [{ context: "a__c", name: "in", type: "String", selection: "{ tongue }" }]) tongue: String }
  `;
  expect(() => buildSupergraph(graph)).toThrow(/Me\.greeting takes an argument from a context.+@requires/);
});
