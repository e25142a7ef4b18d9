import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** The checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** A mistake of whoever typed the command: shown as its sentence alone. */
export class Mistake extends Error {}

const folder = { "data-dir": { type: "string" } };

/**
 * What can be typed after `npm run`, which file does it, and in whose workspace that is. `options` are checked here,
 * before anything slow begins; a command without them checks its own.
 */
export const commands = {
  start: {
    workspace: "platform",
    file: "platform/dist/start.js",
    options: { ...folder, port: { type: "string" }, fresh: { type: "boolean" }, date: { type: "string" } },
    usage: "npm start -- [--port 4000] [--data-dir .data] [--date YYYY-MM-DD] [--fresh]",
  },
  "start:services": {
    workspace: "platform",
    file: "platform/dist/start-services.js",
    options: { ...folder, port: { type: "string" }, fresh: { type: "boolean" }, workers: { type: "string" } },
    usage: "npm run start:services -- [--port 4000] [--data-dir .data] [--fresh] [--workers 1]",
  },
  migrate: {
    workspace: "platform",
    file: "platform/dist/migrate.js",
    options: folder,
    usage: "npm run migrate -- [--data-dir .data]",
  },
  schema: {
    workspace: "platform",
    file: "platform/dist/schema/main.js",
    options: { check: { type: "boolean" } },
    usage: "npm run schema -- [--check]",
  },
  "import-schools": { workspace: "platform", file: "platform/dist/import-schools.js" },
  "partner-key": { workspace: "platform", file: "platform/dist/partner-key.js" },
  events: { workspace: "platform", file: "platform/dist/events.js" },
  mails: { workspace: "platform", file: "platform/dist/mails.js" },
  gateway: { workspace: "gateway", file: "gateway/dist/main.js" },
  bench: { workspace: "bench", file: "bench/dist/main.js" },
};

/**
 * @returns which file to run with which arguments, and in whose workspace it is
 * @throws {Mistake} with a sentence that names the flag and what it wants
 */
export async function checkCommand(name, args) {
  if (name === "service") return serviceCommand(args);
  const command = commands[name];
  if (!command)
    throw new Mistake(`There is no command "${name}". There are: ${Object.keys(commands).join(", ")}, service.`);
  if (!command.options) return { ...command, args };
  const { port, date, workers = "1" } = readFlags(command, args);
  if (date !== undefined) checkDate(date);
  if (!/^[1-9]\d?$/.test(workers))
    throw new Mistake(`--workers wants the number of the gateway's processes, such as 2, and got "${workers}".`);
  if (name.startsWith("start")) await checkPort(port ?? "4000");
  return { ...command, args };
}

/** A service alone is the process that its container runs: told by its environment, and by nothing else. */
function serviceCommand([name, ...more]) {
  const names = readdirSync(join(root, "services"));
  if (!names.includes(name) || more.length > 0) {
    throw new Mistake(
      `Usage: npm run service NAME, which is one of ${names.join(", ")}. ` +
        "It is told by the environment: DATABASE_URL, SIGNING_SECRET, PORT, HOST, LOG_LEVEL.",
    );
  }
  return { workspace: name, file: `services/${name}/dist/main.js`, args: [] };
}

function readFlags({ options, usage }, args) {
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch (error) {
    throw new Mistake(`${error.message.split(". ")[0]}.\nUsage: ${usage}`);
  }
}

function checkDate(date) {
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date)
    throw new Mistake(`--date wants a day as YYYY-MM-DD, such as 2026-10-05, and got "${date}".`);
}

async function checkPort(text) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new Mistake(`--port wants a number from 1 to 65535 (or 0 for any free one), and got "${text}".`);
  const trouble = await listenOnce(port);
  if (!trouble) return;
  if (trouble === "EACCES")
    throw new Mistake(`Port ${port} is reserved for the system. Choose one above 1023, such as --port 4000.`);
  let free = port + 1;
  while (free < 65535 && (await listenOnce(free))) free += 1;
  throw new Mistake(
    `Port ${port} is taken by another program. Stop that one, or start on a free port: --port ${free}.`,
  );
}

/** @returns undefined, or the code of what prevents listening there */
function listenOnce(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => resolve(error.code));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(undefined)));
  });
}
