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
import { type Fielded, fieldedTypes, isTrue, joins, parseFieldSet, textOf } from "./field-sets.ts";

/** A field with its arguments, if it has any, as a `@requires` wants it. */
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
 * Fields that some `@requires` wants and the planner would take for others, each under a name of its own: calls with
 * arguments, of which there can be several at one place, the client's among them; and fields that the requiring subgraph
 * has itself, while another has them only as `@external`, where the planner would ask for them all the same.
 */
export interface RequiredCalls {
  /** The supergraph with a field for each call; the same as before when there are none. */
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
  /** The subgraphs that have a call as `@external`, by its name. */
  readonly #externals = new Map<string, Set<string | undefined>>();
  readonly #taken: ReadonlySet<string>;
  /** Names to add, each with the field that it calls, by type. */
  readonly #added = new Map<string, Map<string, string>>();
  readonly #requires = new Map<ConstDirectiveNode, ConstDirectiveNode>();
  readonly #schema: GraphQLSchema;
  readonly #joins = new Map<string, ConstDirectiveNode[]>();

  constructor(document: DocumentNode, schema: GraphQLSchema) {
    this.#schema = schema;
    for (const type of fieldedTypes(document)) {
      for (const field of type.fields ?? [])
        this.#joins.set(`${type.name.value}.${field.name.value}`, joins(field, "join__field"));
    }
    this.#taken = new Set([...this.#joins.keys()].map((coordinate) => coordinate.slice(coordinate.indexOf(".") + 1)));
  }

  visit(type: Fielded): void {
    for (const field of type.fields ?? []) {
      for (const join of joins(field, "join__field")) {
        const required = textOf(join, "requires");
        if (required === undefined) continue;
        const needs: Need[] = [];
        const parent = this.#schema.getType(type.name.value);
        const renamed = this.#rename(parseFieldSet(required), { graph: textOf(join, "graph"), needs }, parent, []);
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
        if (original) fields.push(...this.#asCall(original, name));
      }
      return { ...definition, fields };
    });
    return { document: { ...document, definitions }, ...named };
  }

  #rename(
    { selections }: SelectionSetNode,
    by: { graph: string | undefined; needs: Need[] },
    parent: GraphQLNamedType | undefined,
    path: readonly string[],
  ): SelectionSetNode {
    const renamed = selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition ? this.#schema.getType(selection.typeCondition.name.value) : parent;
        return { ...selection, selectionSet: this.#rename(selection.selectionSet, by, type, path) };
      }
      const field = isFielded(parent) ? parent.getFields()[selection.name.value] : undefined;
      if (!field) return selection;
      const here = [...path, field.name];
      const selectionSet =
        selection.selectionSet && this.#rename(selection.selectionSet, by, getNamedType(field.type), here);
      const inner = selectionSet && { selectionSet };
      const { isOwn, isElsewhereExternal } = this.#standing(`${(parent as FieldedType).name}.${field.name}`, by.graph);
      if (field.args.length === 0 && !(isOwn && isElsewhereExternal)) {
        if (!inner) by.needs.push({ path: here.join("."), name: field.name });
        return { ...selection, ...inner };
      }
      const value = this.#nameOf(field.name, selection.arguments ?? [], isOwn ? by.graph : undefined);
      if (!isOwn) this.#externals.get(value)?.add(by.graph);
      this.#add(parent as FieldedType, field.name, value);
      by.needs.push({ path: here.join("."), name: value });
      return { ...selection, ...inner, name: { kind: Kind.NAME as const, value }, arguments: [] };
    });
    return { kind: Kind.SELECTION_SET, selections: renamed };
  }

  /** How a subgraph stands to a field that it requires. */
  #standing(coordinate: string, graph: string | undefined): { isOwn: boolean; isElsewhereExternal: boolean } {
    const served = this.#joins.get(coordinate) ?? [];
    return {
      isOwn: served.some((join) => textOf(join, "graph") === graph && !isTrue(join, "external")),
      isElsewhereExternal: served.some((join) => textOf(join, "graph") !== graph && isTrue(join, "external")),
    };
  }

  /** @param owner the subgraph that requires a field of its own: no other one may have that under the same name */
  #nameOf(field: string, args: readonly ArgumentNode[], owner: string | undefined): string {
    const call = `${field}(${args.map(print).sort().join()}) ${owner ?? ""}`;
    let name = this.#names.get(call);
    if (name) return name;
    let number = this.#names.size + 1;
    do {
      name = `${field}__call${number}`;
      number += 1;
    } while (this.#taken.has(name));
    this.#names.set(call, name);
    this.#externals.set(name, new Set());
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

  /** The field under the call's name, where its subgraphs have it, and as `@external` only where it is required. */
  #asCall(field: FieldDefinitionNode, value: string): FieldDefinitionNode[] {
    const served = joins(field, "join__field");
    const directives = served.filter(
      (join) => !isTrue(join, "external") || this.#externals.get(value)?.has(textOf(join, "graph")),
    );
    // Without any, it would be a field of every subgraph.
    if (directives.length === 0 && served.length > 0) return [];
    const name = { kind: Kind.NAME as const, value };
    return [{ kind: Kind.FIELD_DEFINITION, name, type: field.type, directives }];
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
