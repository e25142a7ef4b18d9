import { type ASTNode, isTypeDefinitionNode, isTypeExtensionNode, Kind, parse, print, visit } from "graphql";

/** One thing in a schema that a client can name, e.g. `Query.hubs(first:)`. */
export interface Coordinate {
  name: string;
  description: string | undefined;
  /** Its own shape, without what it contains and without its description. */
  shape: string;
}

/** Every type, field, argument, input field and enum value of a schema. */
export function coordinatesOf(sdl: string): Coordinate[] {
  const found: Coordinate[] = [];
  const path: string[] = [];
  visit(parse(sdl), {
    enter(node) {
      if (node.kind === Kind.DIRECTIVE_DEFINITION || node.kind === Kind.SCHEMA_DEFINITION) return false;
      const name = nameOf(node, path.at(-1));
      if (!name) return undefined;
      path.push(name);
      const { description } = node as { description?: { value: string } };
      found.push({ name, description: description?.value, shape: shapeOf(node) });
      return undefined;
    },
    leave(node) {
      if (nameOf(node, path.at(-2)) !== undefined) path.pop();
    },
  });
  return found;
}

function nameOf(node: ASTNode, parent: string | undefined): string | undefined {
  if (isTypeDefinitionNode(node) || isTypeExtensionNode(node)) return node.name.value;
  if (node.kind === Kind.FIELD_DEFINITION || node.kind === Kind.ENUM_VALUE_DEFINITION)
    return `${parent}.${node.name.value}`;
  if (node.kind !== Kind.INPUT_VALUE_DEFINITION) return undefined;
  return parent?.includes(".") ? `${parent}(${node.name.value}:)` : `${parent}.${node.name.value}`;
}

function shapeOf(node: ASTNode): string {
  const parts = [node.kind as string];
  for (const key of ["type", "defaultValue", "interfaces", "types", "directives"]) {
    const part = (node as unknown as Record<string, ASTNode | readonly ASTNode[] | undefined>)[key];
    for (const child of part ? [part].flat() : []) parts.push(print(child as ASTNode));
  }
  return parts.join(" ");
}
