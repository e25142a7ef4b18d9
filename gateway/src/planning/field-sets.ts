import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from "graphql";

/** A type of a supergraph's text whose fields say which subgraph has them (join specification, `@join__field`). */
export type Fielded = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function fieldedTypes(document: DocumentNode): Fielded[] {
  return document.definitions.filter(
    (definition): definition is Fielded =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
}

export function joins(
  node: Fielded | FieldDefinitionNode,
  directive: "join__type" | "join__field",
): ConstDirectiveNode[] {
  return (node.directives ?? []).filter(({ name }) => name.value === directive);
}

/** The text of an argument; undefined when it is not given or null. */
export function textOf({ arguments: args = [] }: ConstDirectiveNode, name: string): string | undefined {
  const value = args.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

export function isTrue({ arguments: args = [] }: ConstDirectiveNode, name: string): boolean {
  const value = args.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.BOOLEAN && value.value;
}

export function isFalse({ arguments: args = [] }: ConstDirectiveNode, name: string): boolean {
  const value = args.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.BOOLEAN && !value.value;
}

/** What the `fields` of a `@key` or `@requires` select. */
export function parseFieldSet(text: string): SelectionSetNode {
  const document = parse(text.trim().startsWith("{") ? text : `{${text}}`, { noLocation: true });
  return (document.definitions[0] as OperationDefinitionNode).selectionSet;
}

/** The way to each field that a field set selects: names joined by dots. */
export function pathsIn({ selections }: SelectionSetNode, above = ""): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) return pathsIn(selection.selectionSet, above);
    const path = above + selection.name.value;
    return [path, ...(selection.selectionSet ? pathsIn(selection.selectionSet, `${path}.`) : [])];
  });
}
