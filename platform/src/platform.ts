import type { MailSettings } from "@psqm/mail/settings";
import { readMailSettings } from "@psqm/subgraph/config";
import type { Logger } from "pino";
import { type DatabaseServer, openDatabase } from "./database/open-database.ts";
import { prepareDatabase } from "./database/prepare-database.ts";
import { type DemoClock, demoClock } from "./demo/demo-clock.ts";
import { clearHalf, demonstrationState, markBegun, markEnded } from "./demo/demonstration-mark.ts";
import { playDemonstration } from "./demo/play-demonstration.ts";
import { fileSettings } from "./file-settings.ts";
import type { Flags } from "./flags.ts";
import { platformLog } from "./log.ts";
import { notificationSettings } from "./notification-settings.ts";
import { during } from "./progress.ts";
import { runServices, type Services } from "./run-services.ts";
import { type Secrets, secretsOf } from "./secrets.ts";

export interface Platform {
  database: DatabaseServer;
  secrets: Secrets;
  clock: DemoClock;
  log: Logger;
  mail: MailSettings;
  /** The five, running in this process. */
  services: Services;
  /** Whether the demonstration's people are there. */
  demonstration: boolean;
}

/**
 * Everything behind the gateway, in this process: database, tables, services and, in a new database, the demonstration
 * year. What was opened is closed with `open`, in reverse.
 *
 * @param fail called when the database is lost
 */
export async function openPlatform(
  { dataDir, fresh, date, port }: Flags,
  open: AsyncDisposableStack,
  { signal, fail }: { signal: AbortSignal; fail(error: Error): void },
): Promise<Platform> {
  const databaseUrl = process.env["DATABASE_URL"];
  const mail = readMailSettings({ PUBLIC_URL: `http://localhost:${port || 4000}`, ...process.env });
  const database = await during(databaseUrl ? "Connecting to PostgreSQL" : "Starting PostgreSQL", () =>
    openDatabase({ dataDir, databaseUrl, fresh, onLost: fail }),
  );
  open.defer(() => database.stop());
  signal.throwIfAborted();

  const secrets = await secretsOf(dataDir);
  const { adminUrl } = database;
  const before = await demonstrationState(adminUrl);
  if (before === "half") await clearHalf(adminUrl);
  await during("Bringing the tables up to date", () => prepareDatabase(adminUrl, secrets));
  signal.throwIfAborted();

  const log = platformLog(dataDir);
  const clock = demoClock(date);
  const services = await during("Starting five services", () =>
    runServices(adminUrl, secrets, mail, clock.now, log, {
      ...fileSettings(dataDir),
      ...notificationSettings(process.env),
    }),
  );
  open.defer(() => services.close());
  signal.throwIfAborted();

  if (before === "none" || before === "half") {
    await markBegun(adminUrl);
    await during("Playing the demonstration year (once)", (say) =>
      playDemonstration({ adminUrl, secrets, services, clock, log, signal, say }),
    );
    await markEnded(adminUrl);
  }
  return { database, secrets, clock, log, mail, services, demonstration: before !== "unwanted" };
}
