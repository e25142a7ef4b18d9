import { startGateway } from "@psqm/gateway/gateway";
import { runCommand } from "./command.ts";
import { ending } from "./ending.ts";
import { readFlags } from "./flags.ts";
import { gatewaySettings } from "./gateway-settings.ts";
import { logFile } from "./log.ts";
import { openPlatform } from "./platform.ts";
import { during } from "./progress.ts";
import { untilStopped } from "./until-stopped.ts";

/** `npm start`: everything in this one process. */
await runCommand(() =>
  untilStopped(async (open, stop) => {
    const flags = readFlags();
    const { database, secrets, services, log, demonstration } = await openPlatform(flags, open, stop);
    const gateway = await during("Starting the gateway", () =>
      startGateway(gatewaySettings(services.urls, secrets, flags.port), { log }),
    );
    open.defer(() => gateway.close());
    process.stdout.write(
      ending({ url: gateway.url, data: database.description, log: logFile(flags.dataDir), demonstration }),
    );
  }),
);
process.exit();
