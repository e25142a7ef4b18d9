import { copyFile, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import type { FileStore } from "./file-store.ts";

/** Contents in a folder of this machine: for one machine, or for several that share a folder. */
export function diskStore(folder: string): FileStore {
  const pathOf = (key: string) => join(folder, key);
  return {
    async keep(key, file) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      await copyFile(file, `${path}.part`);
      await flush(`${path}.part`);
      await rename(`${path}.part`, path);
      await flush(dirname(path));
    },
    async read(key): Promise<Readable | null> {
      try {
        return (await open(pathOf(key))).createReadStream();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
        throw error;
      }
    },
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

/** Makes the system write to the disk what it still holds of a file, or of a folder's list. */
async function flush(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
