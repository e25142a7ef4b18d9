import { parseArgs } from "node:util";
import { connectDatabase } from "@psqm/database/connect";
import { listParked, replayParkedEvents } from "@psqm/events/parked";
import { BadInput } from "@psqm/refusal/refusal";
import { runCommand } from "./command.ts";
import { subgraphs } from "./subgraphs.ts";
import { takeDataDir, withServiceDatabase } from "./visit.ts";

const usage = `Use:
  npm run events                                        shows what each service could not handle, and why
  npm run events -- replay SERVICE [--aggregate ID]     has it tried again, in order`;

/** `npm run events`: parked events, shown and replayed. */
await runCommand(async () => {
  const { dataDir, rest } = takeDataDir(process.argv.slice(2));
  const { verb, service, aggregate } = readArguments(rest);
  const wanted = subgraphs.filter(({ name }) => service === undefined || name === service);
  for (const subgraph of wanted) {
    await withServiceDatabase(dataDir, subgraph.name, async (url) => {
      const database = await connectDatabase({ url, schema: subgraph.name, entities: subgraph.entities });
      try {
        if (verb === "list") await list(subgraph.name, database.em.fork());
        else say(`${subgraph.name}: ${await replayParkedEvents(database.em.fork(), aggregate)} will be tried again.`);
      } finally {
        await database.close(true);
      }
    });
  }
});

async function list(name: string, em: Parameters<typeof listParked>[0]): Promise<void> {
  const parked = await listParked(em);
  if (parked.length === 0) return say(`${name}: nothing parked`);
  say(`${name}: ${parked.length} parked`);
  for (const { eventId, source, type, aggregate, reason, attempts, parkedAt } of parked)
    say(
      `  ${eventId} ${source} ${type} of ${aggregate}, parked ${new Date(parkedAt).toISOString()} after ${attempts} tries: ${reason}`,
    );
}

function readArguments(args: string[]): { verb: "list" | "replay"; service?: string; aggregate?: string } {
  const { positionals, values } = parse(args);
  const [verb = "list", service, ...more] = positionals;
  if ((verb !== "list" && verb !== "replay") || more.length > 0) throw new BadInput(usage);
  if (verb === "replay" && !subgraphs.some(({ name }) => name === service)) {
    throw new BadInput(`Say whose events: ${subgraphs.map(({ name }) => name).join(", ")}.\n${usage}`);
  }
  return { verb, ...(service && { service }), ...(values.aggregate && { aggregate: values.aggregate }) };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { aggregate: { type: "string" } } });
  } catch (error) {
    throw new BadInput(`${(error as Error).message.split(". ")[0]}.\n${usage}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
