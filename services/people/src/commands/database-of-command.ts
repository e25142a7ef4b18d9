import { systemClock } from "@psqm/clock/clock";
import { connectDatabase } from "@psqm/database/connect";
import type { Caller } from "@psqm/events/transact";
import { system } from "@psqm/identity/viewer";
import { Refusal } from "@psqm/refusal/refusal";
import { entities } from "../entities.ts";

export class CommandRefused extends Refusal {
  constructor(message: string) {
    super("COMMAND_REFUSED", message);
  }
}

/** What PostgreSQL and the network say when there is nothing to work on, and what to do about it. */
const OUTAGES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at its address. Start the platform or correct the address",
  ENOTFOUND: "its host is unknown. Correct the address",
  "28P01": "it refuses the password. Use the role of the service people",
  "28000": "it refuses the role. Use the role of the service people",
  "3D000": "it has no database of that name. Correct the address",
  "42P01": "it has no tables of people yet. Start the platform once, which makes them",
  "42501": "the role may not write there. Use the role of the service people",
};

/**
 * Runs a command on the database of people that DATABASE_URL names, as the platform itself.
 * @throws CommandRefused when the variable is missing or the database is not usable
 */
export async function onDatabase<Result>(
  env: NodeJS.ProcessEnv,
  work: (caller: Caller) => Promise<Result>,
): Promise<Result> {
  const url = env["DATABASE_URL"];
  if (!url || !URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new CommandRefused(
      "DATABASE_URL is missing or no address: set it to the role of the service people, postgres://role:password@host:5432/database.",
    );
  }
  const database = await connectDatabase({ url, schema: "people", entities });
  try {
    return await work({ em: database.em.fork(), viewer: system, clock: systemClock });
  } catch (error) {
    const outage = OUTAGES[codeOf(error)];
    if (outage) throw new CommandRefused(`The database of DATABASE_URL cannot be used: ${outage}.`);
    throw error;
  } finally {
    await database.close(true);
  }
}

/** Runs a command to its end: what it refuses is told in a sentence, and the exit code is 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

function codeOf(error: unknown): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  if (typeof code === "string") return code;
  const inner = cause ?? errors?.[0];
  return inner ? codeOf(inner) : "";
}
