import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";

/** How large a document is once every fragment is written out where it is spread. */
export interface Size {
  selections: number;
  depth: number;
  aliases: number;
  directives: number;
  rootFields: number;
}

const NOTHING: Size = { selections: 0, depth: 0, aliases: 0, directives: 0, rootFields: 0 };

export interface MeasuredDocument {
  size: Size;
  /** Whether a fragment spreads itself, directly or through others: it can never be written out. */
  goesInCircles: boolean;
}

/**
 * Measures the largest operation of a document without writing anything out: each fragment is measured once, so the
 * time is linear in the text although the numbers may be astronomic. A fragment that spreads itself counts as nothing
 * where it does: validation refuses it by its own name.
 */
export function measureDocument(document: DocumentNode): MeasuredDocument {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Size>();
  const underWay = new Set<string>();
  let goesInCircles = false;

  const ofFragment = (name: string): Size => {
    const known = measured.get(name);
    if (known) return known;
    if (underWay.has(name)) {
      goesInCircles = true;
      return NOTHING;
    }
    underWay.add(name);
    const fragment = fragments.get(name);
    const size = fragment ? ofSelections(fragment.selectionSet) : NOTHING;
    underWay.delete(name);
    measured.set(name, size);
    return size;
  };

  const ofSelections = ({ selections }: SelectionSetNode): Size => {
    const total = { ...NOTHING };
    for (const selection of selections) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? ofSelections(selection.selectionSet) : NOTHING;
        total.selections += 1 + below.selections;
        total.depth = Math.max(total.depth, 1 + below.depth);
        total.aliases += (selection.alias ? 1 : 0) + below.aliases;
        total.directives += below.directives;
        total.rootFields += 1;
      } else {
        const inside =
          selection.kind === Kind.FRAGMENT_SPREAD
            ? ofFragment(selection.name.value)
            : ofSelections(selection.selectionSet);
        total.selections += 1 + inside.selections;
        total.depth = Math.max(total.depth, inside.depth);
        total.aliases += inside.aliases;
        total.directives += inside.directives;
        total.rootFields += inside.rootFields;
      }
    }
    return total;
  };

  const largest = { ...NOTHING };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = ofSelections(definition.selectionSet);
    size.directives += definition.directives?.length ?? 0;
    for (const what of Object.keys(largest) as (keyof Size)[]) largest[what] = Math.max(largest[what], size[what]);
  }
  // Validation goes through those that nothing spreads, too.
  for (const name of fragments.keys()) {
    const { selections } = ofFragment(name);
    largest.selections = Math.max(largest.selections, selections);
  }
  return { size: largest, goesInCircles };
}
