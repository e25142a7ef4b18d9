import type { Day } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Refusal } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { programmeTeamOrPlatform } from "../../role/role.policy.ts";
import { applyChanges } from "../../school-register/apply-changes.ts";
import { readLinks } from "../../school-register/gias-links.ts";
import { lockRegister } from "../../school-register/lock-register.ts";
import { RegisterChangeKind } from "../../school-register/register-change.rules.ts";
import { RegisterImportState, RegisterOlder } from "../../school-register/register-import.rules.ts";
import { settleSuccessions } from "../../school-register/settle-successions.ts";
import { stageChanges } from "../../school-register/stage-changes.ts";
import type { SuccessionLink } from "../../school-register/successions.rules.ts";
import { SCHOOL_REGISTER } from "../school.events.ts";
import { type CsvRow, type GiasFile, openGiasFile } from "./gias-file.ts";
import { type GiasLayout, giasLayout, type RegisterEntry, readRow } from "./gias-row.rules.ts";
import type { TextEncoding } from "./text-encoding.ts";

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
  /** Changes wait for approval instead of coming into force at once. */
  stage?: boolean;
  /** The register's file of links, which says which school came after which. */
  links?: string | undefined;
  onProgress?: (progress: Progress) => void;
}

export interface ImportReport {
  importId: string;
  /** The day of the latest change the file tells of. */
  asOf: Day | null;
  /** Changes by kind; kinds without any are left out. */
  kinds: Partial<Record<RegisterChangeKind, number>>;
  /** Known schools that are not closed and that the file does not mention. */
  notMentioned: number;
  columns: number;
  encoding: TextEncoding;
  /** Rows below the header: what follows adds up to it. */
  rows: number;
  added: number;
  changed: number;
  unchanged: number;
  /** Told together with another row: the new URN of a school that goes on, or one that waits to be that. */
  joined: number;
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
 * Brings the register of schools up to date with an extract of GIAS, in either of its layouts and encodings, or stages
 * what would change. Schools that the file does not mention stay as they are. One transaction: a failure, at whatever
 * moment, leaves what was. Tells the others of the schools that are new or differ, in events of at most 500.
 * @throws FileUnreadable, NotText, NotGias, FileTruncated
 * @throws RegisterOlder when an extract with later changes came into force before
 * @throws BadRowsRefused with `allOrNothing`, when a row is bad
 */
export async function importSchools(caller: Caller, file: string, options: ImportOptions = {}): Promise<ImportReport> {
  const links = options.links === undefined ? [] : await readLinks(options.links);
  const gias = await openGiasFile(file);
  const rows = gias.rows();
  try {
    const header = await rows.next();
    const layout = giasLayout(header.done ? [] : header.value.fields);
    return await writeRegister(caller, { gias, rows, layout, links, options });
  } finally {
    // Closes the file, also when nobody got to its end.
    await rows.return(undefined);
  }
}

interface Import {
  gias: GiasFile;
  rows: AsyncGenerator<CsvRow>;
  layout: GiasLayout;
  links: readonly SuccessionLink[];
  options: ImportOptions;
}

function writeRegister(caller: Caller, work: Import): Promise<ImportReport> {
  const importId = newId("imp");
  return transact(caller, "importSchools", SCHOOL_REGISTER, async (tx) => {
    requireAllowed(programmeTeamOrPlatform, tx.viewer, undefined, "Importing schools");
    await lockRegister(tx);
    await beginImport(tx, importId, work);
    const report = await importRows(tx, importId, work);
    if (work.options.allOrNothing && report.skipped > 0) throw new BadRowsRefused(report);
    await assertNotOlder(tx, report.asOf);
    report.joined = await settleSuccessions(tx.em, importId, work.links);
    await count(tx, report);
    if (!work.options.stage) {
      await applyChanges(tx, importId, Object.values(RegisterChangeKind));
      // Nobody has to approve them any more.
      await tx.em.execute("delete from register_change where import_id = ?", [importId]);
    }
    await endImport(tx, report, work.options.stage ? RegisterImportState.Staged : RegisterImportState.Applied);
    return report;
  });
}

async function beginImport(tx: Transaction, importId: string, { gias, layout }: Import): Promise<void> {
  await tx.em.execute(
    `insert into register_import (id, state, columns, encoding, rows, unchanged, elsewhere, skipped, not_mentioned,
       bad_rows, staged_at, staged_by_id)
     values (?, 'STAGED', ?, ?, 0, 0, 0, 0, 0, '[]', ?, ?)`,
    [importId, layout.width, gias.encoding, tx.now, tx.viewer.personId],
  );
}

async function endImport(tx: Transaction, report: ImportReport, state: RegisterImportState): Promise<void> {
  const { importId, asOf, rows, unchanged, elsewhere, skipped, notMentioned, badRows } = report;
  await tx.em.execute(
    `update register_import set state = ?, as_of = ?, rows = ?, unchanged = ?, elsewhere = ?, skipped = ?,
       not_mentioned = ?, bad_rows = ?::jsonb, decided_at = ?, decided_by_id = ? where id = ?`,
    [
      state,
      asOf,
      rows,
      unchanged,
      elsewhere,
      skipped,
      notMentioned,
      JSON.stringify(badRows),
      state === RegisterImportState.Applied ? tx.now : null,
      state === RegisterImportState.Applied ? tx.viewer.personId : null,
      importId,
    ],
  );
}

async function assertNotOlder(tx: Transaction, asOf: Day | null): Promise<void> {
  const [last] = await tx.em.execute<{ asOf: Day | null }[]>(
    `select max(as_of)::text as "asOf" from register_import i
     where state = 'APPLIED' or exists (select 1 from register_change where import_id = i.id and applied_at is not null)`,
  );
  if (asOf !== null && last?.asOf && asOf < last.asOf) throw new RegisterOlder(asOf, last.asOf);
}

async function count(tx: Transaction, report: ImportReport): Promise<void> {
  const kinds = await tx.em.execute<{ kind: RegisterChangeKind; count: number }[]>(
    "select kind, count(*)::int as count from register_change where import_id = ? group by kind order by kind",
    [report.importId],
  );
  report.kinds = Object.fromEntries(kinds.map(({ kind, count }) => [kind, count]));
  report.added = report.kinds[RegisterChangeKind.New] ?? 0;
  report.changed = kinds.reduce((sum, { count }) => sum + count, 0) - report.added;
}

async function importRows(tx: Transaction, importId: string, work: Import): Promise<ImportReport> {
  const { gias, rows, layout, options } = work;
  const report: ImportReport = {
    importId,
    asOf: null,
    kinds: {},
    notMentioned: 0,
    columns: layout.width,
    encoding: gias.encoding,
    rows: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    joined: 0,
    elsewhere: 0,
    skipped: 0,
    badRows: [],
  };
  const lineOfUrn = new Map<string, number>();
  let batch: RegisterEntry[] = [];

  const skip = (line: number, urn: string | null, reason: string) => {
    report.skipped += 1;
    if (report.badRows.length < BAD_ROWS_KEPT) report.badRows.push({ line, urn, reason });
  };
  const flush = async () => {
    // After a bad row, an import of all or nothing reads on only to name the others.
    if (batch.length > 0 && !(options.allOrNothing && report.skipped > 0)) {
      report.unchanged += batch.length - (await stageChanges(tx.em, importId, batch, layout.saysWhenCounted));
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
      const { entry, lastChangedOn } = read;
      const first = lineOfUrn.get(entry.urn);
      if (first === undefined) {
        lineOfUrn.set(entry.urn, line);
        batch.push(entry);
        // A day to come is a slip of the register's, and would keep every register until then out.
        if (lastChangedOn && lastChangedOn <= tx.today && lastChangedOn > (report.asOf ?? ""))
          report.asOf = lastChangedOn;
      } else {
        skip(line, entry.urn, `the URN ${entry.urn} is on line ${first} already; that row counts`);
      }
    }
    if (batch.length === BATCH) await flush();
  }
  await flush();
  report.notMentioned = await countNotMentioned(tx, [...lineOfUrn.keys()]);
  return report;
}

async function countNotMentioned(tx: Transaction, urns: readonly string[]): Promise<number> {
  const [row] = await tx.em.execute<{ count: number }[]>(
    `select count(*)::int as count from school s where s.status <> 'CLOSED'
       and not exists (select 1 from jsonb_array_elements_text(?::jsonb) as told (urn) where told.urn = s.urn)`,
    [JSON.stringify(urns)],
  );
  return row?.count ?? 0;
}
