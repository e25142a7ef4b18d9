import { systemClock } from "@psqm/clock/clock";
import { mailSettings } from "@psqm/mail/settings";
import { Refusal } from "@psqm/refusal/refusal";
import { pino } from "pino";
import { readEnvironment } from "./config.ts";
import { serveSubgraph } from "./server.ts";
import type { Closable, Subgraph } from "./subgraph.ts";

/** Runs one service as a process of its own, configured by the environment, until SIGTERM or SIGINT. */
export async function runSubgraph<Loaders, Resources extends Closable | undefined>(
  subgraph: Subgraph<Loaders, Resources>,
): Promise<void> {
  try {
    const env = readEnvironment(process.env);
    const log = pino({ name: subgraph.name, level: env.LOG_LEVEL });
    const running = await serveSubgraph(subgraph, {
      databaseUrl: env.DATABASE_URL,
      redisUrl: env.REDIS_URL,
      signingSecret: env.SIGNING_SECRET,
      host: env.HOST,
      ...(env.PORT !== undefined && { port: env.PORT }),
      mail: mailSettings(env),
      neighbours: env.NEIGHBOURS,
      clock: systemClock,
      log,
      settings: process.env,
    });
    log.info({ url: running.url }, `${subgraph.name} is ready`);
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => void running.close().then(() => process.exit(0)));
    }
  } catch (error) {
    const code = (error as { code?: string }).code;
    const said =
      error instanceof Refusal
        ? error.message
        : code === "EADDRINUSE"
          ? `The port of ${subgraph.name} is taken. Set PORT to a free one.`
          : undefined;
    if (!said) throw error;
    process.stderr.write(`${subgraph.name}: ${said}\n`);
    process.exitCode = 1;
  }
}
