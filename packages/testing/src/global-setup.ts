import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startEmbeddedDatabase } from "@psqm/embedded-database/embedded-database";
import { ADMIN_URL_VARIABLE, keep } from "./test-server.ts";

/** One PostgreSQL for the whole run of tests; every test file makes its own database in it. */
export default async function startTestServer(): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "psqm-test-"));
  const server = await startEmbeddedDatabase({ dataDir, fast: true, settings: { max_connections: "300" } });
  process.env[ADMIN_URL_VARIABLE] = server.adminUrl;
  keep({ server, dataDir });
}
