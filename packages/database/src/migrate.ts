import type { MigrationObject } from "@mikro-orm/core";
import { Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/postgresql";
import pg from "pg";
import { baseOptions } from "./connect.ts";
import { ownerRole } from "./provision.ts";

export interface ServiceMigrations {
  service: string;
  migrations: readonly MigrationObject[];
}

/**
 * Brings one service's schema up to date, as the schema's owner; all pending steps or none. Two at once queue.
 * @param adminUrl a role that may become the owner (the one that provisioned)
 * @returns names of the steps that ran
 */
export async function migrate(adminUrl: string, { service, migrations }: ServiceMigrations): Promise<string[]> {
  const lock = new pg.Client({ connectionString: adminUrl });
  await lock.connect();
  const orm = await MikroORM.init({
    ...baseOptions(adminUrl, service, `-c role=${ownerRole(service)}`),
    entities: [],
    extensions: [Migrator],
    migrations: {
      migrationsList: [...migrations],
      tableName: "migration",
      snapshot: false,
      allOrNothing: true,
      silent: true,
    },
  });
  try {
    await lock.query("select pg_advisory_lock(hashtextextended($1, 0))", [`migrate ${service}`]);
    const ran = await orm.migrator.up();
    return ran.map((step) => step.name);
  } finally {
    await orm.close(true);
    await lock.end();
  }
}
