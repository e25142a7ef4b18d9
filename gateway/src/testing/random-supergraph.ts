import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import fc from "fast-check";
import { GraphQLError, type GraphQLSchema, graphql, parse } from "graphql";
import type { SubgraphAnswer } from "../execution/subgraph-answer.ts";

/** One field of an entity, as one subgraph serves it. */
export interface FieldSpec {
  name: string;
  /** A scalar's name, or `@n` for the n-th entity. */
  of: string;
  list: boolean;
  /** Of the value itself; items of lists are nullable. */
  required: boolean;
  /** Index of the subgraph that serves it. */
  subgraph: number;
  /** Name of a field of the same entity, served elsewhere, that it is computed from. */
  requires?: string;
}

export interface SupergraphSpec {
  subgraphs: number;
  entities: { fields: FieldSpec[]; implementsNode: boolean; secondKeyIn: number }[];
  /** Entities that have no row, by "entity:id"; and fields that fail, by "entity:id:field". */
  missing: string[];
  failing: string[];
  nulls: string[];
}

const IDS = 4;
const SCALARS = ["String", "Int", "Boolean", "Colour"];

/** Supergraphs of a few entities whose fields are spread over a few subgraphs, with holes in their data. */
export const supergraphSpec: fc.Arbitrary<SupergraphSpec> = fc
  .record({ subgraphs: fc.integer({ min: 2, max: 4 }), entityCount: fc.integer({ min: 1, max: 4 }) })
  .chain(({ subgraphs, entityCount }) => {
    const field = (index: number): fc.Arbitrary<FieldSpec> =>
      fc.record({
        name: fc.constant(`f${index}`),
        of: fc.oneof(
          fc.constantFrom(...SCALARS),
          fc.integer({ min: 0, max: entityCount - 1 }).map((n) => `@${n}`),
          fc.constant("Node"),
          fc.constant("Either"),
        ),
        list: fc.boolean(),
        required: fc.boolean(),
        subgraph: fc.integer({ min: 0, max: subgraphs - 1 }),
      });
    const entity = fc
      .record({
        fields: fc
          .integer({ min: 1, max: 6 })
          .chain((n) => fc.tuple(...Array.from({ length: n }, (_, index) => field(index)))),
        implementsNode: fc.boolean(),
        secondKeyIn: fc.integer({ min: -1, max: subgraphs - 1 }),
        requiring: fc.integer({ min: 0, max: subgraphs - 1 }),
      })
      .map(({ requiring, ...rest }) => {
        const base = rest.fields.find(
          ({ of, subgraph }) => SCALARS.includes(of) && of !== "Colour" && subgraph !== requiring,
        );
        if (!base || base.list) return rest;
        const computed: FieldSpec = {
          name: "computed",
          of: "String",
          list: false,
          required: false,
          subgraph: requiring,
          requires: base.name,
        };
        return { ...rest, fields: [...rest.fields, computed] };
      });
    const place = fc.tuple(fc.integer({ min: 0, max: entityCount - 1 }), fc.integer({ min: 0, max: IDS - 1 }));
    const fieldPlace = fc.tuple(place, fc.integer({ min: 0, max: 5 })).map(([[e, id], f]) => `${e}:${id}:f${f}`);
    return fc.record({
      subgraphs: fc.constant(subgraphs),
      entities: fc.array(entity, { minLength: entityCount, maxLength: entityCount }),
      missing: fc.array(
        place.map(([e, id]) => `${e}:${id}`),
        { maxLength: 2 },
      ),
      failing: fc.array(fieldPlace, { maxLength: 2 }),
      nulls: fc.array(fieldPlace, { maxLength: 4 }),
    });
  }) as fc.Arbitrary<SupergraphSpec>;

