import { Refusal } from "@psqm/refusal/refusal";
import { Client } from "pg";

export class DatabaseUnusable extends Refusal {
  constructor(address: string, why: string, whatToDo: string) {
    super("DATABASE_UNUSABLE", `DATABASE_URL (${address}) cannot be used: ${why}. ${whatToDo}`);
  }
}

const oldest = 15;

/**
 * Proves that a server of the operator's own is there, lets us in and lets us make roles, before anything is changed.
 *
 * @throws {DatabaseUnusable}
 */
export async function checkServer(url: string): Promise<void> {
  const client = new Client({ connectionString: parse(url).href, connectionTimeoutMillis: 5_000 });
  const address = withoutPassword(url);
  try {
    await client.connect();
    const { rows } = await client.query(
      `select current_setting('server_version_num')::int / 10000 as version, rolcreaterole or rolsuper as roles,
         has_database_privilege(current_database(), 'create') as schemas
       from pg_roles where rolname = current_user`,
    );
    const { version, roles, schemas } = rows[0];
    if (version < oldest) throw new DatabaseUnusable(address, `it is PostgreSQL ${version}`, `Use ${oldest} or newer.`);
    if (!roles || !schemas)
      throw new DatabaseUnusable(
        address,
        "its user may not make roles and schemas, which each service gets for itself",
        "Give it CREATEROLE and CREATE on the database, or use another user.",
      );
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw explained(address, error as NodeJS.ErrnoException);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function parse(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^postgres(ql)?:$/.test(parsed.protocol) && parsed.pathname.length > 1) return parsed;
  throw new DatabaseUnusable(
    parsed ? withoutPassword(url) : `"${url}"`,
    "it is not the address of a PostgreSQL database",
    "It must look like postgres://user:password@host:5432/database.",
  );
}

export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.password) parsed.password = "***";
  return parsed.href;
}

function explained(address: string, error: NodeJS.ErrnoException): DatabaseUnusable {
  const checkAddress = "Check the address, and that the server runs; without DATABASE_URL an embedded one is used.";
  switch (error.code) {
    case "ECONNREFUSED":
      return new DatabaseUnusable(address, "nothing listens there", checkAddress);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new DatabaseUnusable(address, "there is no host of that name", checkAddress);
    case "28P01":
    case "28000":
      return new DatabaseUnusable(address, "the server refuses this user or password", "Correct them.");
    case "3D000":
      return new DatabaseUnusable(
        address,
        "the server has no database of that name",
        "Create it, or correct the name.",
      );
    default:
      return new DatabaseUnusable(address, error.message || String(error.code), checkAddress);
  }
}
