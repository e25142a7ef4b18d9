import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { FileState } from "./file.rules.ts";
import { StoredFile } from "./file.ts";
import type { FileKeeping } from "./settings.ts";

/**
 * Has a file in quarantine scanned: it is let out, or its content is thrown away.
 * @returns what was found in it, or null
 * @throws whatever kept the scanner from looking; the file stays in quarantine
 */
export async function scanFile(caller: Caller, files: FileKeeping, file: StoredFile): Promise<string | null> {
  const { id, storageKey } = file;
  const content = storageKey && (await files.store.read(storageKey));
  if (!content) throw new Error(`the content of file ${id} is not where it was kept`);
  const found = await files.scanner.scan(content).finally(() => content.destroy());
  await transact(
    { ...caller, em: caller.em.fork() },
    found === null ? "fileClean" : "fileRefused",
    id,
    async ({ em }) => {
      const judged = await em.findOne(StoredFile, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (judged?.state !== FileState.Quarantined) return;
      judged.state = found === null ? FileState.Clean : FileState.Refused;
      judged.found = found;
      if (found !== null) judged.storageKey = null;
    },
  );
  if (found !== null) await files.store.remove(storageKey);
  return found;
}
