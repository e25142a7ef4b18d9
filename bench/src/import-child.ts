import { systemClock } from "@psqm/clock/clock";
import { connectDatabase } from "@psqm/database/connect";
import { system } from "@psqm/identity/viewer";
import { entities } from "@psqm/people/entities";
import { importSchools } from "@psqm/people/school/import/import-schools";

export interface Imported {
  schools: number;
  seconds: number;
  /** The most memory that the process has had, as the system counts it. */
  peakMb: number;
}

/** A process of its own, so that nothing but the import is in its memory. Tells its parent {@link Imported}. */
const [file = ""] = process.argv.slice(2);
const began = performance.now();
const database = await connectDatabase({ url: process.env["DATABASE_URL"] ?? "", schema: "people", entities });
const report = await importSchools({ em: database.em.fork(), viewer: system, clock: systemClock }, file);
await database.close(true);
const imported: Imported = {
  schools: report.added,
  seconds: (performance.now() - began) / 1000,
  peakMb: process.resourceUsage().maxRSS / 1024,
};
process.send?.(imported);
process.disconnect?.();
