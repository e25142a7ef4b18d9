import { createHash } from "node:crypto";
import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  type DocumentNode,
  execute,
  type FieldDefinitionNode,
  type FieldNode,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
  valueFromASTUntyped,
} from "graphql";
import { CompiledOperation } from "../execution/compiled-operation.ts";
import type { Json } from "../execution/merge.ts";
import type { SubgraphAnswer } from "../execution/subgraph-answer.ts";
import { parseFieldSet, pathsIn } from "../planning/field-sets.ts";
import { buildSupergraph, type Supergraph } from "../supergraph/supergraph.ts";
import { type RunStock, stockExecutor } from "./stock-executor.ts";

/** One object of the data model: all that any subgraph knows of it, whichever serves what; `missingIn` names those that do not find it. */
export interface Row {
  __typename: string;
  [field: string]: Value;
}
export type Value = null | boolean | number | string | Error | Row | Value[];

/** A row as a resolver sees it. */
interface Seen {
  __typename: string;
  row: Row;
  /** What the gateway handed over of it. */
  handed?: Given;
}
type Given = Record<string, unknown>;

export interface Outcome {
  data: Json;
  errors: readonly GraphQLError[];
}

export interface ModelledGraph {
  supergraph: Supergraph;
  calls: { subgraph: string; query: string; representations: Given[] }[];
  /** The right answer: the whole model behind one schema, without a federation. */
  monolith(text: string, variables?: Record<string, unknown>): Promise<Outcome>;
  run(text: string, variables?: Record<string, unknown>): Promise<Outcome>;
  stock: RunStock;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject", "@override", "@inaccessible", "@tag"])\n`;

/**
 * Subgraphs cut from one data model. No resolver is written: a subgraph answers the fields of its schema from the model and
 * nothing else, an entity is found by a key that the subgraph resolves, and a field with a `@requires` says what it was
 * given, so that its value is right only if that was.
 *
 * @param subgraphs schemas by name; those with a `@link` of their own, or `extend type` in Federation 1's way, are left alone
 * @param query what the root fields give
 * @param entities what a subgraph may be asked for by key
 * @throws Error when the graph does not compose, InvalidSupergraph when the gateway refuses it
 */
export function modelledGraph(
  subgraphs: Readonly<Record<string, string>>,
  query: Omit<Row, "__typename">,
  entities: readonly Row[],
): ModelledGraph {
  const texts = Object.entries(subgraphs).map(([name, sdl]) => {
    return { name, typeDefs: parse(sdl.includes("@link") || sdl.includes("#fed1") ? sdl : LINK + sdl) };
  });
  const { supergraphSdl, errors } = composeServices(texts.map((text) => ({ ...text, url: `http://${text.name}` })));
  if (errors || !supergraphSdl) throw new Error(errors?.map(({ message }) => message).join("\n"));
  const supergraph = buildSupergraph(supergraphSdl);
  const model = new Model(supergraph.supergraphSchema, texts, entities);
  const root: Row = { ...query, __typename: "Query" };
  const servers = new Map(texts.map(({ name, typeDefs }) => [name, new Subgraph(name, typeDefs, model, root)]));
  const calls: ModelledGraph["calls"] = [];
  const send = async (subgraph: string, body: string): Promise<SubgraphAnswer> => {
    const call = JSON.parse(body) as { query: string; variables?: Given };
    calls.push({
      subgraph,
      query: call.query,
      representations: (call.variables?.["representations"] ?? []) as Given[],
    });
    return (servers.get(subgraph) as Subgraph).answer(call.query, call.variables ?? {});
  };
  const runStock = stockExecutor(supergraphSdl, send);
  return {
    supergraph,
    calls,
    stock: runStock,
    async monolith(text, variableValues = {}) {
      const result = await execute({
        schema: supergraph.schema,
        document: parse(text),
        variableValues,
        rootValue: { __typename: "Query", row: root } satisfies Seen,
        fieldResolver: ({ row }: Seen, args: Given, _context, { fieldName }) =>
          model.seenIn(supergraph.schema, model.valueOf(row, fieldName, args)),
        typeResolver: ({ __typename }: Seen) => __typename,
      });
      return { data: JSON.parse(JSON.stringify(result.data ?? null)) as Json, errors: result.errors ?? [] };
    },
    async run(text, variables = {}) {
      calls.length = 0;
      const operation = new CompiledOperation(supergraph, parse(text), undefined);
      const { data = "null", errors } = await operation.execute(variables, send);
      return { data: JSON.parse(data) as Json, errors };
    },
  };
}

/** What is true, whoever is asked. */
class Model {
  readonly schema: GraphQLSchema;
  readonly entities: readonly Row[];
  /** By "Type.field". */
  readonly #required = new Map<string, SelectionSetNode>();

