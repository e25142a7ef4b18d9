import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError } from "pg";
import { createCluster } from "./create-cluster.ts";
import { type DataFolder, DataFolderInUse, openDataFolder } from "./data-folder.ts";
import { DatabaseStartFailed } from "./database-start-failed.ts";
import { installationFor } from "./installation.ts";
import { startPostmaster, stopPostmaster } from "./postmaster.ts";
import { livingPostmaster, type Postmaster } from "./postmaster-file.ts";
import { derivePassword, openSecret } from "./secret.ts";

export interface EmbeddedDatabaseOptions {
  dataDir: string;
  /** Trades safety against a power cut for speed: for tests, whose data nobody will miss. */
  fast?: boolean;
  /** PostgreSQL's own settings, e.g. `{ max_connections: "400" }`. */
  settings?: Record<string, string>;
  /** Called when the server goes away though nobody here stopped it. */
  onLost?: (error: Error) => void;
}

export interface EmbeddedDatabase {
  /** The superuser's address of the database `postgres`, on loopback, password included. */
  adminUrl: string;
  port: number;
  /** True when the server was running already: it had survived the death of whoever started it. */
  adopted: boolean;
  /** Ends all connections, writes everything down and stops the server. */
  stop(): Promise<void>;
}

const admin = "psqm";
const patience = 60_000;

/** One platform per data folder: whoever holds this advisory lock of the database `postgres`. It ends with its holder. */
const platformLock = 7_786_001;

/**
 * Starts the PostgreSQL of this data folder, or takes over the one that is running there already. It listens on
 * loopback only, on a free port, and asks for a password. It is no child of ours in the terminal's eyes, so that
 * Ctrl-C reaches the platform alone and PostgreSQL stops last.
 *
 * @throws {DataFolderInUse} when another living process has started it
 * @throws {DataFolderUnwritable}
 * @throws {DatabaseStartFailed}
 */
export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const { fast = false } = options;
  const folder = await openDataFolder(options.dataDir);
  const password = derivePassword(await openSecret(folder.secret), "embedded PostgreSQL superuser");
  const installation = await installationFor(folder);
  await createCluster(installation, { admin, password, fast });
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    ...(fast ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" } : {}),
    ...options.settings,
  };

  const deadline = Date.now() + patience;
  let adopted = true;
  while (true) {
    let running = await livingPostmaster(folder.cluster);
    if (!running) {
      running = await startPostmaster(installation, settings, deadline);
      adopted = false;
    }
    const adminUrl = `postgres://${admin}:${password}@127.0.0.1:${running.port}/postgres`;
    const connection = await connect(adminUrl, folder);
    if (connection && (await takeLock(connection, folder, adminUrl)))
      return hold(connection, running, folder, { adminUrl, adopted }, options.onLost);
    // It is just starting or just stopping: look again.
    if (Date.now() > deadline) throw new DatabaseStartFailed(folder, "it does not accept connections");
    await sleep(25);
  }
}

function hold(
  lock: Client,
  { pid, port }: Postmaster,
  folder: DataFolder,
  facts: Pick<EmbeddedDatabase, "adminUrl" | "adopted">,
  onLost: EmbeddedDatabaseOptions["onLost"],
): EmbeddedDatabase {
  let stopping = false;
  lock.on("end", () => {
    if (!stopping) onLost?.(new Error(`The embedded PostgreSQL (process ${pid}) is gone; its log is ${folder.log}.`));
  });
  return {
    ...facts,
    port,
    async stop() {
      if (stopping) return;
      stopping = true;
      // Before the lock goes: nobody may adopt a server that is about to stop.
      await stopPostmaster(folder.cluster, pid, patience);
      await lock.end().catch(() => undefined);
    },
  };
}

/**
 * Whoever was killed a moment ago holds the lock until the server notices that they are gone: waits a little.
 *
 * @returns false when the connection broke meanwhile, because the holder was just stopping the server
 * @throws {DataFolderInUse}
 */
async function takeLock(connection: Client, folder: DataFolder, adminUrl: string): Promise<boolean> {
  const deadline = Date.now() + 2_000;
  try {
    do {
      const { rows } = await connection.query("select pg_try_advisory_lock($1) as taken", [platformLock]);
      if (rows[0].taken) return true;
      await sleep(50);
    } while (Date.now() < deadline);
    const { rows } = await connection.query(
      `select application_name as name from pg_stat_activity join pg_locks using (pid)
       where locktype = 'advisory' and objid = $1 and granted`,
      [platformLock],
    );
    await connection.end();
    throw new DataFolderInUse(folder.root, rows[0]?.name ?? "another process", adminUrl);
  } catch (error) {
    if (error instanceof DataFolderInUse || (error instanceof DatabaseError && !goingAway(error))) throw error;
    return false;
  }
}

/** @returns undefined when the server is not open for connections (yet, or any more) */
async function connect(adminUrl: string, folder: DataFolder): Promise<Client | undefined> {
  const client = new Client({
    connectionString: adminUrl,
    application_name: `PSQM Graph, process ${process.pid}`,
  });
  // Without a listener a lost connection would be an uncaught exception; "end" tells the same to those who ask.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === "28P01")
      throw new DatabaseStartFailed(folder, `${folder.secret} is not the secret that this database was made with`);
    if (error instanceof DatabaseError && !goingAway(error)) throw error;
    return undefined;
  }
}

/** admin_shutdown, crash_shutdown, cannot_connect_now */
function goingAway(error: DatabaseError): boolean {
  return ["57P01", "57P02", "57P03"].includes(error.code ?? "");
}
