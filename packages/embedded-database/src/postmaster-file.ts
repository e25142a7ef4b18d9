import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/** What a running PostgreSQL says of itself in `postmaster.pid`, a file it removes when it stops in good order. */
export interface Postmaster {
  pid: number;
  port: number;
  ready: boolean;
}

/** @returns undefined when there is no such file, when it is not complete yet, or when its process is gone */
export async function livingPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const found = parsePostmasterFile(await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => ""));
  return found && (await isPostgres(found.pid)) ? found : undefined;
}

/**
 * PostgreSQL itself replaces the file of a process that is gone. What it cannot see through is a number that belongs
 * to some other program since the machine crashed: it would refuse to start.
 */
export async function dropForeignPostmasterFile(cluster: string): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  const pid = Number.parseInt(await readFile(file, "utf8").catch(() => ""), 10);
  if (pid > 0 && isAlive(pid) && !(await isPostgres(pid))) await rm(file, { force: true });
}

/** Line 1 is the process, 4 the port, 8 the state (padded with blanks): PostgreSQL's `utils/pidfile.h`. */
export function parsePostmasterFile(text: string): Postmaster | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port) || port <= 0) return undefined;
  return { pid, port, ready: lines[7] === "ready" };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return command.includes("postgres");
}
