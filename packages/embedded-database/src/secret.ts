import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { link, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DataFolderUnwritable, inheritOwner, reason } from "./data-folder.ts";

/** What every password and key of one data folder is derived from: 32 random bytes in one file that only its owner reads. */
export type Secret = Buffer;

/**
 * Reads the secret, or makes it on the first start. Two processes that start at once agree on one:
 * the file appears whole (by hard link) or not at all.
 *
 * @throws {DataFolderUnwritable} also when somebody else owns the file, or when it was cut short
 */
export async function openSecret(file: string): Promise<Secret> {
  try {
    const secret = (await read(file)) ?? (await create(file));
    if (secret.length !== 32) throw new Error(`${file} holds ${secret.length} bytes where 32 are expected`);
    if (((await stat(file)).mode & 0o077) !== 0) throw new Error(`${file} is open to other users: chmod 600 it`);
    return secret;
  } catch (error) {
    throw new DataFolderUnwritable(dirname(file), reason(error));
  }
}

/** A key of its own for every purpose (HKDF-SHA-256): knowing one tells nothing of the others. */
export function deriveKey(secret: Secret, purpose: string, bytes = 32): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "psqm-graph", purpose, bytes));
}

/** As `deriveKey`, in letters and digits that need no escaping in a URL. */
export function derivePassword(secret: Secret, purpose: string): string {
  return createHash("sha256").update(deriveKey(secret, purpose)).digest("base64url").replaceAll(/[-_]/g, "x");
}

async function read(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

async function create(file: string): Promise<Buffer> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await writeFile(draft, randomBytes(32), { mode: 0o600, flag: "wx" });
  try {
    await inheritOwner(draft);
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft);
  }
  return readFile(file);
}
