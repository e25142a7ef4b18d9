import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Refusal } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { programmeTeamOrPlatform } from "../../role/role.policy.ts";
import { type ChangedSchool, SCHOOL_REGISTER, schoolsChanged } from "../school.events.ts";
import { type CsvRow, type GiasFile, openGiasFile } from "./gias-file.ts";
import { type GiasLayout, giasLayout, type RegisterEntry, readRow } from "./gias-row.rules.ts";
import type { TextEncoding } from "./text-encoding.ts";
import { writeSchools } from "./write-schools.ts";

export interface BadRow {
  /** On which it begins; the header is on line 1. */
  line: number;
  urn: string | null;
  reason: string;
}

export interface Progress {
  rows: number;
  bytes: number;
  totalBytes: number;
}

export interface ImportOptions {
  /** One bad row, and nothing is written. */
  allOrNothing?: boolean;
  onProgress?: (progress: Progress) => void;
}

export interface ImportReport {
  columns: number;
  encoding: TextEncoding;
  /** Rows below the header: what follows adds up to it. */
  rows: number;
  added: number;
  changed: number;
  unchanged: number;
  /** Not schools in England. */
  elsewhere: number;
  /** Bad rows. */
  skipped: number;
  /** The first thousand of them. */
  badRows: BadRow[];
}

export class BadRowsRefused extends Refusal {
  readonly report: ImportReport;

  constructor(report: ImportReport) {
    const first = report.badRows[0];
    super(
      "BAD_ROWS",
      `${report.skipped} of ${report.rows} rows are bad, the first on line ${first?.line}: ${first?.reason}. Nothing was imported. Correct them, or import without all-or-nothing to skip them.`,
    );
    this.report = report;
  }
}

const BATCH = 500;
const BAD_ROWS_KEPT = 1000;

/**
 * Brings the register of schools up to date with an extract of GIAS, in either of its layouts and encodings. Schools
 * that the file does not mention stay as they are. One transaction: a failure, at whatever moment, leaves what was.
 * Tells the others of the schools that are new or differ, in events of at most 500.
 * @throws FileUnreadable, NotText, NotGias, FileTruncated
 * @throws BadRowsRefused with `allOrNothing`, when a row is bad
 */
export async function importSchools(caller: Caller, file: string, options: ImportOptions = {}): Promise<ImportReport> {
  const gias = await openGiasFile(file);
  const rows = gias.rows();
  try {
    const header = await rows.next();
    const layout = giasLayout(header.done ? [] : header.value.fields);
    return await writeRegister(caller, { gias, rows, layout, options });
  } finally {
    // Closes the file, also when nobody got to its end.
    await rows.return(undefined);
  }
}

interface Import {
  gias: GiasFile;
  rows: AsyncGenerator<CsvRow>;
  layout: GiasLayout;
  options: ImportOptions;
}

function writeRegister(caller: Caller, work: Import): Promise<ImportReport> {
  return transact(caller, "importSchools", SCHOOL_REGISTER, async (tx) => {
    requireAllowed(programmeTeamOrPlatform, tx.viewer, undefined, "Importing schools");
    // Two imports at once would each believe that they alone know what differs.
    await tx.em.execute("select pg_advisory_xact_lock(hashtextextended('import-schools', 0))");
    const report = await importRows(tx, work);
    if (work.options.allOrNothing && report.skipped > 0) throw new BadRowsRefused(report);
    return report;
  });
}

async function importRows(tx: Transaction, { gias, rows, layout, options }: Import): Promise<ImportReport> {
  const report: ImportReport = {
    columns: layout.width,
    encoding: gias.encoding,
    rows: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    elsewhere: 0,
    skipped: 0,
    badRows: [],
  };
  const lineOfUrn = new Map<string, number>();
  let batch: RegisterEntry[] = [];
  let told: ChangedSchool[] = [];

  const skip = (line: number, urn: string | null, reason: string) => {
    report.skipped += 1;
    if (report.badRows.length < BAD_ROWS_KEPT) report.badRows.push({ line, urn, reason });
  };
  const flush = async () => {
    // After a bad row, an import of all or nothing reads on only to name the others.
    if (batch.length > 0 && !(options.allOrNothing && report.skipped > 0)) {
      const { added, changed, schools } = await writeSchools(tx.em, batch, layout.saysWhenCounted);
      report.added += added;
      report.changed += changed;
      report.unchanged += batch.length - schools.length;
      told.push(...schools);
      while (told.length >= BATCH) {
        tx.emit(schoolsChanged, SCHOOL_REGISTER, { schools: told.slice(0, BATCH) });
        told = told.slice(BATCH);
      }
    }
    batch = [];
    options.onProgress?.({ rows: report.rows, bytes: gias.bytesRead(), totalBytes: gias.bytes });
  };

  for await (const { line, fields } of rows) {
    report.rows += 1;
    const read = readRow(layout, fields);
    if (read.kind === "bad") skip(line, read.urn, read.reason);
    else if (read.kind === "elsewhere") report.elsewhere += 1;
    else {
      const first = lineOfUrn.get(read.entry.urn);
      if (first === undefined) {
        lineOfUrn.set(read.entry.urn, line);
        batch.push(read.entry);
      } else {
        skip(line, read.entry.urn, `the URN ${read.entry.urn} is on line ${first} already; that row counts`);
      }
    }
    if (batch.length === BATCH) await flush();
  }
  await flush();
  if (told.length > 0) tx.emit(schoolsChanged, SCHOOL_REGISTER, { schools: told });
  return report;
}
