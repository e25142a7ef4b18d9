import { Refusal } from "@psqm/refusal/refusal";

/** Runs a command to its end: a refusal is shown as its sentence, a fault with its stack; both end with exit code 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

/** Errors of the gateway are sentences too, though it knows nothing of ours. */
function explain(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof Error && ["ConfigurationError", "InvalidSupergraph"].includes(error.name)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
