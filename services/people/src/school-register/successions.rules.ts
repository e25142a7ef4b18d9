/** A school that the register says is closed. */
export interface Closure {
  urn: string;
  dfeNumber: string | null;
  /** Whether it was known before this import, so that others may hold its id. */
  isKnown: boolean;
}

/** A school that may have taken over. */
export interface Heir {
  urn: string;
  dfeNumber: string | null;
  isOpen: boolean;
  /** Whether this import is the first to tell of it, so that nobody holds an id of its own. */
  isNew: boolean;
}

/** A line of the register's file of links: the school `to` came after `from`. */
export interface SuccessionLink {
  from: string;
  to: string;
  /** Not merged, amalgamated or split: the same school under another number. */
  isWhole: boolean;
}

export interface Succession {
  urn: string;
  successorUrn: string;
  /** The same school goes on, with its id; otherwise another school took over. */
  isSameSchool: boolean;
}

/**
 * Who came after schools that closed, where that is clear: by the register's links, else by the DfE number, which a
 * school that becomes an academy keeps and no two open schools have. A closure with several heirs, or none, has no
 * succession. The school is the same when its one heir is new, heir of nobody else, and the link says no merger.
 */
export function successions(
  closures: readonly Closure[],
  heirs: readonly Heir[],
  links: readonly SuccessionLink[],
): Succession[] {
  const heirOf = new Map(heirs.map((heir) => [heir.urn, heir]));
  const byNumber = Map.groupBy(
    heirs.filter(({ isOpen, dfeNumber }) => isOpen && dfeNumber !== null),
    ({ dfeNumber }) => dfeNumber,
  );
  const linksFrom = Map.groupBy(links, ({ from }) => from);
  const clear = closures.flatMap(({ urn, dfeNumber, isKnown }) => {
    const linked = linksFrom.get(urn);
    const targets = linked
      ? linked.flatMap(({ to }) => heirOf.get(to) ?? [])
      : ((isKnown && byNumber.get(dfeNumber)) || []).filter((heir) => heir.urn !== urn);
    const [heir, ...others] = new Set(targets);
    if (!heir || others.length > 0) return [];
    return [{ urn, heir, isWhole: isKnown && (linked?.every(({ isWhole }) => isWhole) ?? true) }];
  });
  const claims = Map.groupBy(clear, ({ heir }) => heir.urn);
  return clear.map(({ urn, heir, isWhole }) => ({
    urn,
    successorUrn: heir.urn,
    isSameSchool: isWhole && heir.isNew && heir.isOpen && claims.get(heir.urn)?.length === 1,
  }));
}
