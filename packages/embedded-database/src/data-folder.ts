import { chown, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Refusal } from "@psqm/refusal/refusal";

export class DataFolderUnwritable extends Refusal {
  constructor(folder: string, why: string) {
    super(
      "DATA_FOLDER_UNWRITABLE",
      `The data folder ${folder} cannot be written to (${why}). Give this user write access to it, or choose another one with --data-dir FOLDER.`,
      { folder },
    );
  }
}

export class DataFolderInUse extends Refusal {
  /** The running server, for commands that may work beside its platform. A property, not a detail: it holds a password. */
  readonly adminUrl: string;

  constructor(folder: string, holder: string, adminUrl: string) {
    super(
      "DATA_FOLDER_IN_USE",
      `The data folder ${folder} is in use by ${holder}. Stop that one first, or choose another folder with --data-dir FOLDER.`,
      { folder },
    );
    this.adminUrl = adminUrl;
  }
}

/** Where things lie inside a data folder. */
export interface DataFolder {
  root: string;
  cluster: string;
  log: string;
  secret: string;
}

/**
 * Makes the folder when it is missing, and proves that it can be written to before anything slow begins.
 *
 * @throws {DataFolderUnwritable}
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const root = resolve(path);
  const probe = join(root, `.writable-${process.pid}-${Math.random().toString(36).slice(2)}`);
  try {
    // Root's PostgreSQL runs as another user, who must be able to pass through (never to list) this folder.
    const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
    await makeFolder(root, mode);
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw new DataFolderUnwritable(root, reason(error));
  }
  return { root, cluster: join(root, "postgres"), log: join(root, "postgres.log"), secret: join(root, "secret") };
}

/** Not `mkdir` with `recursive`: on a file system that makes no folders (/proc) that one never returns. */
async function makeFolder(path: string, mode: number): Promise<void> {
  if (await stat(path).catch(() => undefined)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path), mode);
  await mkdir(path, { mode }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await inheritOwner(path);
}

/** `sudo npm start` in somebody's own checkout must not leave a folder that they cannot use afterwards. */
export async function inheritOwner(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const parent = await stat(dirname(path));
  if (parent.uid !== 0) await chown(path, parent.uid, parent.gid);
}

export function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    EACCES: "permission denied",
    EPERM: "operation not permitted",
    ENOENT: "no folder can be made there",
    EROFS: "the file system is read-only",
    ENOSPC: "the disk is full",
    ENOTDIR: "part of the path is a file",
    EEXIST: "it is a file, not a folder",
  };
  return (code && known[code]) ?? (error instanceof Error ? error.message : String(error));
}
