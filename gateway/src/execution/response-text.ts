import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type GraphQLUnionType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { isObject, type Json, type JsonObject } from "./merge.ts";

export type Path = (string | number)[];

/** Objects that stand at several places of the data, with room for what each becomes in the response. */
export type SharedObjects = Map<JsonObject, { by: unknown; text: string } | null>;

/** What the subgraphs sent, put together. */
export interface Received {
  /** Keyed by response names; grows as steps are run. */
  data: JsonObject;
  sharedObjects: SharedObjects;
  /** Whether no string in it needs to be escaped. */
  plain: boolean;
}

/** Writes what was received as what the client asked for: JSON text, in the client's order, with nulls propagated. */
export type Write = (received: Received, errors: GraphQLError[]) => string;

type Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType;
type Variables = Readonly<Record<string, unknown>>;

/** A value that may not stand where it is: its parent becomes null. */
const INVALID = Symbol("invalid");
const NULL = "null";
type Written = string | typeof INVALID;

/** @param key the response name or list index that the value stands at, below `state.path` */
type WriteValue = (value: Json | undefined, state: State, key: string | number) => Written;
type WriteObject = (data: JsonObject, state: State) => Written;

interface State {
  errors: GraphQLError[];
  path: Path;
  shared: SharedObjects;
  plain: boolean;
}

interface Field {
  /** Where the data has it. */
  key: string;
  /** What the response calls it. */
  name: string;
  write: WriteValue;
}

const COMBINATIONS_KEPT = 32;

/**
 * Compiles how an operation's response is written. Where `@skip` and `@include` depend on variables, one closure tree is made for each
 * combination of their values that turns up.
 */
export class ResponseText {
  readonly #schema: GraphQLSchema;
  readonly #operation: OperationDefinitionNode;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #conditions: readonly string[];
  readonly #clientNames: ReadonlyMap<string, string>;
  readonly #compiled = new Map<string, Write>();

  /** @param clientNames response names to be written in place of the operation's, where they differ */
  constructor(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    clientNames: ReadonlyMap<string, string>,
  ) {
    this.#schema = schema;
    this.#operation = operation;
    this.#fragments = fragments;
    this.#clientNames = clientNames;
    this.#conditions = conditionVariables(operation, fragments);
  }

