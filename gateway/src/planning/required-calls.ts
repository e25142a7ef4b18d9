import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  print,
  type SelectionSetNode,
} from "graphql";
import { type Fielded, fieldedTypes, joins, parseFieldSet, textOf } from "./field-sets.ts";

/** A field with its arguments, as a `@requires` wants it. */
export interface RequiredCall {
  field: string;
  arguments: readonly ArgumentNode[];
}

/** What the computation of a field needs: a leaf, or a call. */
export interface Need {
  /** Field names from the entity down to it, joined by dots. */
  path: string;
  /** Its name in plans. */
  name: string;
}

/**
 * Fields with arguments that some `@requires` wants, each call with its arguments under a name of its own, so that the
 * planner takes no call for another: neither the client's for the required one, nor one required for another.
 */
export interface RequiredCalls {
  /** The supergraph with a field for each call; the same as before when no `@requires` wants a field with arguments. */
  document: DocumentNode;
  byName: ReadonlyMap<string, RequiredCall>;
  /** Of each field with a `@requires`, by "SUBGRAPH Type.field" (the subgraph as the join specification's enum spells it). */
  needs: ReadonlyMap<string, readonly Need[]>;
}

/** @param schema the same supergraph */
export function nameRequiredCalls(document: DocumentNode, schema: GraphQLSchema): RequiredCalls {
  const naming = new Naming(document, schema);
  for (const type of fieldedTypes(document)) naming.visit(type);
  return naming.result(document);
}

type FieldedType = GraphQLObjectType | GraphQLInterfaceType;

class Naming {
  readonly #byName = new Map<string, RequiredCall>();
  readonly #needs = new Map<string, Need[]>();
  readonly #names = new Map<string, string>();
  readonly #taken: ReadonlySet<string>;
  /** Names to add, each with the field that it calls, by type. */
  readonly #added = new Map<string, Map<string, string>>();
  readonly #requires = new Map<ConstDirectiveNode, ConstDirectiveNode>();
  readonly #schema: GraphQLSchema;

  constructor(document: DocumentNode, schema: GraphQLSchema) {
    this.#schema = schema;
    this.#taken = new Set(fieldedTypes(document).flatMap(({ fields = [] }) => fields.map(({ name }) => name.value)));
  }

  visit(type: Fielded): void {
    for (const field of type.fields ?? []) {
      for (const join of joins(field, "join__field")) {
        const required = textOf(join, "requires");
        if (required === undefined) continue;
        const needs: Need[] = [];
        const parent = this.#schema.getType(type.name.value);
        const renamed = this.#rename(parseFieldSet(required), parent, [], needs);
        this.#needs.set(`${textOf(join, "graph")} ${type.name.value}.${field.name.value}`, needs);
        this.#requires.set(join, withRequires(join, print(renamed)));
      }
    }
  }

  result(document: DocumentNode): RequiredCalls {
    const named = { byName: this.#byName, needs: this.#needs };
    if (this.#byName.size === 0) return { document, ...named };
    const definitions = document.definitions.map((definition) => {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
        return definition;
      const fields = (definition.fields ?? []).map((field) => this.#withRenamedRequires(field));
      for (const [name, called] of this.#added.get(definition.name.value) ?? []) {
        const original = fields.find((field) => field.name.value === called);
        if (original) fields.push(asCall(original, name));
      }
      return { ...definition, fields };
    });
    return { document: { ...document, definitions }, ...named };
  }

  #rename(
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType | undefined,
    path: readonly string[],
    needs: Need[],
  ): SelectionSetNode {
    const renamed = selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition ? this.#schema.getType(selection.typeCondition.name.value) : parent;
        return { ...selection, selectionSet: this.#rename(selection.selectionSet, type, path, needs) };
      }
      const field = isFielded(parent) ? parent.getFields()[selection.name.value] : undefined;
      if (!field) return selection;
      const here = [...path, field.name];
      const selectionSet =
        selection.selectionSet && this.#rename(selection.selectionSet, getNamedType(field.type), here, needs);
      const inner = selectionSet && { selectionSet };
      if (field.args.length === 0) {
        if (!inner) needs.push({ path: here.join("."), name: field.name });
        return { ...selection, ...inner };
      }
      const value = this.#nameOf(field.name, selection.arguments ?? []);
      this.#add(parent as FieldedType, field.name, value);
      needs.push({ path: here.join("."), name: value });
      return { ...selection, ...inner, name: { kind: Kind.NAME as const, value }, arguments: [] };
    });
    return { kind: Kind.SELECTION_SET, selections: renamed };
  }

  #nameOf(field: string, args: readonly ArgumentNode[]): string {
    const call = `${field}(${args.map(print).sort().join()})`;
    let name = this.#names.get(call);
    if (name) return name;
    let number = this.#names.size + 1;
    do {
      name = `${field}__call${number}`;
      number += 1;
    } while (this.#taken.has(name));
    this.#names.set(call, name);
    this.#byName.set(name, { field, arguments: args });
    return name;
  }

  /** To the type itself, and to whichever interfaces and implementations share the field with it. */
  #add(type: FieldedType, field: string, name: string): void {
    if (!type.getFields()[field]) return;
    let added = this.#added.get(type.name);
    if (!added) {
      added = new Map();
      this.#added.set(type.name, added);
    }
    if (added.has(name)) return;
    added.set(name, field);
    const related: FieldedType[] = [...type.getInterfaces()];
    if (isInterfaceType(type)) {
      const { objects, interfaces } = this.#schema.getImplementations(type);
      related.push(...objects, ...interfaces);
    }
    for (const other of related) this.#add(other, field, name);
  }

  #withRenamedRequires(field: FieldDefinitionNode): FieldDefinitionNode {
    const directives = (field.directives ?? []).map((directive) => this.#requires.get(directive) ?? directive);
    return { ...field, directives };
  }
}

function isFielded(type: GraphQLNamedType | undefined): type is FieldedType {
  return isObjectType(type) || isInterfaceType(type);
}

function withRequires(join: ConstDirectiveNode, value: string): ConstDirectiveNode {
  const args = (join.arguments ?? []).map((argument) =>
    argument.name.value === "requires" ? { ...argument, value: { kind: Kind.STRING as const, value } } : argument,
  );
  return { ...join, arguments: args };
}

/** The field under the call's name, where and how its subgraphs have it. */
function asCall(field: FieldDefinitionNode, value: string): FieldDefinitionNode {
  return {
    kind: Kind.FIELD_DEFINITION,
    name: { kind: Kind.NAME, value },
    type: field.type,
    directives: joins(field, "join__field"),
  };
}
