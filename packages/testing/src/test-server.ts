import type { EmbeddedDatabase } from "@psqm/embedded-database/embedded-database";

/** Where the workers of a test run find the server that the run has started. */
export const ADMIN_URL_VARIABLE = "PSQM_TEST_ADMIN_URL";

interface TestServer {
  server: EmbeddedDatabase;
  dataDir: string;
}

// Jest loads set-up and tear-down as separate module graphs of one process.
const holder = globalThis as { psqmTestServer?: TestServer };

export function keep(server: TestServer): void {
  holder.psqmTestServer = server;
}

export function kept(): TestServer {
  const { psqmTestServer } = holder;
  if (!psqmTestServer) throw new Error("The test server was never started.");
  return psqmTestServer;
}

export function adminUrl(): string {
  const url = process.env[ADMIN_URL_VARIABLE];
  if (!url) throw new Error("No test server: run the tests with jest's globalSetup of this package.");
  return url;
}
