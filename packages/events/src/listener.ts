import pg from "pg";
import type { Logger } from "pino";

export interface Listener {
  /** Settles when the connection is closed. */
  close(): Promise<void>;
}

const RETRY_MS = 500;

/**
 * Hears PostgreSQL notifications on one connection of its own, and connects again when it is lost. A notification only
 * wakes: `onWake` is also called after every (re)connection, since anything may have been missed meanwhile.
 * @param onWake channel and payload; both empty after a (re)connection
 */
export function listen(
  url: string,
  channels: readonly string[],
  onWake: (channel: string, payload: string) => void,
  log: Logger,
): Listener {
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  let opening: Promise<void> = Promise.resolve();

  const lost = (connection: pg.Client, error: Error) => {
    if (closed || client !== connection) return;
    log.warn({ err: error }, "lost the connection that listens; connecting again");
    client = undefined;
    connection.end().catch(() => {});
    retry = setTimeout(open, RETRY_MS);
  };

  const connect = async () => {
    const connection = new pg.Client({ connectionString: url, application_name: "psqm-listen", keepAlive: true });
    client = connection;
    connection.on("error", (error) => lost(connection, error));
    connection.on("end", () => lost(connection, new Error("the server closed it")));
    connection.on("notification", ({ channel, payload }) => onWake(channel, payload ?? ""));
    try {
      await connection.connect();
      for (const channel of channels) await connection.query(`listen ${connection.escapeIdentifier(channel)}`);
      onWake("", "");
    } catch (error) {
      lost(connection, error as Error);
    }
  };
  const open = () => {
    opening = connect();
  };

  open();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await opening;
      await client?.end();
    },
  };
}
