import { type DocumentNode, Kind, OperationTypeNode, type SelectionSetNode } from "graphql";

const CONDITIONS = ["skip", "include"];

/** Whether what a subscription of the document listens to, directly or in fragments, is under a condition. */
export function subscribesConditionally({ definitions }: DocumentNode): boolean {
  const visited = new Set<string>();

  const isConditional = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.directives?.some(({ name }) => CONDITIONS.includes(name.value))) return true;
      if (selection.kind === Kind.INLINE_FRAGMENT) return isConditional(selection.selectionSet);
      return selection.kind === Kind.FRAGMENT_SPREAD && isFragmentConditional(selection.name.value);
    });

  const isFragmentConditional = (name: string): boolean => {
    if (visited.has(name)) return false;
    visited.add(name);
    return definitions.some(
      (definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION &&
        definition.name.value === name &&
        isConditional(definition.selectionSet),
    );
  };

  return definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === OperationTypeNode.SUBSCRIPTION &&
      isConditional(definition.selectionSet),
  );
}
