import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from "graphql";

const inaccessible: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: "inaccessible" },
};
const roots = ["Query", "Mutation", "Subscription"];

type Composite = Extract<TypeDefinitionNode | TypeExtensionNode, { fields?: readonly FieldDefinitionNode[] }>;

/**
 * Leaves of every subgraph what carries the tag, and hides the rest (`@inaccessible`), so that composing the result
 * makes a smaller graph of its own. Strict: a field is seen only if it carries the tag itself, whatever its type
 * carries, so that a field added to a published type stays private until somebody publishes it. Arguments follow their
 * field, values their enum. Changes nothing through mutation: root types other than Query are hidden whatever they carry.
 */
export function contractOf(tag: string, subgraphs: readonly DocumentNode[]): DocumentNode[] {
  const published = new Set(subgraphs.flatMap((document) => [...coordinatesTagged(tag, document)]));
  return subgraphs.map((document) => ({
    ...document,
    definitions: document.definitions.map((definition) => hideUnpublished(definition, published)),
  }));
}

function* coordinatesTagged(tag: string, document: DocumentNode): Generator<string> {
  for (const definition of document.definitions) {
    if (!isType(definition)) continue;
    if (carries(tag, definition.directives)) yield definition.name.value;
    for (const field of fieldsOf(definition))
      if (carries(tag, field.directives)) yield `${definition.name.value}.${field.name.value}`;
  }
}

function hideUnpublished(definition: DefinitionNode, published: ReadonlySet<string>): DefinitionNode {
  if (!isType(definition)) return definition;
  const name = definition.name.value;
  if (name === "Query") return withFieldsHidden(definition as Composite, published);
  if (roots.includes(name) || !published.has(name)) return hidden(definition);
  return isComposite(definition) ? withFieldsHidden(definition, published) : definition;
}

function withFieldsHidden(type: Composite, published: ReadonlySet<string>): Composite {
  const fields = type.fields?.map((field) =>
    published.has(`${type.name.value}.${field.name.value}`) ? field : hidden(field),
  );
  return { ...type, ...(fields && { fields }) } as Composite;
}

function hidden<Node extends { readonly directives?: readonly ConstDirectiveNode[] }>(node: Node): Node {
  return { ...node, directives: [...(node.directives ?? []), inaccessible] };
}

function carries(tag: string, directives: readonly ConstDirectiveNode[] = []): boolean {
  return directives.some(
    ({ name, arguments: given }) =>
      name.value === "tag" && given?.some(({ value }) => value.kind === Kind.STRING && value.value === tag),
  );
}

function isType(definition: DefinitionNode): definition is TypeDefinitionNode | TypeExtensionNode {
  return isTypeDefinitionNode(definition) || isTypeExtensionNode(definition);
}

function isComposite(definition: TypeDefinitionNode | TypeExtensionNode): definition is Composite {
  return "fields" in definition && !definition.kind.startsWith("InputObject");
}

function fieldsOf(definition: TypeDefinitionNode | TypeExtensionNode): readonly FieldDefinitionNode[] {
  return isComposite(definition) ? (definition.fields ?? []) : [];
}
