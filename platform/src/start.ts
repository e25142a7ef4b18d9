import { startGateway } from "@psqm/gateway/gateway";
import { runCommand } from "./command.ts";
import { openDatabase } from "./database/open-database.ts";
import { prepareDatabase } from "./database/prepare-database.ts";
import { demoClock } from "./demo/demo-clock.ts";
import { playDemonstration } from "./demo/play-demonstration.ts";
import { showEnding } from "./ending.ts";
import { type Flags, readFlags } from "./flags.ts";
import { gatewaySettings } from "./gateway-settings.ts";
import { platformLog } from "./log.ts";
import { during } from "./progress.ts";
import { runServices } from "./run-services.ts";
import { secretsOf } from "./secrets.ts";
import { stopSignal } from "./stop-signal.ts";

await runCommand(() => start(readFlags()));

/** Everything in this one process, until we are asked to stop. What was opened first is closed last. */
async function start({ dataDir, port, fresh, date }: Flags): Promise<void> {
  const asked = stopSignal();
  let lose: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_resolve, reject) => {
    lose = reject;
  });
  lost.catch(() => undefined);

  await using open = new AsyncDisposableStack();
  const database = await during("Starting PostgreSQL", () =>
    openDatabase({ dataDir, databaseUrl: process.env["DATABASE_URL"], fresh, onLost: (error) => lose(error) }),
  );
  open.defer(() => database.stop());
  const secrets = await secretsOf(dataDir);
  await during("Bringing tables up to date", () => prepareDatabase(database.adminUrl, secrets));

  const log = platformLog(dataDir);
  const clock = demoClock(date);
  const parts = { adminUrl: database.adminUrl, secrets, clock, log };
  await Promise.race([lost, asked, playDemonstration(parts)]);

  const services = await during("Starting five services", () => runServices(parts));
  open.defer(() => services.close());
  const gateway = await startGateway(gatewaySettings(services.urls, secrets, port), { log });
  open.defer(() => gateway.close());

  showEnding({ url: gateway.url, data: database.description, today: clock.today });
  const reason = await Promise.race([asked, lost]);
  process.stderr.write(`\nStopping (${reason}) …\n`);
  await open.disposeAsync();
  process.stderr.write("Stopped. Everything is kept; start again with: npm start\n");
  process.exit(0);
}
