import { Client } from "pg";
import { subgraphs } from "../subgraphs.ts";

/** How far the demonstration is in a database. */
export type DemonstrationState = "none" | "half" | "whole" | "unwanted";

/**
 * - `none`: nothing was played, and nobody is there
 * - `half`: the process that played it was killed
 * - `whole`: played to its end
 * - `unwanted`: people are there whom no demonstration has made
 */
export async function demonstrationState(adminUrl: string): Promise<DemonstrationState> {
  return withClient(adminUrl, async (client) => {
    await client.query(`
      create schema if not exists platform;
      create table if not exists platform.demonstration (began timestamptz not null default now(), ended timestamptz)`);
    const { rows } = await client.query("select ended is not null as whole from platform.demonstration");
    if (rows[0]) return rows[0].whole ? "whole" : "half";
    const tables = await client.query("select to_regclass('people.person') is not null as there");
    if (!tables.rows[0].there) return "none";
    const people = await client.query("select exists (select from people.person) as there");
    return people.rows[0].there ? "unwanted" : "none";
  });
}

export async function markBegun(adminUrl: string): Promise<void> {
  await withClient(adminUrl, (client) => client.query("insert into platform.demonstration default values"));
}

export async function markEnded(adminUrl: string): Promise<void> {
  await withClient(adminUrl, (client) => client.query("update platform.demonstration set ended = now()"));
}

/** Takes away a demonstration that did not reach its end. Nobody but the demonstration was let in, so nothing is lost. */
export async function clearHalf(adminUrl: string): Promise<void> {
  const schemas = [...subgraphs.map(({ name }) => name), "events"];
  await withClient(adminUrl, (client) =>
    client.query(
      `begin; drop schema if exists ${schemas.join(", ")} cascade; delete from platform.demonstration; commit`,
    ),
  );
}

async function withClient<Result>(adminUrl: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