export interface BuiltSupergraph {
  sdl: string;
  /** Names of the subgraphs. */
  subgraphs: string[];
  /** Executes one call at a subgraph. */
  answer(subgraph: string, body: string): Promise<SubgraphAnswer>;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires"])`;

/** Builds and composes it. */
export function randomSupergraph(spec: SupergraphSpec): BuiltSupergraph {
  const schemas: Record<string, GraphQLSchema> = {};
  const services = Array.from({ length: spec.subgraphs }, (_, index) => {
    const name = `s${index}`;
    const sdl = sdlOf(spec, index);
    const typeDefs = parse(sdl);
    schemas[name] = buildSubgraphSchema([{ typeDefs, resolvers: resolversOf(spec, index) as never }]);
    return { name, url: `http://${name}`, typeDefs };
  });
  const { supergraphSdl, errors } = composeServices(services);
  if (errors || !supergraphSdl) throw new Error(errors?.map(({ message }) => message).join("\n"));
  return {
    sdl: supergraphSdl,
    subgraphs: Object.keys(schemas),
    async answer(subgraph, body) {
      const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
      const result = await graphql({
        schema: schemas[subgraph] as GraphQLSchema,
        source: query,
        variableValues: variables,
      });
      return JSON.parse(JSON.stringify(result)) as SubgraphAnswer;
    },
  };
}

function typeOf({ of, list, required }: FieldSpec): string {
  const named = of.startsWith("@") ? `E${of.slice(1)}` : of;
  return `${list ? `[${named}]` : named}${required ? "!" : ""}`;
}

function sdlOf(spec: SupergraphSpec, index: number): string {
  const types = spec.entities.map(({ fields, implementsNode, secondKeyIn }, n) => {
    const keys = `@key(fields: "id")${secondKeyIn === index ? ' @key(fields: "code")' : ""}`;
    const own = fields.filter(({ subgraph }) => subgraph === index);
    const lines = own.map(
      (field) => `${field.name}: ${typeOf(field)}${field.requires ? ` @requires(fields: "${field.requires}")` : ""}`,
    );
    const required = own.flatMap(({ requires }) => fields.filter(({ name }) => name === requires));
    const external = required
      .filter(({ subgraph }) => subgraph !== index)
      .map((field) => `${field.name}: ${typeOf(field)} @external`);
    const code = secondKeyIn === index ? ["code: String! @shareable"] : [];
    return `type E${n}${implementsNode ? " implements Node" : ""} ${keys} { id: ID! ${[...code, ...lines, ...external].join(" ")} }`;
  });
  const members = spec.entities.map((_, n) => `E${n}`).join(" | ");
  const roots = spec.entities.flatMap((_, n) =>
    n % spec.subgraphs === index ? [`e${n}(id: ID!): E${n}`, `all${n}: [E${n}!]!`, `first${n}: E${n}!`] : [],
  );
  if (index === 0) roots.push("node: Node", "either: [Either]");
  return [
    LINK,
    `interface Node { id: ID! }`,
    `union Either = ${members}`,
    `enum Colour { RED GREEN }`,
    ...types,
    `type Query { _s${index}: String ${roots.join(" ")} }`,
  ].join("\n");
}

interface Row {
  __typename: string;
  id: string;
}

function resolversOf(spec: SupergraphSpec, index: number): Record<string, Record<string, unknown>> {
  const row = (entity: number, id: number): Row | null =>
    spec.missing.includes(`${entity}:${id}`) ? null : { __typename: `E${entity}`, id: String(id) };
  const nodes = spec.entities.flatMap(({ implementsNode }, n) => (implementsNode ? [n] : []));
  const value = (field: FieldSpec, entity: number, id: number, at: number): unknown => {
    const seed = (entity + 1) * 31 + id * 7 + Number(field.name.slice(1) || 3) * 13 + at * 5;
    switch (field.of) {
      case "String":
        return `${field.name} of ${entity}:${id}.${at}`;
      case "Int":
        return seed;
      case "Boolean":
        return seed % 2 === 0;
      case "Colour":
        return seed % 2 === 0 ? "RED" : "GREEN";
      case "Node":
        return nodes.length > 0 ? row(nodes[seed % nodes.length] as number, seed % IDS) : null;
      case "Either":
        return row(seed % spec.entities.length, seed % IDS);
      default:
        return row(Number(field.of.slice(1)), seed % IDS);
    }
  };
  const resolvers: Record<string, Record<string, unknown>> = {
    Node: { __resolveType: (it: Row) => it.__typename },
    Either: { __resolveType: (it: Row) => it.__typename },
    Query: {},
  };
  spec.entities.forEach(({ fields }, entity) => {
    const own = fields.filter(({ subgraph }) => subgraph === index);
    resolvers[`E${entity}`] = {
      code: ({ id }: Row) => `code-${id}`,
      ...Object.fromEntries(
        own.map((field) => [
          field.name,
          (it: Row & Record<string, unknown>) => {
            const place = `${entity}:${it.id}:${field.name}`;
            if (spec.failing.includes(place)) throw new GraphQLError(`no ${place}`, { extensions: { code: "NO" } });
            if (spec.nulls.includes(place)) return null;
            if (field.requires) return `computed from ${JSON.stringify(it[field.requires])}`;
            if (!field.list) return value(field, entity, Number(it.id), 0);
            return [0, 1].map((at) => value(field, entity, Number(it.id), at));
          },
        ]),
      ),
      __resolveReference: (it: Row & { code?: string }) => {
        const id = it.id ?? it.code?.slice("code-".length);
        return spec.missing.includes(`${entity}:${id}`) ? null : { ...it, id };
      },
    };
    const every = () => Array.from({ length: IDS }, (_, id) => row(entity, id)).filter((it) => it !== null);
    if (entity % spec.subgraphs === index) {
      Object.assign(resolvers["Query"] as object, {
        [`e${entity}`]: (_: unknown, { id }: { id: string }) => row(entity, Number(id)),
        [`all${entity}`]: every,
        [`first${entity}`]: () => row(entity, 0),
      });
    }
  });
  if (index === 0) {
    Object.assign(resolvers["Query"] as object, {
      node: () => (nodes.length > 0 ? row(nodes[0] as number, 1) : null),
      either: () => spec.entities.map((_, entity) => row(entity, entity % IDS)),
    });
  }
  return resolvers;
}
