import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from "@apollo/query-planner";
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
  visit,
} from "graphql";
import type { Need, RequiredCalls } from "./required-calls.ts";

/** All that it takes to turn names of calls back into what subgraphs understand. */
export interface CallsInPlans extends RequiredCalls {
  schema: GraphQLSchema;
  /** Names that the join specification's enum gives to subgraphs, by the subgraphs' own. */
  graphOf: ReadonlyMap<string, string>;
  /** Types that a subgraph has as `@interfaceObject`. */
  interfaceObjectsOf(subgraph: string): ReadonlySet<string>;
  /** The paths of all keys that a subgraph's entities are known by. */
  keysOf(subgraph: string): ReadonlySet<string>;
}

/**
 * Turns the names of required calls in a plan back into the calls. Each is fetched under its name as alias, and handed to
 * the subgraph that requires it under its own name; what requires different calls of one field is computed by
 * different fetches, because a representation holds a field but once.
 */
export function withCalls(plan: QueryPlan, calls: CallsInPlans): QueryPlan {
  const { node } = plan;
  if (!node) return plan;
  if (node.kind !== "Subscription") return { ...plan, node: inNode(node, calls) };
  const primary = called(node.primary, calls);
  return { ...plan, node: node.rest ? { ...node, primary, rest: inNode(node.rest, calls) } : { ...node, primary } };
}

function inNode(node: PlanNode, calls: CallsInPlans): PlanNode {
  switch (node.kind) {
    case "Sequence":
    case "Parallel":
      return { ...node, nodes: node.nodes.map((child) => inNode(child, calls)) };
    case "Flatten":
      return { ...node, node: inNode(node.node, calls) };
    case "Condition":
      return {
        ...node,
        ...(node.ifClause && { ifClause: inNode(node.ifClause, calls) }),
        ...(node.elseClause && { elseClause: inNode(node.elseClause, calls) }),
      };
    case "Fetch": {
      const fetches = apart(called(withoutInterfaceTypes(node, calls), calls), calls);
      return fetches.length === 1 ? (fetches[0] as FetchNode) : { kind: "Parallel", nodes: fetches };
    }
    case "Defer":
      return node;
  }
}

/** An interface object's subgraph calls it by the interface: that must not take the place of the type that is known. */
function withoutInterfaceTypes(fetch: FetchNode, calls: CallsInPlans): FetchNode {
  const objects = calls.interfaceObjectsOf(fetch.serviceName);
  if (!fetch.requires || objects.size === 0) return fetch;
  const document = visit(parse(fetch.operation, { noLocation: true }), {
    Field: (field) => (field.name.value === "_entities" ? undefined : false),
    InlineFragment(fragment) {
      if (!objects.has(fragment.typeCondition?.name.value ?? "")) return undefined;
      const selections = fragment.selectionSet.selections.filter(
        (selection) => selection.kind !== Kind.FIELD || selection.alias || selection.name.value !== "__typename",
      );
      if (selections.length === 0) return undefined;
      return { ...fragment, selectionSet: { ...fragment.selectionSet, selections } };
    },
  });
  return { ...fetch, operation: textOf(document) };
}

function called(fetch: FetchNode, { byName }: CallsInPlans): FetchNode {
  const operation = visit(parse(fetch.operation, { noLocation: true }), {
    Field(field) {
      const call = byName.get(field.name.value);
      if (!call) return undefined;
      const name = { kind: Kind.NAME as const, value: call.field };
      return { ...field, alias: field.alias ?? field.name, name, arguments: call.arguments };
    },
  });
  const requires = fetch.requires?.map((selection) => calledInput(selection, byName));
  return { ...fetch, operation: textOf(operation), ...(requires && { requires }) };
}

function calledInput(selection: QueryPlanSelectionNode, byName: RequiredCalls["byName"]): QueryPlanSelectionNode {
  const selections = selection.selections?.map((inner) => calledInput(inner, byName));
  if (selection.kind === "InlineFragment") return { ...selection, selections: selections ?? [] };
  const call = byName.get(selection.name);
  return {
    ...selection,
    ...(call && { alias: selection.name, name: call.field }),
    ...(selections && { selections }),
  };
}

