import { operatorNameOf, readCommandLine, usage } from "./command-line.ts";
import { ConfigurationError } from "./configuration.ts";
import { startGateway } from "./gateway.ts";
import { InvalidSupergraph } from "./supergraph/supergraph.ts";

try {
  const config = readCommandLine(process.argv.slice(2), process.env);
  if (config === "help") {
    process.stdout.write(`${usage}\n`);
  } else {
    const gateway = await startGateway(config, { nameOf: operatorNameOf });
    const stop = () => void gateway.close().then(() => process.exit(0));
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
  }
} catch (error) {
  const expected = error instanceof ConfigurationError || error instanceof InvalidSupergraph;
  process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
