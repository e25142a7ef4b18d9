import { type FileHandle, open, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { inheritOwner } from "./data-folder.ts";
import { DatabaseStartFailed } from "./database-start-failed.ts";
import type { Installation } from "./installation.ts";
import { dropForeignPostmasterFile, isAlive, livingPostmaster, type Postmaster } from "./postmaster-file.ts";

/** What another starter, a just killed predecessor or an unlucky port makes PostgreSQL say: a new attempt helps. */
const passing = /lock file "postmaster.pid"|still in use|could not bind|could not create any TCP/;

/** @throws {DatabaseStartFailed} with the end of PostgreSQL's own log */
export async function startPostmaster(
  installation: Installation,
  settings: Record<string, string>,
  deadline: number,
): Promise<Postmaster> {
  const { folder } = installation;
  while (true) {
    await dropForeignPostmasterFile(folder.cluster);
    const attempt = await spawnPostmaster(installation, { ...settings, port: `${await freePort()}` });
    while (true) {
      const running = await livingPostmaster(folder.cluster);
      if (running?.ready) return running;
      if (attempt.ended() && !running) break;
      if (Date.now() > deadline) throw new DatabaseStartFailed(folder, "it was not ready in time");
      await sleep(10);
    }
    const words = await attempt.words();
    if (!passing.test(words) || Date.now() > deadline) throw new DatabaseStartFailed(folder, words);
    await sleep(100);
  }
}

/** SIGINT is PostgreSQL's fast stop: no new work, what runs is rolled back, everything is written down. */
export async function stopPostmaster(cluster: string, pid: number, patience: number): Promise<void> {
  const deadline = Date.now() + patience;
  process.kill(pid, "SIGINT");
  // The file goes last. (Where nobody reaps orphans, the process itself may stay as a zombie.)
  while (isAlive(pid) && (await livingPostmaster(cluster))?.pid === pid) {
    if (Date.now() > deadline) return void process.kill(pid, "SIGQUIT");
    await sleep(10);
  }
}

interface Attempt {
  ended(): boolean;
  /** What it wrote to its log. */
  words(): Promise<string>;
}

async function spawnPostmaster(installation: Installation, settings: Record<string, string>): Promise<Attempt> {
  const { folder, postgres } = installation;
  const log = await openLog(folder.log);
  const before = (await log.stat()).size;
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // Detached: Ctrl-C in a terminal goes to the whole group, and PostgreSQL must outlive those who write to it.
  const child = installation.spawn(postgres, ["-D", folder.cluster, ...flags], {
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  let ended = "";
  child.on("error", (error) => {
    ended = error.message;
  });
  child.on("exit", (code, signal) => {
    ended = `it ended with ${code ?? signal}`;
  });
  child.unref();
  await log.close();
  return {
    ended: () => ended !== "",
    async words() {
      const text = (await readFile(folder.log)).subarray(before).toString().trim();
      return text === "" ? ended : text.split("\n").slice(-3).join(" ");
    },
  };
}

async function openLog(path: string): Promise<FileHandle> {
  const log = await open(path, "a", 0o600);
  await inheritOwner(path);
  if ((await log.stat()).size > 5_000_000) await log.truncate();
  return log;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
