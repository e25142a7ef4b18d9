import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "@psqm/platform/command";
import { BadInput } from "@psqm/refusal/refusal";
import { type Figure, line } from "./figure.ts";
import { machine } from "./machine.ts";
import type { Measurement } from "./measurement.ts";
import { attack } from "./measurements/attack.ts";
import { boards } from "./measurements/boards.ts";
import { gateway } from "./measurements/gateway.ts";
import { importing } from "./measurements/import.ts";
import { messaging } from "./measurements/messaging.ts";
import { operations } from "./measurements/operations.ts";
import { start } from "./measurements/start.ts";
import { subscribersBench } from "./measurements/subscribers.ts";
import { workers } from "./measurements/workers.ts";
import { root } from "./started-platform.ts";

const measurements: Record<string, Measurement> = {
  start,
  import: importing,
  gateway,
  messaging,
  subscribers: subscribersBench,
  boards,
  workers,
  operations,
  attack,
};

/** `npm run bench -- NAME…`: progress while it measures, one line a figure at the end, and a file for each name. */
await runCommand(async () => {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !Object.hasOwn(measurements, name));
  if (names.length === 0 || unknown.length > 0) {
    const all = Object.entries(measurements).map(([name, { about }]) => `  ${name.padEnd(11)} ${about}`);
    throw new BadInput(
      `${unknown.length > 0 ? `There is no bench ${unknown.join(", ")}. ` : ""}Use: npm run bench -- NAME…\n${all.join("\n")}`,
    );
  }
  const figures: Figure[] = [];
  for (const name of names) figures.push(...(await measure(name)));
  process.stdout.write(`${figures.map(line).join("\n")}\n`);
});

async function measure(name: string): Promise<Figure[]> {
  const { about, take } = measurements[name] as Measurement;
  const circumstances = machine();
  process.stderr.write(`${name}: ${about}\n  on ${circumstances.processors}, load ${circumstances.load}\n`);
  const { figures, details } = await take((words) => process.stderr.write(`  ${words}\n`));
  const folder = join(root, "bench", "results");
  await mkdir(folder, { recursive: true });
  const result = { name, at: new Date().toISOString(), machine: circumstances, figures, details };
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  return figures;
}