  constructor(schema: GraphQLSchema, subgraphs: readonly { typeDefs: DocumentNode }[], entities: readonly Row[]) {
    this.schema = schema;
    this.entities = entities;
    for (const { typeDefs } of subgraphs) {
      for (const { type, field } of fieldsOf(typeDefs)) {
        const required = argumentOf(field, "requires");
        if (required) this.#required.set(`${type}.${field.name.value}`, parseFieldSet(required));
      }
    }
  }

  valueOf(row: Row, field: string, args: Given): Value {
    const type = this.schema.getType(row.__typename);
    if (!isObjectType(type)) throw new Error(`the model has no object type ${row.__typename}`);
    const names = [type.name, ...type.getInterfaces().map(({ name }) => name)];
    const required = names.map((name) => this.#required.get(`${name}.${field}`)).find((found) => found);
    if (required) return computed(field, args, this.#picked(row, required));
    const definition = type.getFields()[field];
    if (!definition) throw new Error(`${type.name} has no field ${field}`);
    return withArguments(row[field] ?? null, args, isLeafType(getNamedType(definition.type)));
  }

  /** Those of a field in a field set, with defaults. */
  argumentsOf({ __typename }: Row, field: FieldNode): Given {
    const type = this.schema.getType(__typename);
    const definition = isObjectType(type) ? type.getFields()[field.name.value] : undefined;
    return definition ? getArgumentValues(definition, field) : {};
  }

  /** A value as a resolver of a schema gives it on. */
  seenIn(schema: GraphQLSchema, value: Value): unknown {
    if (value instanceof Error) throw new GraphQLError(value.message);
    if (Array.isArray(value)) return value.map((item) => (item instanceof Error ? item : this.seenIn(schema, item)));
    if (typeof value !== "object" || value === null) return value;
    return { __typename: this.typeIn(schema, value), row: value } satisfies Seen;
  }

  /** What a schema calls an object: its type, or the interface object that stands for it. */
  typeIn(schema: GraphQLSchema, { __typename }: Row): string {
    if (schema.getType(__typename)) return __typename;
    const type = this.schema.getType(__typename);
    const interfaces = isObjectType(type) ? type.getInterfaces() : [];
    return interfaces.find(({ name }) => isObjectType(schema.getType(name)))?.name ?? __typename;
  }

  #picked(row: Row, { selections }: SelectionSetNode): Given {
    const picked: Given = {};
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition?.name.value ?? row.__typename;
        if (this.isOf(row, type)) Object.assign(picked, this.#picked(row, selection.selectionSet));
      } else if (selection.kind === Kind.FIELD && selection.name.value !== "__typename") {
        const value = this.valueOf(row, selection.name.value, this.argumentsOf(row, selection));
        picked[selection.name.value] = this.#within(value, selection.selectionSet);
      }
    }
    return picked;
  }

  #within(value: Value, selectionSet: SelectionSetNode | undefined): unknown {
    // As between subgraphs, where what could not be had is null and the reason is told beside it.
    if (value instanceof Error) return null;
    if (Array.isArray(value)) return value.map((item) => this.#within(item, selectionSet));
    return selectionSet && typeof value === "object" && value ? this.#picked(value, selectionSet) : value;
  }