/** What one fetch hands over beyond the key: the name in plans of each, by its path. */
type Handed = Map<string, string>;

interface Group {
  /** Of fields that need the same, where entities of several types are known by different things. */
  needs: string;
  handed: Handed;
}

/**
 * As many fetches as it takes for none of them to hand over two calls of one field, nor to ask of an entity of one type
 * what only those of another were prepared for.
 */
function apart(fetch: FetchNode, calls: CallsInPlans): FetchNode[] {
  const { requires, serviceName, operation } = fetch;
  if (!requires) return [fetch];
  const ofManyTypes = requires.length > 1;
  if (!ofManyTypes && !handsTwice(requires, calls)) return [fetch];
  const document = parse(operation, { noLocation: true });
  const groups: Group[] = [];
  const groupOf = new Map<FieldNode, Group>();
  const needed = new Set<string>();
  forEntityFields(document, (field, type) => {
    const needs = needsOf(serviceName, type, field.name.value, calls);
    const texts = needs.map(({ path, name }) => `${path} ${name}`).sort();
    const same = ofManyTypes ? texts.join() : "";
    let group = groups.find(
      (other) => other.needs === same && needs.every(({ path, name }) => (other.handed.get(path) ?? name) === name),
    );
    if (!group) {
      group = { needs: same, handed: new Map() };
      groups.push(group);
    }
    for (const { path, name } of needs) group.handed.set(path, name);
    for (const text of texts) needed.add(text);
    groupOf.set(field, group);
  });
  if (needed.size === 0 || (groups.length === 1 && !ofManyTypes)) return [fetch];
  const keys = calls.keysOf(serviceName);
  return groups.map((group) => {
    const isPrepared = ofManyTypes && group.handed.size > 0;
    const inputs = isPrepared ? byType(requires, group.handed, keys, calls.schema) : requires;
    const hands = (path: string, name: string) =>
      group.handed.get(path) === name || keys.has(path) || !needed.has(`${path} ${name}`);
    return {
      ...fetch,
      ...(groups.length > 1 && narrowed(fetch, document, (field) => groupOf.get(field) === group)),
      requires: inputs.flatMap((selection) => handedInput(selection, hands, "")).filter(saysMoreThanType),
    };
  });
}

/**
 * One fragment for each type of entities that has a key, with all that is handed over of it: an entity for which a part of
 * that is missing was not meant. A fragment for many types that has all by itself is left as it is.
 */
function byType(
  requires: readonly QueryPlanSelectionNode[],
  handed: Handed,
  keys: ReadonlySet<string>,
  schema: GraphQLSchema,
): QueryPlanSelectionNode[] {
  const hasKey = (selections: readonly QueryPlanSelectionNode[]) =>
    selections.some((selection) => selection.kind === "Field" && keys.has(selection.name));
  const whole: QueryPlanSelectionNode[] = [];
  const inputs = new Map<string, Map<string, QueryPlanSelectionNode>>();
  for (const selection of requires) {
    if (selection.kind !== "InlineFragment" || !selection.typeCondition) continue;
    const condition = schema.getType(selection.typeCondition);
    const types = condition && isAbstractType(condition) ? schema.getPossibleTypes(condition) : [];
    const has = inputsIn(selection.selections);
    if (hasKey(selection.selections) && [...handed].every(([path, name]) => has.has(`${path} ${name}`))) {
      whole.push(selection);
      continue;
    }
    for (const name of types.length > 0 ? types.map((type) => type.name) : [selection.typeCondition]) {
      const input = inputs.get(name) ?? new Map();
      inputs.set(name, input);
      for (const inner of selection.selections) input.set(JSON.stringify(inner), inner);
    }
  }
  const joined = [...inputs].map(([typeCondition, input]) => {
    return { kind: "InlineFragment" as const, typeCondition, selections: [...input.values()] };
  });
  return [...whole, ...joined.filter(({ selections }) => hasKey(selections))];
}

/** "path name" of all that is handed over. */
function inputsIn(selections: readonly QueryPlanSelectionNode[], above = ""): Set<string> {
  return new Set(
    selections.flatMap((selection): string[] => {
      if (selection.kind === "InlineFragment") return [...inputsIn(selection.selections, above)];
      const path = above + selection.name;
      return [`${path} ${selection.alias ?? selection.name}`, ...inputsIn(selection.selections ?? [], `${path}.`)];
    }),
  );
}