  /** @param variables with defaults applied */
  for(variables: Variables): Write {
    const key = this.#conditions.map((name) => (variables[name] ? "1" : "0")).join("");
    let write = this.#compiled.get(key);
    if (!write) {
      write = this.#compile(variables);
      if (this.#compiled.size >= COMBINATIONS_KEPT) this.#compiled.clear();
      this.#compiled.set(key, write);
    }
    return write;
  }

  #compile(variables: Variables): Write {
    const compiler = new Compiler(this.#schema, this.#fragments, this.#clientNames, variables);
    const root = this.#schema.getRootType(this.#operation.operation) as GraphQLObjectType;
    const write = compiler.object(root, [this.#operation.selectionSet]);
    return ({ data, sharedObjects: shared, plain }, errors) => {
      const text = write(data, { errors, path: [], shared, plain });
      return text === INVALID ? NULL : text;
    };
  }
}

class Compiler {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #clientNames: ReadonlyMap<string, string>;
  readonly #variables: Variables;

  constructor(
    schema: GraphQLSchema,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    clientNames: ReadonlyMap<string, string>,
    variables: Variables,
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#clientNames = clientNames;
    this.#variables = variables;
  }

  /** An object of a known type. An interface can stand here for an object whose true type no subgraph could say. */
  object(type: GraphQLObjectType | GraphQLInterfaceType, selectionSets: readonly SelectionSetNode[]): WriteObject {
    const collected = new Map<string, FieldNode[]>();
    for (const selectionSet of selectionSets) this.#collect(type, selectionSet, collected);
    return writeObject(
      [...collected].map(([key, nodes]) => {
        return { key, name: this.#clientNames.get(key) ?? key, write: this.#field(type, nodes) };
      }),
    );
  }

  #field(type: GraphQLObjectType | GraphQLInterfaceType, nodes: readonly FieldNode[]): WriteValue {
    const name = (nodes[0] as FieldNode).name.value;
    if (name === "__typename") {
      const text: Written = isObjectType(type) ? JSON.stringify(type.name) : INVALID;
      return () => text;
    }
    // Introspection is answered apart, from the schema itself.
    if (name === "__schema" || name === "__type") return writeAny;
    const definition = type.getFields()[name];
    if (!definition) throw new Error(`${type.name} has no field ${name}`);
    return this.#value(definition.type, nodes, `${type.name}.${name}`);
  }

  #value(type: GraphQLOutputType, nodes: readonly FieldNode[], coordinate: string): WriteValue {
    if (isNonNullType(type)) return writeNonNull(this.#value(type.ofType, nodes, coordinate), coordinate);
    if (isListType(type)) return writeList(this.#value(type.ofType, nodes, coordinate), coordinate);
    const named = getNullableType(type);
    if (isCompositeType(named)) return this.#composite(named, nodes, coordinate);
    return writeLeaf(named as GraphQLLeafType, coordinate);
  }

  #composite(type: Composite, nodes: readonly FieldNode[], coordinate: string): WriteValue {
    const selectionSets = nodes.map((node) => node.selectionSet as SelectionSetNode);
    const writers = new Map<string, WriteObject | null>();
    const writerOf = (typename: string) => {
      let write = writers.get(typename);
      if (write === undefined) {
        const runtime = this.#schema.getType(typename);
        write =
          runtime && (isObjectType(runtime) || isInterfaceType(runtime)) ? this.object(runtime, selectionSets) : null;
        // Only names of the schema are kept: a subgraph's inventions must not fill the memory.
        if (runtime) writers.set(typename, write);
      }
      return write;
    };
    return (value, state, key) => {
      if (value === null || value === undefined) return NULL;
      if (!isObject(value)) return invalid(`Expected an object for ${coordinate}.`, state, key);
      const known = state.shared.get(value);
      if (known?.by === writers) return known.text;
      const typename = value["__typename"];
      const name = typeof typename === "string" ? typename : isUnionType(type) ? undefined : type.name;
      const write = name === undefined ? null : writerOf(name);
      if (!write) return invalid(`Invalid __typename found for ${coordinate}.`, state, key);
      const errors = state.errors.length;
      state.path.push(key);
      const text = write(value, state);
      state.path.pop();
      if (text === INVALID) return NULL;
      // What went wrong inside is told with its path, which is another at every place.
      if (known === null && state.errors.length === errors) state.shared.set(value, { by: writers, text });
      return text;
    };
  }

  #collect(
    type: GraphQLObjectType | GraphQLInterfaceType,
    selectionSet: SelectionSetNode,
    into: Map<string, FieldNode[]>,
  ): void {
    for (const selection of selectionSet.selections) {
      if (!included(selection.directives, this.#variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = into.get(key);
        if (nodes) nodes.push(selection);
        else into.set(key, [selection]);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments[selection.name.value] : selection;
      if (!fragment) continue;
      if (this.#applies(fragment.typeCondition?.name.value, type)) this.#collect(type, fragment.selectionSet, into);
    }
  }

  #applies(condition: string | undefined, type: GraphQLObjectType | GraphQLInterfaceType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = this.#schema.getType(condition);
    return (isInterfaceType(wanted) || isUnionType(wanted)) && this.#schema.isSubType(wanted, type);
  }
}

function writeObject(fields: readonly Field[]): WriteObject {
  const parts = fields.map(({ key, name, write }, index) => ({
    key,
    head: `${index > 0 ? "," : "{"}${JSON.stringify(name)}:`,
    // A field may have the name of what every object inherits.
    inherited: key in Object.prototype,
    write,
  }));
  if (parts.length === 0) return () => "{}";
  return (data, state) => {
    let text = "";
    for (const { key, head, inherited, write } of parts) {
      const value = inherited && !Object.hasOwn(data, key) ? undefined : data[key];
      const written = write(value, state, key);
      if (written === INVALID) return INVALID;
      text += head + written;
    }
    return `${text}}`;
  };
}

function writeNonNull(write: WriteValue, coordinate: string): WriteValue {
  return (value, state, key) => {
    const known = state.errors.length;
    const written = write(value, state, key);
    if (written !== NULL) return written;
    if (state.errors.length === known) report(`Cannot return null for non-nullable field ${coordinate}.`, state, key);
    return INVALID;
  };
}

function writeList(write: WriteValue, coordinate: string): WriteValue {
  return (value, state, key) => {
    if (value === null || value === undefined) return NULL;
    if (!Array.isArray(value)) return invalid(`Expected a list for ${coordinate}.`, state, key);
    let text = "[";
    state.path.push(key);
    for (let index = 0; index < value.length; index += 1) {
      const item = write(value[index], state, index);
      if (item === INVALID) {
        state.path.pop();
        return NULL;
      }
      text += index > 0 ? `,${item}` : item;
    }
    state.path.pop();
    return `${text}]`;
  };
}

function writeAny(value: Json | undefined): string {
  return value === undefined ? NULL : JSON.stringify(value);
}

function writeLeaf(type: GraphQLLeafType, coordinate: string): WriteValue {
  const textOf = leafText(type);
  return (value, state, key) => {
    if (value === null || value === undefined) return NULL;
    return textOf(value, state.plain) ?? invalid(`Invalid value found for ${coordinate}.`, state, key);
  };
}

const LARGEST_INT = 2_147_483_647;

/** Writes a value of the type, or undefined when it is none; custom scalars can only be judged by their own subgraph. */
function leafText(type: GraphQLLeafType): (value: Json, plain: boolean) => string | undefined {
  if (isEnumType(type)) {
    const texts = new Map<Json, string>(type.getValues().map(({ name }) => [name, JSON.stringify(name)]));
    return (value) => texts.get(value);
  }
  switch (type.name) {
    case "String":
      return (value, plain) => (typeof value === "string" ? quoted(value, plain) : undefined);
    case "ID":
      return (value, plain) =>
        typeof value === "string" ? quoted(value, plain) : Number.isInteger(value) ? JSON.stringify(value) : undefined;
    case "Int":
      return (value) =>
        Number.isInteger(value) && Math.abs(value as number) <= LARGEST_INT + 1 ? `${value as number}` : undefined;
    case "Float":
      return (value) => (typeof value === "number" ? JSON.stringify(value) : undefined);
    case "Boolean":
      return (value) => (typeof value === "boolean" ? `${value}` : undefined);
    default:
      return writeAny;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON writes otherwise
const NEEDS_ESCAPES = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoted(text: string, plain: boolean): string {
  return plain || !NEEDS_ESCAPES.test(text) ? `"${text}"` : JSON.stringify(text);
}

function invalid(message: string, state: State, key: string | number): typeof NULL {
  report(message, state, key);
  return NULL;
}

function report(message: string, { errors, path }: State, key: string | number): void {
  errors.push(new GraphQLError(message, { path: [...path, key], extensions: { code: "SUBGRAPH_BAD_VALUE" } }));
}

function included(directives: readonly DirectiveNode[] | undefined, variables: Variables): boolean {
  if (!directives || directives.length === 0) return true;
  for (const directive of directives) {
    const name = directive.name.value;
    if (name !== "skip" && name !== "include") continue;
    const value = directive.arguments?.[0]?.value;
    const truth =
      value?.kind === Kind.VARIABLE
        ? Boolean(variables[value.name.value])
        : value?.kind === Kind.BOOLEAN && value.value;
    if (truth === (name === "skip")) return false;
  }
  return true;
}

/** Names of the variables that any `@skip` or `@include` of the operation asks for, sorted. */
export function conditionVariables(
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): string[] {
  const names = new Set<string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      for (const { name, arguments: args } of selection.directives ?? []) {
        const value = args?.[0]?.value;
        if ((name.value === "skip" || name.value === "include") && value?.kind === Kind.VARIABLE)
          names.add(value.name.value);
      }
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) visit(selection.selectionSet);
    }
  };
  visit(operation.selectionSet);
  for (const fragment of Object.values(fragments)) visit(fragment.selectionSet);
  return [...names].sort();
}
