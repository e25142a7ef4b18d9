import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { describeSchema, subgraphSdl } from "@psqm/subgraph/schema";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { type GraphQLNamedType, isEnumType, isInputObjectType, isObjectType } from "graphql";
import { entities } from "./entities.ts";
import { people } from "./service.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(people);
});
afterAll(() => service.close());

test("every type, field, argument and enum value of the graph is described", () => {
  const types = Object.values(describeSchema(people as never).getTypeMap()).filter(
    ({ name }) => !name.startsWith("__"),
  );
  const bare = types.flatMap((type) => undescribed(type));
  expect(bare).toEqual([]);
});

function undescribed(type: GraphQLNamedType): string[] {
  const parts: [string, string | null | undefined][] = [];
  const isRoot = ["Query", "Mutation"].includes(type.name);
  if (!isRoot) parts.push([type.name, type.description]);
  if (isEnumType(type)) parts.push(...type.getValues().map((value) => part(type, value)));
  if (isInputObjectType(type)) parts.push(...Object.values(type.getFields()).map((field) => part(type, field)));
  if (isObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      parts.push(part(type, field), ...field.args.map((arg) => part({ name: `${type.name}.${field.name}` }, arg)));
    }
  }
  return parts.filter(([, description]) => !description).map(([name]) => name);
}

const part = (
  owner: { name: string },
  { name, description }: { name: string; description?: string | null | undefined },
): [string, string | null | undefined] => [`${owner.name}.${name}`, description];

test("the subgraph prints its SDL with the keys the others rely on", () => {
  const sdl = subgraphSdl(people as never);
  expect(sdl).toContain('type School @key(fields: "id") @key(fields: "urn")');
  expect(sdl).toMatch(/type Person @key\(fields: "id"\)/);
  expect(sdl).toMatch(/type Hub @key\(fields: "id"\)/);
});

test("the tables are the columns that the entities map, no more and no fewer, and as nullable", async () => {
  const rows = await service.database.em.fork().execute<{ table: string; column: string; nullable: boolean }[]>(
    `select table_name as "table", column_name as "column", is_nullable = 'YES' as nullable
     from information_schema.columns where table_schema = 'people'`,
  );
  const described = (lines: { table: string; column: string; nullable: boolean }[]) =>
    lines.map(({ table, column, nullable }) => `${table}.${column}${nullable ? "?" : ""}`).sort();
  const mapped = entities.flatMap(({ class: entity }) => {
    const { tableName, props } = service.database.getMetadata().get(entity as never);
    return props.map((prop) => ({
      table: tableName,
      column: prop.fieldNames?.[0] ?? "",
      nullable: prop.nullable ?? false,
    }));
  });
  const tables = new Set(mapped.map(({ table }) => table));
  expect(described(mapped)).toEqual(described(rows.filter(({ table }) => tables.has(table))));
});
