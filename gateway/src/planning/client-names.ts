import { type DocumentNode, type FieldNode, Kind, print, visit } from "graphql";
import type { Path } from "../execution/response-text.ts";

/** The operation that plans answer: a document in which no field stands where plans keep another, and what the client calls those that did. */
export interface Renamed {
  document: DocumentNode;
  /** The client's name by the plan's; empty when nothing had to be renamed. */
  clientNames: ReadonlyMap<string, string>;
}

/**
 * Gives other names to fields that a plan would take for others. `{ product { id: name } }` would put the name where every
 * plan keeps the key; and fragments may use one name for different fields or arguments, each for a type of its own,
 * which are one type where a subgraph has them as an `@interfaceObject`.
 *
 * @param reserved fields that plans fetch on their own account
 */
export function withNamesOfTheirOwn(document: DocumentNode, reserved: ReadonlySet<string>): Renamed {
  const { firstOf, fragmented } = calledIn(document);
  const given = new Map<string, string>();
  const clientNames = new Map<string, string>();
  const nameFor = (name: string, field: string, call: string): string => {
    // The same for the same name and call, or what was one field would become two.
    let own = given.get(`${name} ${call}`);
    if (own) return own;
    own = `${name}__${field}`;
    while (firstOf.has(own) || reserved.has(own) || clientNames.has(own)) own += "_";
    given.set(`${name} ${call}`, own);
    clientNames.set(own, name);
    return own;
  };
  const renamed = visit(document, {
    Field(field) {
      if (isIntrospection(field)) return false;
      const name = (field.alias ?? field.name).value;
      const call = callOf(field);
      const isKept = reserved.has(name) ? call === name : !fragmented || firstOf.get(name) === call;
      if (isKept) return undefined;
      return { ...field, alias: { kind: Kind.NAME as const, value: nameFor(name, field.name.value, call) } };
    },
  });
  return clientNames.size > 0 ? { document: renamed, clientNames } : { document, clientNames };
}

/** The graph answers these itself; no plan knows them. */
function isIntrospection({ name }: FieldNode): boolean {
  return name.value === "__schema" || name.value === "__type";
}

function callOf({ name, arguments: args = [] }: FieldNode): string {
  return args.length > 0 ? `${name.value}(${args.map(print).sort().join()})` : name.value;
}

/** The first call under each response name, and whether there are fragments, in which others may follow. */
function calledIn(document: DocumentNode): { firstOf: Map<string, string>; fragmented: boolean } {
  const firstOf = new Map<string, string>();
  let fragmented = document.definitions.some(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  visit(document, {
    InlineFragment: () => {
      fragmented = true;
    },
    Field(field) {
      const name = (field.alias ?? field.name).value;
      if (!firstOf.has(name)) firstOf.set(name, callOf(field));
    },
  });
  return { firstOf, fragmented };
}

export function pathInClientNames(path: Readonly<Path>, names: ReadonlyMap<string, string>): Path {
  return path.map((key) => names.get(key as string) ?? key);
}
