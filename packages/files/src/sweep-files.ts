import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { system } from "@psqm/identity/viewer";
import type { Logger } from "pino";
import { FileState, WAITING_HOURS } from "./file.rules.ts";
import { StoredFile } from "./file.ts";
import { scanFile } from "./scan-file.ts";
import type { FileKeeping } from "./settings.ts";

/** How long a confirmed file waits for the scan that its confirmation began, before another is begun. */
const SCAN_AGAIN_MS = 30_000;
const BATCH = 100;

/**
 * Scans what a scanner has not answered for, and throws away what was attached to nothing for a day. Two replicas that do
 * it at once do no harm: a file is judged once, behind its lock, and what is gone stays gone.
 */
export async function sweepFiles({
  em,
  files,
  now,
  log,
}: {
  em: SqlEntityManager;
  files: FileKeeping;
  now: Date;
  log: Logger;
}): Promise<void> {
  const quarantined = { state: FileState.Quarantined, confirmedAt: { $lt: new Date(now.getTime() - SCAN_AGAIN_MS) } };
  for (const file of await em.find(StoredFile, quarantined, { orderBy: { confirmedAt: "asc" }, limit: BATCH })) {
    const caller = { em: em.fork() as SqlEntityManager, viewer: system, clock: () => now };
    await scanFile(caller, files, file).catch((error: unknown) =>
      log.warn(
        { code: (error as { code?: unknown }).code, file: file.id },
        "a file stays in quarantine: it could not be scanned",
      ),
    );
  }
  const forgotten = { attachedTo: null, askedAt: { $lt: new Date(now.getTime() - WAITING_HOURS * 3_600_000) } };
  for (const { id, storageKey } of await em.find(StoredFile, forgotten, { limit: BATCH })) {
    // The row goes first, if it still is attached to nothing: what has no row is given to nobody.
    const gone = await em.nativeDelete(StoredFile, { id, attachedTo: null });
    if (gone > 0 && storageKey) await files.store.remove(storageKey);
  }
}
