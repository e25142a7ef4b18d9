import { runCommand } from "./command.ts";
import { takeDataDir, withServiceDatabase } from "./visit.ts";

/**
 * Runs one of people's own commands on the platform's database. They read their arguments and DATABASE_URL from the
 * process, as they do in a container, so that is where they are put.
 */
export function commandOfPeople(load: () => Promise<unknown>): Promise<void> {
  return runCommand(async () => {
    const { dataDir, rest } = takeDataDir(process.argv.slice(2));
    await withServiceDatabase(dataDir, "people", async (databaseUrl) => {
      process.env["DATABASE_URL"] = databaseUrl;
      process.argv.splice(2, process.argv.length, ...rest);
      await load();
    });
  });
}
