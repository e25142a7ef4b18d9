import { createHash, randomUUID } from "node:crypto";
import { migrate, type ServiceMigrations } from "@psqm/database/migrate";
import { loginRole, provision } from "@psqm/database/provision";
import pg from "pg";
import { adminUrl } from "./test-server.ts";

export interface TestDatabase {
  /** As superuser. */
  adminUrl: string;
  /** As the service's own role. */
  urlOf(service: string): string;
  /** Closes every connection to it and deletes it. */
  drop(): Promise<void>;
}

const PASSWORD = "test-password";
const TEMPLATE_LOCK = 7_041_002;

/** A database of its own for a test file, migrated: a copy of a template that the first asker makes. */
export async function testDatabase(services: readonly ServiceMigrations[]): Promise<TestDatabase> {
  const template = await templateFor(services);
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await asAdmin((client) => client.query(`create database ${name} template ${template}`));
  const url = databaseUrl(name);
  return {
    adminUrl: url,
    urlOf: (service) => asRole(url, loginRole(service)),
    drop: () => asAdmin((client) => client.query(`drop database if exists ${name} with (force)`)),
  };
}

async function templateFor(services: readonly ServiceMigrations[]): Promise<string> {
  const text = services.map(({ service, migrations }) => [service, migrations.map(describe)]);
  const name = `template_${createHash("sha256").update(JSON.stringify(text)).digest("hex").slice(0, 24)}`;
  await asAdmin(async (client) => {
    await client.query("select pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
    if (rowCount) return;
    const making = `making_${name}`;
    await client.query(`drop database if exists ${making} with (force)`);
    await client.query(`create database ${making}`);
    await provision(
      databaseUrl(making),
      services.map(({ service }) => ({ service, password: PASSWORD })),
    );
    for (const service of services) await migrate(databaseUrl(making), service);
    await client.query(`alter database ${making} rename to ${name}`);
  });
  return name;
}

/** A migration's SQL, so that a changed one gets a new template. */
function describe({ name, class: Step }: ServiceMigrations["migrations"][number]): unknown {
  const sql: unknown[] = [];
  new Step({} as never, {} as never).up.call({ addSql: (statement: unknown) => sql.push(statement) } as never);
  return [name, sql];
}

function databaseUrl(name: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return url.href;
}

function asRole(databaseUrl: string, role: string): string {
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = PASSWORD;
  return url.href;
}

async function asAdmin(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl() });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
