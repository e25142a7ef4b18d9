import { resolve } from "node:path";
import { openDatabase, visitDatabase } from "./database/open-database.ts";
import { serviceUrl } from "./database/service-url.ts";
import { defaultDataFolder } from "./root.ts";
import { secretsOf } from "./secrets.ts";

/** Takes `--data-dir FOLDER` out of a command's arguments; the rest is for the service that the command belongs to. */
export function takeDataDir(args: readonly string[]): { dataDir: string; rest: string[] } {
  const rest = [...args];
  const at = rest.findIndex((arg) => arg === "--data-dir" || arg.startsWith("--data-dir="));
  if (at < 0) return { dataDir: defaultDataFolder, rest };
  const [flag] = rest.splice(at, 1);
  const inline = flag?.split("=")[1];
  return { dataDir: resolve(inline ?? rest.splice(at, 1)[0] ?? "."), rest };
}

/**
 * Gives work the address of one service's database, whether the platform runs now or not: with DATABASE_URL that server,
 * else the running platform's, else the embedded one for as long as the work takes.
 */
export async function withServiceDatabase(
  dataDir: string,
  service: string,
  work: (databaseUrl: string) => Promise<void>,
): Promise<void> {
  const databaseUrl = process.env["DATABASE_URL"];
  // The service's own role, as a container has it: nothing is ours to prepare there.
  if (databaseUrl && URL.canParse(databaseUrl) && new URL(databaseUrl).username === `psqm_${service}`)
    return work(databaseUrl);
  const database = await (databaseUrl ? openDatabase : visitDatabase)({ dataDir, databaseUrl });
  try {
    const secrets = await secretsOf(dataDir);
    if (!database.inUse) {
      // Every service's code is behind this: a command that does not need it stays small.
      const { prepareDatabase } = await import("./database/prepare-database.ts");
      await prepareDatabase(database.adminUrl, secrets);
    }
    await work(serviceUrl(database.adminUrl, service, secrets));
  } finally {
    await database.stop();
  }
}
