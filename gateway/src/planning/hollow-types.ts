import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { type Fielded, fieldedTypes, isTrue, joins, textOf } from "./field-sets.ts";

const TYPENAME = { kind: Kind.FIELD as const, name: { kind: Kind.NAME as const, value: "__typename" } };

/**
 * Fields whose interface no object type implements, in a subgraph that has it as an interface. Whatever such a field
 * gives is wrong, and its subgraph says so when it is asked; the planner, which knows that nothing can come of it, would
 * not ask, and the client would get a null without a reason.
 */
export class HollowFields {
  /** As "Type.field". */
  readonly #fields = new Set<string>();
  readonly #types: ReadonlySet<string>;
  readonly #schema: GraphQLSchema;

  constructor(document: DocumentNode, schema: GraphQLSchema) {
    this.#schema = schema;
    const types = Object.values(schema.getTypeMap()).filter(isAbstractType);
    this.#types = new Set(types.filter((type) => schema.getPossibleTypes(type).length === 0).map(({ name }) => name));
    if (this.#types.size > 0) for (const type of fieldedTypes(document)) this.#visit(type, document);
  }

  /** Names of the interfaces that no object type implements. */
  get types(): readonly string[] {
    return [...this.#types];
  }

  #visit(type: Fielded, document: DocumentNode): void {
    const definition = this.#schema.getType(type.name.value);
    if (!definition || !("getFields" in definition)) return;
    for (const field of type.fields ?? []) {
      const result = definition.getFields()[field.name.value];
      const name = result && getNamedType(result.type).name;
      if (!name || !this.#types.has(name)) continue;
      const own = joins(field, "join__field");
      const graphs = (own.length > 0 ? own : joins(type, "join__type")).map((join) => textOf(join, "graph"));
      const hollow = fieldedTypes(document).find((other) => other.name.value === name);
      const asObject = (hollow ? joins(hollow, "join__type") : [])
        .filter((join) => isTrue(join, "isInterfaceObject"))
        .map((join) => textOf(join, "graph"));
      if (graphs.some((graph) => !asObject.includes(graph))) this.#fields.add(`${type.name.value}.${field.name.value}`);
    }
  }

  /** The document with such fields asked for in a way that the planner does not leave out. */
  asked(document: DocumentNode): DocumentNode {
    if (this.#fields.size === 0) return document;
    const fields = this.#fields;
    const types = new TypeInfo(this.#schema);
    return visit(
      document,
      visitWithTypeInfo(types, {
        Field(field) {
          const parent = types.getParentType();
          if (!field.selectionSet || !parent) return undefined;
          if (!fields.has(`${parent.name}.${field.name.value}`)) return undefined;
          const selections = [...field.selectionSet.selections, TYPENAME];
          return { ...field, selectionSet: { ...field.selectionSet, selections } };
        },
      }),
    );
  }
}
