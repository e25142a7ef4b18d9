import pg from "pg";

export interface ServiceRole {
  /** The service's name: its schema, and the stem of its two roles. */
  service: string;
  /** Password of the login role the service runs with. */
  password: string;
}

export const ownerRole = (service: string): string => `psqm_${service}_owner`;
export const loginRole = (service: string): string => `psqm_${service}`;

/** Every login role belongs to it; it may append to and read the event log, nothing else. */
export const servicesRole = "psqm_services";

/** Cluster-wide: one provisioning at a time, whichever database it is for. */
const PROVISION_LOCK = 7_041_001;

/**
 * Makes each service's schema with its owner (who cannot log in) and its login role (who owns nothing), and the shared
 * event log. Safe to repeat; passwords are set anew. Needs a role that may create roles.
 */
export async function provision(adminUrl: string, services: readonly ServiceRole[]): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: "psqm-provision" });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [PROVISION_LOCK]);
    await createRole(client, servicesRole, "nologin");
    for (const { service, password } of services) {
      await createRole(client, ownerRole(service), "nologin");
      await createRole(client, loginRole(service), `login password ${client.escapeLiteral(password)}`);
      await client.query(`
        grant ${servicesRole} to ${loginRole(service)};
        grant ${ownerRole(service)} to current_user;
        create schema if not exists ${service} authorization ${ownerRole(service)};
        grant usage on schema ${service} to ${loginRole(service)};
        alter default privileges for role ${ownerRole(service)} in schema ${service}
          grant select, insert, update, delete on tables to ${loginRole(service)};
        alter default privileges for role ${ownerRole(service)} in schema ${service}
          grant usage, select on sequences to ${loginRole(service)};
      `);
    }
    await client.query(extensions);
    await client.query(eventLog);
  } finally {
    await client.end();
  }
}

/** PostgreSQL has no `create role if not exists`; the advisory lock makes look-then-create safe. */
async function createRole(client: pg.Client, role: string, options: string): Promise<void> {
  const { rowCount } = await client.query("select from pg_roles where rolname = $1", [role]);
  await client.query(`${rowCount ? "alter" : "create"} role ${role} ${options}`);
}

/**
 * What services find in PostgreSQL beside their own schemas, by qualified names: `pg_trgm` for searches that forgive
 * typing errors. A schema's owner may not install it, so it is done here; a database that has it elsewhere is put right.
 */
const extensions = `
  set client_min_messages = warning;
  create extension if not exists pg_trgm with schema public;
  alter extension pg_trgm set schema public;
  reset client_min_messages;
`;

/**
 * The transport of events: append-only, one gap-free line of positions per source, written only by that source's relay.
 */
const eventLog = `
  revoke create on schema public from public;
  create schema if not exists events;
  grant usage on schema events to ${servicesRole};
  create table if not exists events.log (
    source text not null,
    position bigint not null,
    id text not null unique,
    type text not null,
    aggregate text not null,
    sequence bigint not null,
    occurred_at timestamptz(3) not null,
    payload jsonb not null,
    primary key (source, position)
  );
  grant select, insert on events.log to ${servicesRole};
`;