  isOf({ __typename }: { __typename: string }, name: string): boolean {
    if (__typename === name) return true;
    const [type, wanted] = [this.schema.getType(__typename), this.schema.getType(name)];
    return (
      (isInterfaceType(wanted) || isUnionType(wanted)) && isObjectType(type) && this.schema.isSubType(wanted, type)
    );
  }
}

class Subgraph {
  readonly #name: string;
  readonly #schema: GraphQLSchema;
  readonly #model: Model;
  readonly #root: Row;
  readonly #external = new Set<string>();
  readonly #provided: ReadonlySet<string>;
  readonly #required = new Map<string, SelectionSetNode>();
  /** Each type's keys that can be resolved. */
  readonly #keys = new Map<string, SelectionSetNode[]>();

  constructor(name: string, typeDefs: DocumentNode, model: Model, root: Row) {
    this.#name = name;
    this.#model = model;
    this.#root = root;
    this.#schema = buildSubgraphSchema([{ typeDefs }]);
    const entities = this.#schema.getQueryType()?.getFields()["_entities"];
    if (entities) delete entities.resolve;
    const entity = this.#schema.getType("_Entity");
    if (isUnionType(entity)) delete entity.resolveType;
    const provided = fieldsOf(typeDefs).flatMap(({ field }) => (argumentOf(field, "provides") ?? "").split(/\W+/));
    this.#provided = new Set(provided);
    for (const { type, field, extension } of fieldsOf(typeDefs)) {
      const required = argumentOf(field, "requires");
      if (required) this.#required.set(`${type}.${field.name.value}`, parseFieldSet(required));
      const isExternal = field.directives?.some((directive) => directive.name.value === "external");
      if (isExternal && !extension && !provided.includes(field.name.value))
        this.#external.add(`${type}.${field.name.value}`);
    }
    for (const definition of typeDefs.definitions) {
      if (!("name" in definition) || !definition.name || !("directives" in definition)) continue;
      const keys = (definition.directives ?? []).filter((directive) => directive.name.value === "key");
      for (const key of keys) {
        const given = Object.fromEntries(
          (key.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
        );
        if (given["resolvable"] === false) continue;
        const known = this.#keys.get(definition.name.value) ?? [];
        this.#keys.set(definition.name.value, [...known, parseFieldSet(String(given["fields"]))]);
      }
    }
  }

  async answer(text: string, variableValues: Given): Promise<SubgraphAnswer> {
    const document = parse(text);
    const mistakes = validate(this.#schema, document);
    if (mistakes.length > 0) return { data: null, errors: mistakes.map(({ message }) => ({ message })) };
    const result = await execute({
      schema: this.#schema,
      document,
      variableValues,
      rootValue: { __typename: "Query", row: this.#root } satisfies Seen,
      fieldResolver: this.#resolve,
      typeResolver: ({ __typename }: Seen) => __typename,
    });
    return JSON.parse(JSON.stringify(result)) as SubgraphAnswer;
  }

  readonly #resolve: GraphQLFieldResolver<Seen, unknown> = ({ row, handed }, args: Given, _context, info) => {
    const { fieldName, parentType } = info;
    if (parentType.name === "Query" && fieldName === "_entities")
      return (args["representations"] as Given[]).map((representation) => this.#find(representation));
    const required = this.#required.get(`${parentType.name}.${fieldName}`);
    // What is provided on the way here, the subgraph has itself.
    const isProvided = required && !handed && pathsIn(required).every((path) => this.#provided.has(path));
    if (required && !isProvided) return computed(fieldName, args, this.#handed(handed ?? {}, row, required));
    if (this.#external.has(`${parentType.name}.${fieldName}`) && !(handed && fieldName in handed))
      throw new GraphQLError(`${this.#name} does not know ${parentType.name}.${fieldName}`);
    return this.#model.seenIn(this.#schema, this.#model.valueOf(row, fieldName, args));
  };

  #find(handed: Given): Seen | null {
    const type = String(handed["__typename"]);
    const keys = (this.#keys.get(type) ?? []).filter((key) => has(handed, key));
    if (keys.length === 0) throw new GraphQLError(`${this.#name} resolves no key in ${JSON.stringify(handed)}`);
    const row = this.#model.entities.find(
      (entity) => this.#model.isOf(entity, type) && keys.every((key) => alike(entity, handed, key)),
    );
    if ((row?.["missingIn"] as string[] | undefined)?.includes(this.#name)) return null;
    return row ? { __typename: this.#model.typeIn(this.#schema, row), row, handed } : null;
  }

  /** What was handed over of what is required; of which types things are, the subgraph knows itself. */
  #handed(handed: Given, row: Row, { selections }: SelectionSetNode): Given {
    const picked: Given = {};
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const wanted = selection.typeCondition?.name.value ?? row.__typename;
        if (this.#model.isOf(row, wanted)) Object.assign(picked, this.#handed(handed, row, selection.selectionSet));
      } else if (selection.kind === Kind.FIELD && selection.name.value !== "__typename") {
        const name = selection.name.value;
        if (!(name in handed)) throw new GraphQLError(`${this.#name} was not given ${name}`);
        const known = this.#model.valueOf(row, name, this.#model.argumentsOf(row, selection));
        picked[name] = this.#handedWithin(handed[name], known, selection.selectionSet);
      }
    }
    return picked;
  }

  #handedWithin(value: unknown, known: Value, selectionSet: SelectionSetNode | undefined): unknown {
    if (Array.isArray(value) && Array.isArray(known))
      return value.map((item, at) => this.#handedWithin(item, known[at] as Value, selectionSet));
    return selectionSet && typeof value === "object" && value
      ? this.#handed(value as Given, known as Row, selectionSet)
      : value;
  }
}

function fieldsOf(typeDefs: DocumentNode): { type: string; field: FieldDefinitionNode; extension: boolean }[] {
  return typeDefs.definitions.flatMap((definition) => {
    if (!("name" in definition) || !("fields" in definition) || !definition.name) return [];
    const type = definition.name.value;
    const extension =
      definition.kind === Kind.OBJECT_TYPE_EXTENSION ||
      (definition.directives ?? []).some((directive) => directive.name.value === "extends");
    const fields = (definition.fields ?? []).filter((field) => field.kind === Kind.FIELD_DEFINITION);
    return fields.map((field) => ({ type, field, extension }));
  });
}

function argumentOf(field: FieldDefinitionNode, directive: string): string | undefined {
  const value = field.directives?.find(({ name }) => name.value === directive)?.arguments?.[0]?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function computed(field: string, args: Given, from: Given): string {
  return `${field}${argumentsText(args)} of ${JSON.stringify(from, inOrder)}`;
}

function argumentsText(args: Given): string {
  return Object.keys(args).length > 0 ? JSON.stringify(args, inOrder) : "";
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Other arguments, another value. */
function withArguments(value: Value, args: Given, isLeaf: boolean): Value {
  const text = argumentsText(args);
  if (!text || value === null || value instanceof Error) return value;
  const number = createHash("sha1").update(text).digest().readUInt16BE();
  if (isLeaf && Array.isArray(value)) return value.map((item) => withArguments(item, args, isLeaf));
  if (typeof value === "string") return `${value}${text}`;
  if (typeof value === "number") return value + number;
  if (typeof value === "boolean") return number % 2 === 0 ? value : !value;
  if (!Array.isArray(value) || value.length === 0) return value;
  const start = number % value.length;
  return [...value.slice(start), ...value.slice(0, start)];
}

function has(handed: Given, { selections }: SelectionSetNode): boolean {
  return selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return false;
    const value = handed[selection.name.value];
    if (value === undefined || value === null) return false;
    const { selectionSet } = selection;
    return !selectionSet || [value].flat().every((item) => has(item as Given, selectionSet));
  });
}

function alike(row: Row, handed: Given, { selections }: SelectionSetNode): boolean {
  return selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return false;
    const [own, other] = [row[selection.name.value], handed[selection.name.value]];
    const { selectionSet } = selection;
    if (!selectionSet) return String(own) === String(other);
    const [owns, others] = [[own].flat() as Row[], [other].flat() as Given[]];
    return owns.length === others.length && owns.every((item, at) => alike(item, others[at] as Given, selectionSet));
  });
}
