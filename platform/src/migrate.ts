import { runCommand } from "./command.ts";
import { openDatabase, visitDatabase } from "./database/open-database.ts";
import { prepareDatabase } from "./database/prepare-database.ts";
import { rolePasswordsOf } from "./database/role-passwords.ts";
import { secretsOf } from "./secrets.ts";
import { takeDataDir } from "./visit.ts";

/** `npm run migrate`: roles, schemas and tables of every service, in DATABASE_URL or in the data folder. */
await runCommand(async () => {
  const { dataDir } = takeDataDir(process.argv.slice(2));
  const databaseUrl = process.env["DATABASE_URL"];
  const told = rolePasswordsOf(process.env);
  const database = await (databaseUrl ? openDatabase : visitDatabase)({ dataDir, databaseUrl });
  try {
    const ran = await prepareDatabase(database.adminUrl, told ?? (await secretsOf(dataDir)));
    process.stdout.write(
      `${ran === 0 ? "Nothing to do" : `${ran} steps ran`}: ${database.description} is up to date.\n`,
    );
  } finally {
    await database.stop();
  }
});
