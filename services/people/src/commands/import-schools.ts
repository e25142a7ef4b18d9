import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { BadRowsRefused, type ImportReport, importSchools, type Progress } from "../school/import/import-schools.ts";
import { RegisterChangeKind } from "../school-register/register-change.rules.ts";
import { CommandRefused, onDatabase, runCommand } from "./database-of-command.ts";

const USAGE =
  "Use: import-schools FILE [--links LINKS] [--stage] [--all-or-nothing], FILE being an extract of Get Information About Schools.";
const SPOKEN: Readonly<Record<RegisterChangeKind, string>> = {
  NEW: "new",
  CHANGED: "differ",
  CLOSING: "are proposed to close",
  CLOSED: "closed",
  REOPENED: "opened again",
  MERGED: "merged into another",
  ACADEMISED: "go on under a new URN",
};
const BAD_ROWS_SHOWN = 50;
const PROGRESS_EVERY_MS = 250;

// Rows are soon done with: room for more of them at a time would make the import larger and no faster.
setFlagsFromString("--semi-space-growth-factor=1");

await runCommand(async () => {
  const { file, ...options } = readArguments(process.argv.slice(2));
  const started = performance.now();
  try {
    const report = await onDatabase(process.env, (caller) =>
      importSchools(caller, file, { ...options, onProgress: progressTo(process.stderr) }),
    );
    const seconds = (performance.now() - started) / 1000;
    // maxRSS is in kilobytes on every system.
    const megabytes = Math.ceil(process.resourceUsage().maxRSS / 1024);
    process.stdout.write(
      `${told(report, options.stage)}\nIn ${seconds.toFixed(1)} s, with at most ${megabytes} MB of memory.\n`,
    );
  } catch (error) {
    if (error instanceof BadRowsRefused) process.stdout.write(`${badRowsTold(error.report)}\n`);
    throw error;
  }
});

function readArguments(args: string[]) {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { "all-or-nothing": { type: "boolean" }, stage: { type: "boolean" }, links: { type: "string" } },
    });
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new CommandRefused(USAGE);
    const { links, stage = false, "all-or-nothing": allOrNothing = false } = values;
    return { file, links, stage, allOrNothing };
  } catch {
    throw new CommandRefused(USAGE);
  }
}

/** A line that renews itself on a terminal; elsewhere a line now and then. */
function progressTo(stream: NodeJS.WriteStream): (progress: Progress) => void {
  let last = 0;
  return ({ rows, bytes, totalBytes }) => {
    const now = performance.now();
    const done = bytes >= totalBytes;
    if (now - last < PROGRESS_EVERY_MS && !done) return;
    last = now;
    const line = `${rows.toLocaleString("en-GB")} rows, ${Math.floor((bytes / Math.max(totalBytes, 1)) * 100)} % of the file`;
    stream.write(stream.isTTY ? `\r${line}` : `${line}\n`);
    if (stream.isTTY && done) stream.write("\n");
  };
}

function told(report: ImportReport, isStaged: boolean): string {
  const count = (n: number, what: string) => `  ${n.toLocaleString("en-GB").padStart(8)} ${what}`;
  const changes = Object.entries(report.kinds).filter(([kind]) => kind !== RegisterChangeKind.New);
  return [
    `Read ${report.rows.toLocaleString("en-GB")} rows of ${report.columns} columns in ${report.encoding}:`,
    count(report.added, "new"),
    count(report.changed, "changed"),
    ...changes.map(([kind, n]) => `  ${count(n, `of these ${SPOKEN[kind as RegisterChangeKind]}`)}`),
    count(report.unchanged, "unchanged"),
    ...(report.joined > 0 ? [count(report.joined, "told with another row, as the same school under a new URN")] : []),
    count(report.elsewhere, "left out, because they are no schools in England"),
    count(report.skipped, "skipped, because they are bad"),
    ...(report.skipped > 0 ? [badRowsTold(report)] : []),
    ...(report.notMentioned > 0
      ? [`${report.notMentioned.toLocaleString("en-GB")} known schools are not mentioned and stay as they are.`]
      : []),
    ...(isStaged
      ? [`Nothing is in force yet: ${report.importId} waits for the programme team's approveRegisterChanges.`]
      : []),
  ].join("\n");
}

function badRowsTold({ badRows, skipped }: ImportReport): string {
  const shown = badRows.slice(0, BAD_ROWS_SHOWN).map(({ line, reason }) => `  line ${line}: ${reason}`);
  const more = skipped - shown.length;
  return ["Bad rows:", ...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join("\n");
}