function saysMoreThanType(selection: QueryPlanSelectionNode): boolean {
  if (selection.kind === "Field") return selection.name !== "__typename";
  return selection.selections.some(saysMoreThanType);
}

function handsTwice(requires: readonly QueryPlanSelectionNode[], { byName }: CallsInPlans): boolean {
  const handed: Handed = new Map();
  const twice = (selection: QueryPlanSelectionNode, above: string): boolean => {
    if (selection.kind === "InlineFragment") return selection.selections.some((inner) => twice(inner, above));
    const path = above + selection.name;
    if (selection.alias && byName.has(selection.alias)) {
      const other = handed.get(path);
      if (other && other !== selection.alias) return true;
      handed.set(path, selection.alias);
    }
    return selection.selections?.some((inner) => twice(inner, `${path}.`)) ?? false;
  };
  return requires.some((selection) => twice(selection, ""));
}

function handedInput(
  selection: QueryPlanSelectionNode,
  hands: (path: string, name: string) => boolean,
  above: string,
): QueryPlanSelectionNode[] {
  const path = selection.kind === "Field" ? above + selection.name : above;
  if (selection.kind === "Field" && !hands(path, selection.alias ?? selection.name)) return [];
  if (!selection.selections) return [selection];
  const below = selection.kind === "Field" ? `${path}.` : above;
  const selections = selection.selections.flatMap((inner) => handedInput(inner, hands, below));
  return selections.length > 0 ? [{ ...selection, selections }] : [];
}

function needsOf(subgraph: string, type: string, field: string, { needs, schema, graphOf }: CallsInPlans): Need[] {
  const definition = schema.getType(type);
  const types = definition && isAbstractType(definition) ? schema.getPossibleTypes(definition) : [];
  const names = new Set([type, ...types.map(({ name }) => name)]);
  return [...names].flatMap((name) => [...(needs.get(`${graphOf.get(subgraph)} ${name}.${field}`) ?? [])]);
}

/** What an entity fetch computes on the entities themselves; plans made with these calls have no named fragments. */
function forEntityFields(document: DocumentNode, work: (field: FieldNode, type: string) => void): void {
  const each = (selections: readonly SelectionNode[], type: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value !== "__typename") work(selection, type);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        each(selection.selectionSet.selections, selection.typeCondition?.name.value ?? type);
      }
    }
  };
  each(entitiesOf(document).selectionSet?.selections ?? [], "_Entity");
}

function entitiesOf(document: DocumentNode): FieldNode {
  return operationOf(document).selectionSet.selections[0] as FieldNode;
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  return document.definitions[0] as OperationDefinitionNode;
}

/** The same question about some of the entities' fields only. */
function narrowed(
  fetch: FetchNode,
  document: DocumentNode,
  keeps: (field: FieldNode) => boolean,
): Pick<FetchNode, "operation" | "variableUsages"> {
  const keep = (selections: readonly SelectionNode[]): SelectionNode[] =>
    selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD)
        return keeps(selection) || selection.name.value === "__typename" ? [selection] : [];
      if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection];
      const kept = keep(selection.selectionSet.selections);
      return kept.length > 0 ? [{ ...selection, selectionSet: { ...selection.selectionSet, selections: kept } }] : [];
    });
  const entities = entitiesOf(document);
  const selections = keep(entities.selectionSet?.selections ?? []);
  const asked = { ...entities, selectionSet: { kind: Kind.SELECTION_SET as const, selections } };
  const operation = operationOf(document);
  const selectionSet = { ...operation.selectionSet, selections: [asked] };
  const used = new Set<string>();
  visit(selectionSet, { Variable: ({ name }) => void used.add(name.value) });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value));
  const definition = { ...operation, selectionSet, ...(variableDefinitions && { variableDefinitions }) };
  return {
    operation: textOf({ ...document, definitions: [definition] }),
    ...(fetch.variableUsages && { variableUsages: fetch.variableUsages.filter((name) => used.has(name)) }),
  };
}

function textOf(document: DocumentNode): string {
  return stripIgnoredCharacters(print(document));
}
