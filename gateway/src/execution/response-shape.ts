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

/** Shapes what the subgraphs sent into what the client asked for, in its order, with nulls propagated. */
export type Shape = (data: JsonObject, errors: GraphQLError[]) => JsonObject | null;

type Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType;
type Variables = Readonly<Record<string, unknown>>;

/** A value that may not stand where it is: its parent becomes null. */
const INVALID = Symbol("invalid");
type Completed = Json | typeof INVALID;

/** @param key the response name or list index that the value stands at, below `state.path` */
type Complete = (value: Json | undefined, state: State, key: string | number) => Completed;

interface State {
  errors: GraphQLError[];
  path: Path;
}

interface Field {
  key: string;
  complete: Complete;
}

const COMBINATIONS_KEPT = 32;

/**
 * Compiles an operation's response. Where `@skip` and `@include` depend on variables, one closure tree is made for each
 * combination of their values that turns up.
 */
export class ResponseShape {
  readonly #schema: GraphQLSchema;
  readonly #operation: OperationDefinitionNode;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #conditions: readonly string[];
  readonly #compiled = new Map<string, Shape>();

  constructor(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  ) {
    this.#schema = schema;
    this.#operation = operation;
    this.#fragments = fragments;
    this.#conditions = conditionVariables(operation, fragments);
  }

