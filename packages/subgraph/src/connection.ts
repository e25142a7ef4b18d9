import type { EntityManager, EntityProperty, FilterQuery, QueryOrderMap } from "@mikro-orm/core";
import { isDay } from "@psqm/clock/clock";
import { BadInput } from "@psqm/refusal/refusal";
import { ArgsType, type ClassType, Directive, Field, Int, ObjectType } from "type-graphql";
import { Policed, partOfParent } from "./policy.ts";

/** Where a page of a list begins and how long it is. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: "How many to give, 1 to 100." })
  first!: number;

  @Field(() => String, {
    nullable: true,
    description: "The cursor after which to go on: `pageInfo.endCursor` of the page before.",
  })
  after?: string;
}

@Policed(partOfParent)
@Directive("@shareable")
@Directive('@tag(name: "public")')
@ObjectType({ simpleResolvers: true, description: "Where a page of a list ends." })
export class PageInfo {
  @Directive('@tag(name: "public")')
  @Field(() => Boolean, { description: "Whether there is more after this page." })
  hasNextPage!: boolean;

  @Directive('@tag(name: "public")')
  @Field(() => String, { nullable: true, description: "Give this as `after` for the next page." })
  endCursor!: string | null;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface Connection<Node> {
  edges: Edge<Node>[];
  nodes: Node[];
  pageInfo: PageInfo;
}

/**
 * The Relay connection type of a node type; made once per node type, at module level.
 * @param name of the node type in the graph, e.g. `School` for `SchoolConnection` and `SchoolEdge`
 * @param tags of contracts that hold the list, e.g. `["public"]`; its types and their fields get them
 */
export function connectionOf<Node extends object>(
  name: string,
  node: () => ClassType<Node>,
  tags: readonly string[] = [],
): ClassType<Connection<Node>> {
  const Tagged = taggedWith(tags);

  @Tagged
  @Policed(partOfParent)
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `One ${name} of a list, with its place in it.` })
  class NodeEdge {
    @Tagged
    @Field(() => String, { description: "The place of this one: give it as `after` to go on from here." })
    cursor!: string;

    @Tagged
    @Field(node, { description: `The ${name} itself.` })
    node!: Node;
  }

  @Tagged
  @Policed(partOfParent)
  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of a list of ${name}.` })
  class NodeConnection {
    @Tagged
    @Field(() => [NodeEdge], { description: "The page, each with its cursor." })
    edges!: NodeEdge[];

    @Tagged
    @Field(() => [node()], { description: "The page without cursors." })
    nodes!: Node[];

    @Tagged
    @Field(() => PageInfo, { description: "Whether and where the list goes on." })
    pageInfo!: PageInfo;
  }
  return NodeConnection as unknown as ClassType<Connection<Node>>;
}

function taggedWith(tags: readonly string[]): PropertyDecorator & ClassDecorator {
  const directives = tags.map((tag) => Directive(`@tag(name: "${tag}")`));
  return (target: object, key?: string | symbol) => {
    for (const directive of directives) (directive as (target: object, key?: string | symbol) => void)(target, key);
  };
}

const MAX_PAGE = 100;

/** Gives back how many a list is asked for. Throws BadInput outside 1–100. */
export function pageSize(first: number): number {
  if (Number.isInteger(first) && first >= 1 && first <= MAX_PAGE) return first;
  throw new BadInput(`\`first\` is 1 to ${MAX_PAGE}; this is ${first}.`);
}

/**
 * One page by keyset, one SQL. `orderBy` must end in a unique column; the same order must be given for every page.
 * @throws BadInput for a page size outside 1–100 or a cursor that this list did not give
 */
export async function paginate<Row extends object>(
  em: EntityManager,
  // biome-ignore lint/suspicious/noExplicitAny: MikroORM's class type takes any constructor
  entity: new (...args: any[]) => Row,
  where: FilterQuery<NoInfer<Row>>,
  { first, after }: PageArgs,
  orderBy: QueryOrderMap<Row>,
): Promise<Connection<Row>> {
  pageSize(first);
  if (after !== undefined && after !== null) {
    const { properties } = em.getMetadata().get(entity as never);
    const kinds = Object.keys(orderBy).map((key) => properties[key as never] as EntityProperty);
    assertCursor(after, kinds.length, (value, index) => fitsColumn(value, kinds[index]?.columnTypes[0] ?? ""));
  }
  const page = await em.findByCursor(entity, {
    where,
    first,
    ...(after ? { after: { endCursor: after } } : {}),
    orderBy,
    includeCount: false,
  } as never);
  const items = page.items as unknown as Row[];
  const edges = items.map((node) => ({ node, cursor: page.from(node as never) }));
  return {
    edges,
    nodes: items,
    pageInfo: { hasNextPage: page.hasNextPage, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

/**
 * One page of a list that is computed, not read: sorted by its key, which is unique in it.
 * @throws BadInput for a page size outside 1–100 or a cursor that this list did not give
 */
export function paginateList<Row>(
  rows: readonly Row[],
  { first, after }: PageArgs,
  keyOf: (row: Row) => readonly string[],
): Connection<Row> {
  pageSize(first);
  const keyed = rows.map((node) => ({ node, key: keyOf(node) })).sort((a, b) => compareKeys(a.key, b.key));
  const start = after ? decodeKey(after, keyed[0]?.key.length) : null;
  const rest = start ? keyed.filter(({ key }) => compareKeys(key, start) > 0) : keyed;
  const edges = rest.slice(0, first).map(({ node, key }) => ({ node, cursor: encodeKey(key) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage: rest.length > first, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

const encodeKey = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString("base64url");

/** @param length of the list's keys; unknown when it is empty, and then any cursor leads to nothing */
function decodeKey(cursor: string, length: number | undefined): string[] | null {
  if (length === undefined) return null;
  assertCursor(cursor, length);
  return (JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown[]).map(String);
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 ? 0 : String(a[at]) < String(b[at]) ? -1 : 1;
}

/** Whether a database could compare the value with a column of this type; any other would fail there. */
function fitsColumn(value: unknown, type: string): boolean {
  if (/^(int|integer|smallint|bigint)/.test(type)) return Number.isSafeInteger(value);
  if (typeof value !== "string") return false;
  if (type === "date") return isDay(value);
  // Only what `toISOString` writes: the years 0 to 9999, never a day that there is not.
  if (type.startsWith("timestamp")) return isDay(value.slice(0, 10)) && isInstant(value);
  return true;
}

function isInstant(text: string): boolean {
  const instant = new Date(text);
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === text;
}

/** A cursor is base64url of the JSON array of the order's values. */
function assertCursor(
  cursor: string,
  length: number,
  fits: (value: unknown, index: number) => boolean = (value) => typeof value === "string",
): void {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(values) && values.length === length && values.every(fits)) return;
  } catch {
    // not JSON: refused below
  }
  throw new BadInput("`after` is not a cursor of this list. Give the `endCursor` of its previous page.", { cursor });
}
