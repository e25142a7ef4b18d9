/** What an import of the register would change about a school. */
export enum RegisterChangeKind {
  New = "NEW",
  Changed = "CHANGED",
  Closing = "CLOSING",
  Closed = "CLOSED",
  Reopened = "REOPENED",
  Merged = "MERGED",
  Academised = "ACADEMISED",
}

/** One fact of a school that differs between what the register says and what is known. */
export interface Difference {
  field: string;
  from: string | null;
  to: string | null;
}

/** Every fact that differs, in order of name; of a new school every fact that the register gives. */
export function differencesOf(
  entry: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, unknown>> | null,
): Difference[] {
  return Object.keys(entry)
    .filter((field) => field !== "id" && (entry[field] ?? null) !== (known?.[field] ?? null))
    .sort()
    .map((field) => ({ field, from: shown(known?.[field]), to: shown(entry[field]) }));
}

const shown = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
