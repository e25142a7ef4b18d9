import { type ConstDirectiveNode, type DocumentNode, Kind } from "graphql";
import { type Fielded, isFalse, isTrue, joins, parseFieldSet, pathsIn, textOf } from "./field-sets.ts";

/**
 * Leaves a type only such keys as its subgraph can be entered by, where a plan may have to come back to that subgraph:
 * after fetching what a `@requires` wants, or the implementation of an `@interfaceObject`. The planner comes back by
 * whichever key stands first, `resolvable: false` or not.
 *
 * @returns the same document when no key had to go
 */
export function withResumableKeys(document: DocumentNode): DocumentNode {
  let changed = false;
  const definitions = document.definitions.map((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
      return definition;
    const directives = resumable(definition);
    const before = definition.directives ?? [];
    if (directives.length === before.length && directives.every((directive) => before.includes(directive)))
      return definition;
    changed = true;
    return { ...definition, directives };
  });
  return changed ? { ...document, definitions } : document;
}

function resumable(type: Fielded): readonly ConstDirectiveNode[] {
  const requiring = new Set(
    (type.fields ?? [])
      .flatMap((field) => joins(field, "join__field"))
      .filter((join) => textOf(join, "requires") !== undefined)
      .map((join) => textOf(join, "graph")),
  );
  const enterable = enterableGraphs(type);
  const told = new Set<string | undefined>();
  return (type.directives ?? []).flatMap((directive) => {
    const graph = textOf(directive, "graph");
    if (directive.name.value !== "join__type" || !isFalse(directive, "resolvable")) return [directive];
    const comesBack = requiring.has(graph) || isTrue(directive, "isInterfaceObject");
    if (comesBack && enterable.has(graph)) return [];
    if (!requiring.has(graph)) return [directive];
    // Known by no key that could be come back by, the subgraph still has the type.
    if (told.has(graph)) return [];
    told.add(graph);
    return [withoutKey(directive)];
  });
}

function enterableGraphs(type: Fielded): Set<string | undefined> {
  const entries = joins(type, "join__type").filter((join) => textOf(join, "key") && !isFalse(join, "resolvable"));
  return new Set(entries.map((join) => textOf(join, "graph")));
}

/**
 * Fields of an `@interfaceObject` that cannot be had for one implementation alone, `{ dish { ... on Bread { price } } }`:
 * the plan leaves the subgraph to learn the implementation, and has no key to come back by.
 *
 * @returns each as "Type.field", with its subgraph as the join specification's enum spells it
 */
export function strandedFields(type: Fielded): { field: string; graph: string }[] {
  const enterable = enterableGraphs(type);
  const objects = joins(type, "join__type").filter((join) => isTrue(join, "isInterfaceObject"));
  const known = new Map<string, Set<string>>();
  for (const join of objects) {
    const graph = textOf(join, "graph");
    if (!graph || enterable.has(graph)) continue;
    const keys = known.get(graph) ?? new Set();
    known.set(graph, keys);
    for (const path of pathsIn(parseFieldSet(textOf(join, "key") ?? "__typename"))) keys.add(path);
  }
  return [...known].flatMap(([graph, keys]) =>
    (type.fields ?? [])
      .filter((field) => {
        const own = joins(field, "join__field");
        const serves =
          own.length === 0 || own.some((join) => textOf(join, "graph") === graph && !isTrue(join, "external"));
        return serves && !keys.has(field.name.value);
      })
      .map((field) => ({ field: `${type.name.value}.${field.name.value}`, graph })),
  );
}

function withoutKey(join: ConstDirectiveNode): ConstDirectiveNode {
  const args = (join.arguments ?? []).filter(({ name }) => name.value !== "key" && name.value !== "resolvable");
  return { ...join, arguments: args };
}
