import { rm } from "node:fs/promises";
import { DataFolderInUse, openDataFolder } from "@psqm/embedded-database/data-folder";
import { startEmbeddedDatabase } from "@psqm/embedded-database/embedded-database";
import { Refusal } from "@psqm/refusal/refusal";
import { Client } from "pg";
import { checkServer, withoutPassword } from "./server-address.ts";

export class FreshOnForeignServer extends Refusal {
  constructor() {
    super(
      "FRESH_ON_FOREIGN_SERVER",
      "--fresh throws everything away, and the database of DATABASE_URL is not ours to throw away. Drop and create it yourself, or leave --fresh out.",
    );
  }
}

export interface DatabaseServer {
  /** Of a role that may make roles and schemas, in the database of the platform. */
  adminUrl: string;
  /** Whether a platform runs on it already, so that its tables are there and up to date. */
  inUse: boolean;
  /** For people: where the data is. */
  description: string;
  stop(): Promise<void>;
}

export interface DatabaseOptions {
  dataDir: string;
  /** A server of the operator's own, instead of the embedded one. */
  databaseUrl?: string | undefined;
  /** Begins with nothing. */
  fresh?: boolean | undefined;
  onLost?: (error: Error) => void;
}

const database = "psqm";

/** @throws {DatabaseUnusable} @throws {FreshOnForeignServer} and what the embedded server refuses with */
export async function openDatabase({ dataDir, databaseUrl, fresh, onLost }: DatabaseOptions): Promise<DatabaseServer> {
  if (databaseUrl) {
    if (fresh) throw new FreshOnForeignServer();
    await checkServer(databaseUrl);
    return {
      adminUrl: databaseUrl,
      inUse: false,
      description: withoutPassword(databaseUrl),
      stop: async () => undefined,
    };
  }
  if (fresh) await throwAway(dataDir);
  const server = await startEmbeddedDatabase({ dataDir, ...(onLost && { onLost }) });
  try {
    return { adminUrl: await ownDatabase(server.adminUrl), inUse: false, description: dataDir, stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * For commands beside a running platform: its server when it runs (and then leaves it running), else a server of our
 * own for as long as we need it.
 */
export async function visitDatabase(options: DatabaseOptions): Promise<DatabaseServer> {
  try {
    return await openDatabase(options);
  } catch (error) {
    const adminUrl = error instanceof DataFolderInUse ? error.adminUrl : undefined;
    if (!adminUrl) throw error;
    return {
      adminUrl: await ownDatabase(adminUrl),
      inUse: true,
      description: options.dataDir,
      stop: async () => undefined,
    };
  }
}

async function ownDatabase(adminUrl: string): Promise<string> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [database]);
    if (!rowCount) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Only what we made ourselves, and only when nobody uses it: starting the server proves that, by its lock. */
async function throwAway(dataDir: string): Promise<void> {
  const folder = await openDataFolder(dataDir);
  const server = await startEmbeddedDatabase({ dataDir });
  await server.stop();
  for (const path of [folder.cluster, folder.log, folder.secret]) await rm(path, { recursive: true, force: true });
}
