import fc from "fast-check";
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from "graphql";

export interface RandomOperation {
  document: string;
  variables: Record<string, unknown>;
}

/** Makes choices out of a list of numbers; beyond its end every choice is the first. */
export class Choices {
  readonly #numbers: readonly number[];
  #next = 0;
  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }
  below(bound: number): number {
    const number = this.#numbers[this.#next] ?? 0;
    this.#next += 1;
    return number % bound;
  }
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** Names that plans use themselves, or that many fields come to share. */
const COLLIDING = ["id", "code", "f0", "x", "title", "__typename"];

/**
 * Operations of a schema: aliases, fragments on abstract types, `@skip` and `@include`, arguments.
 * @param collide whether fields may share names by accident, and aliases be called like keys; then not all are valid
 */
export function randomOperation(schema: GraphQLSchema, numbers: readonly number[], collide = false): RandomOperation {
  const choices = new Choices(numbers);
  const variables: Record<string, unknown> = {
    yes: choices.below(2) === 0,
    no: choices.below(2) === 1,
    id: String(choices.below(5)),
    number: choices.below(5),
  };
  // One number for every alias: no two fields of an operation share a response name by accident.
  let aliases = 0;
  const select = (type: GraphQLCompositeType, depth: number): string => {
    const parts: string[] = [];
    const count = 1 + choices.below(4);
    for (let n = 0; n < count; n += 1) parts.push(selection(type, depth));
    return `{ ${parts.join(" ")} }`;
  };
  const selection = (type: GraphQLCompositeType, depth: number): string => {
    if (isUnionType(type) || choices.below(6) === 5) {
      const into = isObjectType(type) ? type : choices.of(schema.getPossibleTypes(type));
      if (!into || choices.below(4) === 0 || depth === 0) return "__typename";
      return `... on ${into.name} ${directive()} ${select(into, depth - 1)}`;
    }
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
    );
    if (fields.length === 0) return "__typename";
    return field(choices.of(fields), depth);
  };
  const field = (definition: GraphQLField<unknown, unknown>, depth: number): string => {
    const named = getNamedType(definition.type);
    const args = argumentsOf(definition);
    aliases += 1;
    if (collide) {
      const alias = choices.of(["", "", "", ...COLLIDING.map((name) => `${name}: `)]);
      return `${alias}${definition.name}${args} ${directive()}${inner(definition, depth)}`;
    }
    // Two fragments may reach the same name with different types; an alias for each keeps the operation valid.
    const name = named.name === "ID" && choices.below(2) === 0 ? definition.name : `a${aliases}: ${definition.name}`;
    return `${name}${args} ${directive()}${inner(definition, depth)}`;
  };
  const inner = ({ type }: GraphQLField<unknown, unknown>, depth: number): string => {
    const named = getNamedType(type);
    return isCompositeType(named) ? ` ${select(named, depth - 1)}` : "";
  };
  const argumentsOf = ({ args }: GraphQLField<unknown, unknown>): string => {
    const given = args.flatMap(({ name, type }) => {
      if (!isNonNullType(type) && choices.below(3) === 2) return [];
      const values = { ID: ["$id", '"0"', '"1"'], Int: ["1", "2", "$number"], String: ['"a"', '"b"'] };
      return [`${name}: ${choices.of(values[getNamedType(type).name as keyof typeof values])}`];
    });
    return given.length > 0 ? `(${given.join(", ")})` : "";
  };
  const directive = (): string => choices.of(["", "", "", "", "", "@include(if: $yes)", "@skip(if: $no)"]);
  const query = schema.getQueryType();
  if (!query) throw new Error("no Query");
  const number = schema.getType("Int") ? ", $number: Int! = 1" : "";
  const document = `query Random($yes: Boolean!, $no: Boolean! = false, $id: ID = "2"${number}) ${select(query, 4)}`;
  return { document, variables };
}

export const numbers: fc.Arbitrary<number[]> = fc.array(fc.nat(1000), { minLength: 20, maxLength: 200 });
