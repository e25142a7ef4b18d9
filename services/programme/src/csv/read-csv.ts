import { BadInput } from "@psqm/refusal/refusal";
import { CsvError, parse } from "csv-parse/sync";

/** What became of one row of a file. */
export interface RowOutcome {
  /** Where it stands in the file; the header is line 1. */
  line: number;
  /** Why it was refused; null when it was not. */
  code: string | null;
  message: string | null;
}

export interface CsvRow<Column extends string> {
  line: number;
  /** Trimmed. */
  cells: Record<Column, string>;
}

const MOST_ROWS = 5_000;

/**
 * Reads a CSV with a header of exactly these columns, in any order, as spreadsheets write it (RFC 4180; a byte order mark
 * and either line end are welcome).
 * @throws BadInput for what is no CSV, another header, or none or more than 5,000 rows
 */
export function readCsv<Column extends string>(text: string, columns: readonly Column[]): CsvRow<Column>[] {
  const [header, ...rows] = parseCells(text);
  const names = header?.cells ?? [];
  if (names.length !== columns.length || columns.some((column) => !names.includes(column))) {
    throw new BadInput(`The file's header has the columns ${columns.join(", ")}; this one has: ${names.join(", ")}.`);
  }
  if (rows.length < 1 || rows.length > MOST_ROWS) {
    throw new BadInput(`The file has 1 to ${MOST_ROWS} rows below its header; this one has ${rows.length}.`);
  }
  return rows.map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(columns.map((column) => [column, cells[names.indexOf(column)] ?? ""])) as Record<
      Column,
      string
    >,
  }));
}

function parseCells(text: string): { line: number; cells: string[] }[] {
  try {
    const records = parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
    });
    return (records as unknown as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      line: info.lines,
      cells: record,
    }));
  } catch (error) {
    if (error instanceof CsvError) throw new BadInput(`The file is not CSV: ${error.message}.`);
    throw error;
  }
}
