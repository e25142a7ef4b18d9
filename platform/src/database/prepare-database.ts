import { migrate } from "@psqm/database/migrate";
import { provision } from "@psqm/database/provision";
import type { Secrets } from "../secrets.ts";
import { subgraphs } from "../subgraphs.ts";

/** Roles, schemas and tables of every service, brought up to date. Safe to repeat. @returns how many steps ran */
export async function prepareDatabase(adminUrl: string, secrets: Pick<Secrets, "rolePassword">): Promise<number> {
  await provision(
    adminUrl,
    subgraphs.map(({ name }) => ({ service: name, password: secrets.rolePassword(name) })),
  );
  const ran = await Promise.all(
    subgraphs.map(({ name, migrations }) => migrate(adminUrl, { service: name, migrations })),
  );
  return ran.flat().length;
}
