import { type DirectiveNode, type DocumentNode, Kind, type SelectionSetNode, visit } from "graphql";

const TYPENAME = { kind: Kind.FIELD as const, name: { kind: Kind.NAME as const, value: "__typename" } };

/**
 * A document without `@skip` and `@include`: only what is asked for under these variables. The planner merges fetches with
 * different conditions into one, which then waits for the wrong ones; it is given none.
 *
 * @param variables with defaults applied
 */
export function withConditionsDecided(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): DocumentNode {
  return visit(document, {
    Field: {
      enter: ({ directives }) => (isAsked(directives, variables) ? undefined : null),
      leave: (field) => ({ ...field, directives: others(field.directives), ...filled(field.selectionSet) }),
    },
    InlineFragment: {
      enter: ({ directives }) => (isAsked(directives, variables) ? undefined : null),
      leave: (fragment) =>
        fragment.selectionSet.selections.length > 0 ? { ...fragment, directives: others(fragment.directives) } : null,
    },
    FragmentSpread: {
      enter: ({ directives }) => (isAsked(directives, variables) ? undefined : null),
      leave: (spread) => ({ ...spread, directives: others(spread.directives) }),
    },
    FragmentDefinition: { leave: (fragment) => ({ ...fragment, ...filled(fragment.selectionSet) }) },
    OperationDefinition: { leave: (operation) => ({ ...operation, ...filled(operation.selectionSet) }) },
  });
}

/** Whether there is an object is an answer too, when none of its fields is asked for. */
function filled(selectionSet: SelectionSetNode | undefined): { selectionSet?: SelectionSetNode } {
  if (!selectionSet || selectionSet.selections.length > 0) return {};
  return { selectionSet: { ...selectionSet, selections: [TYPENAME] } };
}

function isAsked(
  directives: readonly DirectiveNode[] | undefined,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return (directives ?? []).every((directive) => {
    if (!isCondition(directive)) return true;
    const value = directive.arguments?.[0]?.value;
    const holds =
      value?.kind === Kind.VARIABLE
        ? Boolean(variables[value.name.value])
        : value?.kind === Kind.BOOLEAN && value.value;
    return holds === (directive.name.value === "include");
  });
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === "skip" || name.value === "include";
}

function others(directives: readonly DirectiveNode[] | undefined): DirectiveNode[] {
  return (directives ?? []).filter((directive) => !isCondition(directive));
}
