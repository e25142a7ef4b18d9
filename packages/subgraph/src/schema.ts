import { buildSubgraphSchema } from "@apollo/subgraph";
import { printSchemaWithDirectives } from "@graphql-tools/utils";
import { type GraphQLSchema, isEnumType, parse } from "graphql";
import { buildSchemaSync, createResolversMap } from "type-graphql";
import type { Context } from "./context.ts";
import { sayListSizes } from "./list-sizes.ts";
import { enforcePolicies, policyOf } from "./policy.ts";
import type { Subgraph } from "./subgraph.ts";

const FEDERATION = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: [
    "@key", "@tag", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@override", "@listSize"
  ]
)`;

type AnySubgraph = Pick<Subgraph<never, never>, "name" | "resolvers" | "orphanedTypes" | "tags" | "references">;

/** The subgraph's type-graphql schema with its policies attached, before they are enforced; tests read it. */
export function describeSchema(subgraph: AnySubgraph): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: subgraph.resolvers,
    orphanedTypes: [...(subgraph.orphanedTypes ?? [])],
    scalarsMap: [],
    validate: false,
    skipCheck: true,
    // Every subscription brings its own `subscribe`; type-graphql asks for a bus all the same.
    pubSub: { publish: unusedBus, subscribe: unusedBus },
  });
  // type-graphql names an enum's values by their TypeScript keys; in the graph they are called what they are.
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isEnumType(type) || type.name.startsWith("__")) continue;
    for (const value of type.getValues()) value.name = String(value.value);
  }
  for (const [name, tags] of Object.entries(subgraph.tags ?? {})) {
    const type = schema.getType(name);
    if (!type) throw new Error(`${subgraph.name} tags ${name}, which its schema does not have.`);
    type.extensions = { ...type.extensions, directives: { tag: tags.map((tag) => ({ name: tag })) } };
  }
  sayListSizes(schema);
  return schema;
}

/** The subgraph's SDL as it is composed and committed. */
export function subgraphSdl(subgraph: AnySubgraph): string {
  return `${FEDERATION}\n\n${printSchemaWithDirectives(describeSchema(subgraph))}\n`;
}

/** The executable schema: federated, its references batched, its policies enforced. */
export function executableSchema(subgraph: AnySubgraph): GraphQLSchema {
  const described = describeSchema(subgraph);
  enforcePolicies(described);
  const typeDefs = parse(`${FEDERATION}\n\n${printSchemaWithDirectives(described)}`);
  const resolvers = createResolversMap(described) as Record<string, Record<string, unknown>>;
  for (const [typeName, find] of Object.entries(subgraph.references)) {
    const type = described.getType(typeName);
    const policy = type && policyOf(type);
    if (!policy)
      throw new Error(`${subgraph.name} resolves references of ${typeName}, which is no policed type of it.`);
    resolvers[typeName] = {
      ...resolvers[typeName],
      __resolveReference: async (reference: unknown, context: Context<never, never>) => {
        const row: unknown = await (find as (reference: unknown, context: unknown) => unknown)(reference, context);
        return row !== null && row !== undefined && policy.allows(context.viewer, row as never) ? row : null;
      },
    };
  }
  return buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
}

function unusedBus(): never {
  throw new Error("Subscriptions read the database; nothing is published in memory.");
}