  /** @param variables with defaults applied */
  for(variables: Variables): Shape {
    const key = this.#conditions.map((name) => (variables[name] ? "1" : "0")).join("");
    let shape = this.#compiled.get(key);
    if (!shape) {
      shape = this.#compile(variables);
      if (this.#compiled.size >= COMBINATIONS_KEPT) this.#compiled.clear();
      this.#compiled.set(key, shape);
    }
    return shape;
  }

  #compile(variables: Variables): Shape {
    const compiler = new Compiler(this.#schema, this.#fragments, variables);
    const root = this.#schema.getRootType(this.#operation.operation) as GraphQLObjectType;
    const shape = compiler.object(root, [this.#operation.selectionSet]);
    return (data, errors) => {
      const result = shape(data, { errors, path: [] });
      return result === INVALID ? null : (result as JsonObject);
    };
  }
}

class Compiler {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #variables: Variables;

  constructor(
    schema: GraphQLSchema,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    variables: Variables,
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
  }

  /** An object of a known type. An interface can stand here for an object whose true type no subgraph could say. */
  object(
    type: GraphQLObjectType | GraphQLInterfaceType,
    selectionSets: readonly SelectionSetNode[],
  ): (data: JsonObject, state: State) => Completed {
    const collected = new Map<string, FieldNode[]>();
    for (const selectionSet of selectionSets) this.#collect(type, selectionSet, collected);
    const fields: Field[] = [];
    for (const [key, nodes] of collected) {
      const node = nodes[0] as FieldNode;
      const name = node.name.value;
      if (name === "__typename") {
        fields.push({ key, complete: isObjectType(type) ? () => type.name : () => INVALID });
        continue;
      }
      // Introspection is answered apart, from the schema itself.
      if (name === "__schema" || name === "__type") {
        fields.push({ key, complete: (value) => value ?? null });
        continue;
      }
      const definition = type.getFields()[name];
      if (!definition) throw new Error(`${type.name} has no field ${name}`);
      fields.push({ key, complete: this.#complete(definition.type, nodes, `${type.name}.${name}`) });
    }
    return fields.some(({ key }) => key === "__proto__") ? guardedObject(fields) : plainObject(fields);
  }

  #complete(type: GraphQLOutputType, nodes: readonly FieldNode[], coordinate: string): Complete {
    if (isNonNullType(type)) return nonNull(this.#complete(type.ofType, nodes, coordinate), coordinate);
    if (isListType(type)) return list(this.#complete(type.ofType, nodes, coordinate), coordinate);
    const named = getNullableType(type);
    if (isCompositeType(named)) return this.#composite(named, nodes, coordinate);
    return leaf(named as GraphQLLeafType, coordinate);
  }

  #composite(type: Composite, nodes: readonly FieldNode[], coordinate: string): Complete {
    const selectionSets = nodes.map((node) => node.selectionSet as SelectionSetNode);
    const shapes = new Map<string, ((data: JsonObject, state: State) => Completed) | null>();
    const shapeOf = (typename: string) => {
      let shape = shapes.get(typename);
      if (shape === undefined) {
        const runtime = this.#schema.getType(typename);
        shape =
          runtime && (isObjectType(runtime) || isInterfaceType(runtime)) ? this.object(runtime, selectionSets) : null;
        // Only names of the schema are kept: a subgraph's inventions must not fill the memory.
        if (runtime) shapes.set(typename, shape);
      }
      return shape;
    };
    return (value, state, key) => {
      if (value === null || value === undefined) return null;
      if (!isObject(value)) return invalid(`Expected an object for ${coordinate}.`, state, key);
      const typename = value["__typename"];
      const name = typeof typename === "string" ? typename : isUnionType(type) ? undefined : type.name;
      const shape = name === undefined ? null : shapeOf(name);
      if (!shape) return invalid(`Invalid __typename found for ${coordinate}.`, state, key);
      state.path.push(key);
      const shaped = shape(value, state);
      state.path.pop();
      return shaped === INVALID ? null : shaped;
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

function plainObject(fields: readonly Field[]): (data: JsonObject, state: State) => Completed {
  return (data, state) => {
    const output: JsonObject = {};
    for (const { key, complete } of fields) {
      const value = complete(data[key], state, key);
      if (value === INVALID) return INVALID;
      output[key] = value;
    }
    return output;
  };
}

/** For the client who calls a field `__proto__`. */
function guardedObject(fields: readonly Field[]): (data: JsonObject, state: State) => Completed {
  return (data, state) => {
    const output: JsonObject = Object.create(null);
    for (const { key, complete } of fields) {
      const value = complete(Object.hasOwn(data, key) ? data[key] : undefined, state, key);
      if (value === INVALID) return INVALID;
      output[key] = value;
    }
    return output;
  };
}

function nonNull(complete: Complete, coordinate: string): Complete {
  return (value, state, key) => {
    const known = state.errors.length;
    const completed = complete(value, state, key);
    if (completed !== null) return completed;
    if (state.errors.length === known) report(`Cannot return null for non-nullable field ${coordinate}.`, state, key);
    return INVALID;
  };
}

function list(complete: Complete, coordinate: string): Complete {
  return (value, state, key) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) return invalid(`Expected a list for ${coordinate}.`, state, key);
    const output: Json[] = [];
    state.path.push(key);
    for (let index = 0; index < value.length; index += 1) {
      const item = complete(value[index], state, index);
      if (item === INVALID) {
        state.path.pop();
        return null;
      }
      output.push(item);
    }
    state.path.pop();
    return output;
  };
}

function leaf(type: GraphQLLeafType, coordinate: string): Complete {
  const valid = leafTest(type);
  if (!valid) return (value) => value ?? null;
  return (value, state, key) => {
    if (value === null || value === undefined) return null;
    return valid(value) ? value : invalid(`Invalid value found for ${coordinate}.`, state, key);
  };
}

const LARGEST_INT = 2_147_483_647;

/** undefined for custom scalars, whose values only their own subgraph can judge. */
function leafTest(type: GraphQLLeafType): ((value: Json) => boolean) | undefined {
  if (isEnumType(type)) {
    const names = new Set<Json>(type.getValues().map(({ name }) => name));
    return (value) => names.has(value);
  }
  switch (type.name) {
    case "String":
      return (value) => typeof value === "string";
    case "ID":
      return (value) => typeof value === "string" || Number.isInteger(value);
    case "Int":
      return (value) => Number.isInteger(value) && Math.abs(value as number) <= LARGEST_INT + 1;
    case "Float":
      return (value) => typeof value === "number";
    case "Boolean":
      return (value) => typeof value === "boolean";
    default:
      return undefined;
  }
}

function invalid(message: string, state: State, key: string | number): null {
  report(message, state, key);
  return null;
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
function conditionVariables(
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
