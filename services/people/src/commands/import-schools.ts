import { BadRowsRefused, type ImportReport, importSchools, type Progress } from "../school/import/import-schools.ts";
import { CommandRefused, onDatabase, runCommand } from "./database-of-command.ts";

const BAD_ROWS_SHOWN = 50;
const PROGRESS_EVERY_MS = 250;

await runCommand(async () => {
  const { file, allOrNothing } = readArguments(process.argv.slice(2));
  const started = performance.now();
  try {
    const report = await onDatabase(process.env, (caller) =>
      importSchools(caller, file, { allOrNothing, onProgress: progressTo(process.stderr) }),
    );
    const seconds = (performance.now() - started) / 1000;
    // maxRSS is in kilobytes on every system.
    const megabytes = Math.ceil(process.resourceUsage().maxRSS / 1024);
    process.stdout.write(`${told(report)}\nIn ${seconds.toFixed(1)} s, with at most ${megabytes} MB of memory.\n`);
  } catch (error) {
    if (error instanceof BadRowsRefused) process.stdout.write(`${badRowsTold(error.report)}\n`);
    throw error;
  }
});

function readArguments(args: readonly string[]): { file: string; allOrNothing: boolean } {
  const flags = args.filter((arg) => arg.startsWith("-"));
  const files = args.filter((arg) => !arg.startsWith("-"));
  const [file] = files;
  if (file === undefined || files.length > 1 || flags.some((flag) => flag !== "--all-or-nothing")) {
    throw new CommandRefused(
      "Use: import-schools FILE [--all-or-nothing], FILE being an extract of Get Information About Schools.",
    );
  }
  return { file, allOrNothing: flags.length > 0 };
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

function told(report: ImportReport): string {
  const count = (n: number, what: string) => `  ${n.toLocaleString("en-GB").padStart(8)} ${what}`;
  return [
    `Read ${report.rows.toLocaleString("en-GB")} rows of ${report.columns} columns in ${report.encoding}:`,
    count(report.added, "new"),
    count(report.changed, "changed"),
    count(report.unchanged, "unchanged"),
    count(report.elsewhere, "left out, because they are no schools in England"),
    count(report.skipped, "skipped, because they are bad"),
    ...(report.skipped > 0 ? [badRowsTold(report)] : []),
  ].join("\n");
}

function badRowsTold({ badRows, skipped }: ImportReport): string {
  const shown = badRows.slice(0, BAD_ROWS_SHOWN).map(({ line, reason }) => `  line ${line}: ${reason}`);
  const more = skipped - shown.length;
  return ["Bad rows:", ...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join("\n");
}
