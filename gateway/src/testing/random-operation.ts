import fc from "fast-check";
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  isUnionType,
} from "graphql";

export interface RandomOperation {
  document: string;
  variables: Record<string, unknown>;
}

/** Makes choices out of a list of numbers; beyond its end every choice is the first. */
class Choices {
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

/** Valid operations of a schema: aliases, fragments on abstract types, `@skip` and `@include`, arguments. */
export function randomOperation(schema: GraphQLSchema, numbers: readonly number[]): RandomOperation {
  const choices = new Choices(numbers);
  const variables: Record<string, unknown> = {
    yes: choices.below(2) === 0,
    no: choices.below(2) === 1,
    id: String(choices.below(5)),
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
    const args = definition.args.length > 0 ? `(id: ${choices.of(["$id", '"0"', '"1"'])})` : "";
    aliases += 1;
    // Two fragments may reach the same name with different types; an alias for each keeps the operation valid.
    const name = named.name === "ID" && choices.below(2) === 0 ? definition.name : `a${aliases}: ${definition.name}`;
    const inner = isCompositeType(named) ? ` ${select(named, depth - 1)}` : "";
    return `${name}${args} ${directive()}${inner}`;
  };
  const directive = (): string => choices.of(["", "", "", "", "", "@include(if: $yes)", "@skip(if: $no)"]);
  const query = schema.getQueryType();
  if (!query) throw new Error("no Query");
  const document = `query Random($yes: Boolean!, $no: Boolean! = false, $id: ID = "2") ${select(query, 4)}`;
  return { document, variables };
}

export const numbers: fc.Arbitrary<number[]> = fc.array(fc.nat(1000), { minLength: 20, maxLength: 200 });
