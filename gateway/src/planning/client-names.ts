import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode, visit } from "graphql";
import type { Path } from "../execution/response-text.ts";

/** A document in which no alias stands where plans keep something else, and what the client calls those fields. */
export interface Renamed {
  document: DocumentNode;
  /** The client's name by the plan's; empty when nothing had to be renamed. */
  clientNames: ReadonlyMap<string, string>;
}

/**
 * Gives other names to aliases that a plan needs for itself. `{ product { id: name } }` would put the name where every
 * plan keeps the key.
 *
 * @param reserved fields that plans fetch on their own account
 */
export function withoutReservedAliases(document: DocumentNode, reserved: ReadonlySet<string>): Renamed {
  const given = new Map<string, string>();
  const clientNames = new Map<string, string>();
  const taken = responseNames(document);
  const nameFor = (alias: string, field: string): string => {
    // The same for the same alias and field, or what was one field would become two.
    let name = given.get(`${alias} ${field}`);
    if (name) return name;
    name = `${alias}__${field}`;
    while (taken.has(name) || reserved.has(name)) name += "_";
    taken.add(name);
    given.set(`${alias} ${field}`, name);
    clientNames.set(name, alias);
    return name;
  };
  const renamed = visit(document, {
    Field(field) {
      if (isIntrospection(field)) return false;
      const { alias, name } = field;
      if (!alias || alias.value === name.value || !reserved.has(alias.value)) return undefined;
      return { ...field, alias: { kind: Kind.NAME as const, value: nameFor(alias.value, name.value) } };
    },
  });
  return clientNames.size > 0 ? { document: renamed, clientNames } : { document, clientNames };
}

/** The graph answers these itself; no plan knows them. */
function isIntrospection({ name }: FieldNode): boolean {
  return name.value === "__schema" || name.value === "__type";
}

function responseNames(document: DocumentNode): Set<string> {
  const names = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add((selection.alias ?? selection.name).value);
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) collect(selection.selectionSet);
    }
  };
  for (const definition of document.definitions) if ("selectionSet" in definition) collect(definition.selectionSet);
  return names;
}

export function pathInClientNames(path: Readonly<Path>, names: ReadonlyMap<string, string>): Path {
  return path.map((key) => names.get(key as string) ?? key);
}
