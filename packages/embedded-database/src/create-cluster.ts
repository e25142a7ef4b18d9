import { randomBytes } from "node:crypto";
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import type { DataFolder } from "./data-folder.ts";
import { DatabaseStartFailed } from "./database-start-failed.ts";
import type { Installation } from "./installation.ts";
import { handOver } from "./operating-user.ts";
import { isAlive } from "./postmaster-file.ts";

/**
 * The cluster is made aside and moved into place, so that an interrupted first start leaves nothing half made.
 *
 * @throws {DatabaseStartFailed} with initdb's own words
 */
export async function createCluster(
  installation: Installation,
  { admin, password, fast }: { admin: string; password: string; fast: boolean },
): Promise<void> {
  const { folder, user } = installation;
  if (await readFile(join(folder.cluster, "PG_VERSION")).catch(() => undefined)) return handOver(folder.cluster, user);
  await clearAbandonedDrafts(folder);
  const draft = `${folder.cluster}.new-${process.pid}-${randomBytes(4).toString("hex")}`;
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await handOver(draft, user);
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user.uid !== undefined && user.gid !== undefined) await chown(passwordFile, user.uid, user.gid);
    await initdb(installation, [
      `--pgdata=${draft}`,
      `--username=${admin}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // The same order and case rules on every machine, whatever its C library knows.
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      ...(fast ? ["--no-sync"] : []),
    ]);
    await rename(draft, folder.cluster).catch((error: NodeJS.ErrnoException) => {
      // Another starter was quicker: theirs is as good.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

/** What starters left that were killed while making a cluster. */
async function clearAbandonedDrafts({ root, cluster }: DataFolder): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = name.startsWith(`${basename(cluster)}.new-`) && Number.parseInt(name.split("-")[1] ?? "", 10);
    if (pid && !isAlive(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
}

function initdb(installation: Installation, args: string[]): Promise<void> {
  const child = installation.spawn(installation.initdb, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr] as Readable[]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve();
      const words = output.trim().split("\n").slice(-4).join(" ");
      reject(new DatabaseStartFailed(installation.folder, `initdb ended with ${code}: ${words}`));
    });
  });
}
