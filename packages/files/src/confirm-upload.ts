import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { FileRefused, FileState, UploadMissing } from "./file.rules.ts";
import { StoredFile } from "./file.ts";
import type { Files } from "./files.ts";
import { scanFile } from "./scan-file.ts";

/**
 * Whoever added a file says that all of it was put: it is scanned, at once if the scanner answers, else as soon as it does.
 * @returns the file, clean or still in quarantine
 * @throws NotFound (NOT_FOUND) for another's file, UploadMissing (UPLOAD_MISSING), FileRefused (FILE_REFUSED)
 */
export async function confirmUpload(caller: Caller, files: Files, fileId: string): Promise<StoredFile> {
  const file = await transact(caller, "confirmUpload", fileId, async ({ em, viewer, now }) => {
    const found = await em.findOne(StoredFile, { id: fileId });
    if (!found || found.addedBy !== viewer.personId) throw new NotFound("file", fileId);
    if (found.state === FileState.Waiting) throw new UploadMissing();
    found.confirmedAt ??= now;
    return found;
  });
  // A scanner that does not answer is no fault of whoever confirms: the sweep asks it again, and says so in the log.
  if (file.state === FileState.Quarantined) await scanFile(caller, files, file).catch(() => null);
  const judged = await caller.em.fork().findOneOrFail(StoredFile, { id: fileId });
  if (judged.found) throw new FileRefused(judged.found);
  return judged;
}
