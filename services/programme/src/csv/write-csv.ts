import { stringify } from "csv-stringify/sync";

/**
 * Rows as CSV for spreadsheets (RFC 4180, with a header). A cell that a spreadsheet would take for a formula is given with
 * an apostrophe before it, so that opening the file runs nothing that somebody wrote into a name.
 */
export function writeCsv(columns: readonly string[], rows: readonly (string | number | null)[][]): string {
  return stringify(
    rows.map((row) => [...row]),
    { header: true, columns: [...columns], escape_formulas: true, record_delimiter: "windows" },
  );
}
