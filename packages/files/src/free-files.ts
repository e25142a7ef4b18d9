import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { NotFound } from "@psqm/refusal/refusal";
import { FileAttached, FileNotReady, FileRefused, FileState } from "./file.rules.ts";
import { StoredFile } from "./file.ts";

/**
 * Files that may be attached to a thing, locked: the caller sets their `attachedTo` in the transaction that makes it.
 * @param ids as `filesToAttach` gives them
 * @param subject what they were asked for
 * @param personId who added them
 * @throws NotFound (NOT_FOUND) for another's file or one of another subject, FileNotReady (FILE_NOT_READY),
 *   FileRefused (FILE_REFUSED), FileAttached (FILE_ATTACHED)
 */
export async function freeFiles(
  em: SqlEntityManager,
  ids: readonly string[],
  subject: string,
  personId: string,
): Promise<StoredFile[]> {
  if (ids.length === 0) return [];
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const found = await em.find(StoredFile, { id: { $in: [...ids] } }, { orderBy: { id: "asc" }, lockMode });
  return ids.map((id) => {
    const file = found.find((one) => one.id === id);
    if (file?.subject !== subject || file.addedBy !== personId) throw new NotFound("file", id);
    if (file.found) throw new FileRefused(file.found);
    if (file.state !== FileState.Clean) throw new FileNotReady();
    if (file.attachedTo) throw new FileAttached();
    return file;
  });
}
