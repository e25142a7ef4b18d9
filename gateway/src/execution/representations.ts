import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import { type GraphQLSchema, isAbstractType } from "graphql";
import { isObject, type Json, type JsonObject, merge } from "./merge.ts";
import type { Received } from "./response-text.ts";
import { eachTarget, type KnownTargets, type PlanPath, textOfPath, type Visit } from "./targets.ts";

/** Picks from an object what a subgraph needs to know it by; null when the object does not have it. */
export type RepresentationOf = (source: JsonObject) => JsonObject | null;

/**
 * The objects that each representation, as JSON text, stands for. Objects that hold nothing else are all alike: they are
 * replaced in the data by the first of them, which is then noted in `sharedObjects`.
 */
export type Group = (run: Received & { targets: KnownTargets }) => Map<string, JsonObject[]>;

/** Objects told apart by the values of their fields, one level of the tree for each; at its leaves those that are alike. */
type Branch = Map<Json | undefined, Branch | Leaf | null>;

interface Leaf {
  first: JsonObject;
  /** With all others of the same representation. */
  group: JsonObject[];
}

type Pick = (source: JsonObject, into: JsonObject) => boolean;

/** Compiles a fetch's `requires`. A missing field makes the whole representation null: the entity is not asked. */
export function compileRepresentation(
  schema: GraphQLSchema,
  selections: readonly QueryPlanSelectionNode[],
): RepresentationOf {
  const picks = selections.map((selection) => compilePick(schema, selection));
  return (source) => {
    const representation: JsonObject = {};
    for (const pick of picks) if (!pick(source, representation)) return null;
    return representation;
  };
}

/**
 * Groups the objects at a path by their representation, which is made once for each group: lists repeat the same few
 * entities many times. Objects without a representation are left out.
 *
 * @param textOf the representation of one; depends on nothing but its type and the fields that `selections` name
 */
export function compileGroup(
  path: PlanPath,
  selections: readonly QueryPlanSelectionNode[],
  textOf: (target: JsonObject) => string | null,
): Group {
  const keys = [...new Set(["__typename", ...fieldsOf(selections)])];
  const last = keys.pop() as string;
  const place = textOfPath(path);
  return ({ data, sharedObjects, targets }) => {
    const groups = new Map<string, JsonObject[]>();
    const leafOf = (target: JsonObject): Leaf | null => {
      const text = textOf(target);
      if (text === null) return null;
      let group = groups.get(text);
      if (group) group.push(target);
      else {
        group = [target];
        groups.set(text, group);
      }
      return { first: target, group };
    };
    const root: Branch = new Map();
    const found = targets.at(place);
    const kept: JsonObject[] = [];
    const visit: Visit = (target, holder, key) => {
      let branch = root;
      let known = 0;
      for (const field of keys) {
        const value = target[field];
        if (value !== undefined) known += 1;
        let next = branch.get(value) as Branch | undefined;
        if (!next) {
          next = new Map();
          branch.set(value, next);
        }
        branch = next;
      }
      const value = target[last];
      if (value !== undefined) known += 1;
      // An object as value is only like itself here, and found to be like others by its text.
      const leaf = branch.get(value) as Leaf | null | undefined;
      if (leaf?.first === target) return;
      if (leaf && !found && holdsOnly(known, target) && holdsOnly(known, leaf.first)) {
        (holder as JsonObject)[key] = leaf.first;
        if (!sharedObjects.has(leaf.first)) sharedObjects.set(leaf.first, null);
        return;
      }
      if (leaf === undefined) branch.set(value, leafOf(target));
      else leaf?.group.push(target);
      kept.push(target);
    };
    if (found) for (const target of found) visit(target, [], 0);
    else {
      eachTarget(data, path, visit);
      targets.found(place, kept);
    }
    return groups;
  };
}

/** Whether an object has so many fields and no others. */
function holdsOnly(count: number, object: JsonObject): boolean {
  let found = 0;
  for (const _ in object) if (++found > count) return false;
  return found === count;
}

function fieldsOf(selections: readonly QueryPlanSelectionNode[]): string[] {
  return selections.flatMap((selection) =>
    selection.kind === "Field" ? [selection.alias ?? selection.name] : fieldsOf(selection.selections),
  );
}

function compilePick(schema: GraphQLSchema, selection: QueryPlanSelectionNode): Pick {
  if (selection.kind === "Field") {
    const key = selection.alias ?? selection.name;
    const inner = selection.selections ? compileRepresentation(schema, selection.selections) : undefined;
    return (source, into) => {
      const value = source[key];
      if (value === undefined) return false;
      // What was fetched under an alias is handed over under its own name.
      into[selection.name] = inner ? within(value, inner) : value;
      return true;
    };
  }
  const inner = compileRepresentation(schema, selection.selections);
  const applies = selection.typeCondition ? compileTypeTest(schema, selection.typeCondition) : () => false;
  return (source, into) => {
    if (!applies(source)) return true;
    const part = inner(source);
    if (part) merge(into, part);
    return true;
  };
}

function within(value: Json, inner: RepresentationOf): Json {
  if (Array.isArray(value)) return value.map((item) => within(item, inner));
  return isObject(value) ? inner(value) : value;
}

/**
 * Whether an object is of a type, by its `__typename`.
 * @param whenUnknown the answer for an object that does not say its type
 */
export function compileTypeTest(
  schema: GraphQLSchema,
  typeCondition: string,
  whenUnknown = false,
): (source: JsonObject) => boolean {
  const condition = schema.getType(typeCondition);
  const names = new Set([typeCondition]);
  if (condition && isAbstractType(condition)) {
    const implementations = schema.getImplementations(condition as never);
    for (const { name } of schema.getPossibleTypes(condition)) names.add(name);
    for (const { name } of implementations?.interfaces ?? []) names.add(name);
  }
  return (source) => {
    const typename = source["__typename"];
    return typename ? names.has(typename as string) : whenUnknown;
  };
}
