import { operatorNameOf, readCommandLine, readWorkers, usage } from "./command-line.ts";
import type { GatewayConfig } from "./configuration.ts";

const [args, env] = [process.argv.slice(2), process.env];
try {
  const config = readCommandLine(args, env);
  if (config === "help") {
    process.stdout.write(`${usage}\n`);
  } else {
    const gateway = await start(config, readWorkers(args, env));
    const stop = () => void gateway.close().then(() => process.exit(0));
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
  }
} catch (error) {
  const { name, message, stack } = error as Error;
  process.stderr.write(`${["ConfigurationError", "InvalidSupergraph"].includes(name) ? message : stack}\n`);
  process.exitCode = 1;
}

/** Only what is needed is loaded: whoever merely watches over workers has no use for a planner. */
async function start(config: GatewayConfig, workers: number): Promise<{ close(): Promise<void> }> {
  if (workers === 1) {
    const { startGateway } = await import("./gateway.ts");
    return startGateway(config, { nameOf: operatorNameOf });
  }
  const { Supervisor } = await import("./workers/supervisor.ts");
  return Supervisor.start(workers, config);
}
