import { LockMode } from "@mikro-orm/core";
import type { Transaction } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { FileAttached, FileNotReady, FileRefused, FileState } from "./file.rules.ts";
import { StoredFile } from "./file.ts";

/**
 * Attaches the caller's own files to a thing, in the transaction that makes it.
 * @param ids as `filesToAttach` gives them
 * @param subject what they were asked for
 * @param to the thing
 * @throws NotFound (NOT_FOUND) for another's file or one of another subject, FileNotReady (FILE_NOT_READY),
 *   FileRefused (FILE_REFUSED), FileAttached (FILE_ATTACHED)
 */
export async function attachFiles(
  { em, viewer }: Transaction,
  ids: readonly string[],
  { subject, to }: { subject: string; to: string },
): Promise<void> {
  if (ids.length === 0) return;
  const found = await em.find(
    StoredFile,
    { id: { $in: [...ids] } },
    { orderBy: { id: "asc" }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  for (const id of ids) {
    const file = found.find((one) => one.id === id);
    if (!file || file.subject !== subject || file.addedBy !== viewer.personId) throw new NotFound("file", id);
    if (file.found) throw new FileRefused(file.found);
    if (file.state !== FileState.Clean) throw new FileNotReady();
    if (file.attachedTo) throw new FileAttached();
    file.attachedTo = to;
  }
}
