import { expect, test } from "@jest/globals";
import { parse, print } from "graphql";
import { CompositionFailed, compose } from "./compose.ts";
import { contractOf } from "./contract.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@inaccessible", "@shareable"])`;

const hubs = `${link}
type Query { hubs(first: Int): [Hub!]! @tag(name: "public")  staff: [String!]! }
type Mutation { createHub(name: String): Hub @tag(name: "public") }
enum Kind @tag(name: "public") { SCIENCE MUSIC }
enum Secret { A }
type Hub @key(fields: "id") @tag(name: "public") {
  id: ID! @tag(name: "public")
  kind(secret: Boolean): Kind @tag(name: "public")
  capacity: Int
  secret: Secret
}`;
const people = `${link}
type Query { me: Person }
type Person @key(fields: "id") { id: ID! name: String }
type Hub @key(fields: "id") { id: ID! leaders: [Person!]! }`;

function published(...sdls: string[]): string {
  const parts = sdls.map((sdl, index) => ({ name: `s${index}`, url: "http://localhost", typeDefs: parse(sdl) }));
  const documents = contractOf(
    "public",
    parts.map(({ typeDefs }) => typeDefs),
  );
  return compose(
    "the test",
    parts.map((part, index) => ({ ...part, typeDefs: documents[index] ?? part.typeDefs })),
  ).api;
}

const definitionsOf = (sdl: string) => parse(sdl).definitions.map(print).sort();

test("only what carries the tag itself is published, whatever its type carries, and nothing that changes anything", () => {
  const expected = `
    type Hub { id: ID! kind(secret: Boolean): Kind }
    enum Kind { SCIENCE MUSIC }
    type Query { hubs(first: Int): [Hub!]! }`;
  expect(definitionsOf(published(hubs, people))).toEqual(definitionsOf(expected));
});

test("a published field of an unpublished type is refused, by name", () => {
  const leaking = people.replace("leaders: [Person!]!", `leaders: [Person!]! @tag(name: "public")`);
  expect(() => published(hubs, leaking)).toThrow(CompositionFailed);
  expect(() => published(hubs, leaking)).toThrow(/Hub\.leaders/);
});

test("subgraphs that contradict each other are refused with every reason", () => {
  const other = `${link} type Query { x: Int } type Hub @key(fields: "id") { id: ID! capacity: String }`;
  expect(() => published(hubs, other)).toThrow(/Hub\.capacity/);
});
