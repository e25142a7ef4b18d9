import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startEmbeddedDatabase } from "@psqm/embedded-database/embedded-database";
import { parse } from "yaml";

const root = path.join(import.meta.dirname, "../../..");
const services = ["people", "programme", "assessment", "finance", "messaging"];

/** What an operator would write into .env. */
const dotenv: Record<string, string> = {
  POSTGRES_PASSWORD: "unused-here",
  SIGNING_SECRET: "a-signing-secret-of-the-container-test",
  OIDC_ISSUERS: "https://issuer.example",
  ...Object.fromEntries(services.map((name) => [`${name.toUpperCase()}_DATABASE_PASSWORD`, `password0of0${name}`])),
};

let compose: {
  services: Record<
    string,
    { command: string[]; environment: Record<string, string>; healthcheck?: { test: string[] } }
  >;
};
let gatewayUrl: string;
const dataDir = mkdtempSync(path.join(tmpdir(), "containers-"));
const running: ChildProcess[] = [];
const said = new Map<string, string>();
let database: Awaited<ReturnType<typeof startEmbeddedDatabase>>;

/** docker-compose.yml with its variables filled in, and every container's address turned into one of this machine. */
beforeAll(async () => {
  database = await startEmbeddedDatabase({ dataDir, fast: true });
  let text = readFileSync(path.join(root, "docker-compose.yml"), "utf8")
    .replace(/\$\{(\w+):\?[^}]*\}/g, (_, name: string) => dotenv[name] ?? `${name} is missing`)
    .replace(/\$\{\w+:-([^}]*)\}/g, "$1");
  const { username, password, host, pathname } = new URL(database.adminUrl);
  text = text
    .replace("postgres:unused-here@", `${username}:${password}@`)
    .replaceAll("database:5432/psqm", `${host}${pathname}`);
  for (const [index, name] of [...services, "gateway"].entries()) {
    const port = await freePort();
    const declared = name === "gateway" ? 4000 : 4101 + index;
    text = text
      .replaceAll(`http://${name}:${declared}`, `http://127.0.0.1:${port}`)
      .replaceAll(`PORT: "${declared}"`, `PORT: "${port}"`);
    gatewayUrl = `http://127.0.0.1:${port}/graphql`;
  }
  compose = parse(text, { merge: true });
});

afterAll(async () => {
  await Promise.all(running.map((child) => child.exitCode ?? (child.kill("SIGTERM") && once(child, "exit"))));
  await database.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test("the migration, the services and the gateway run on what their containers are told, and answer", async () => {
  const migration = run("migrate");
  expect(await outcome(migration)).toEqual({ code: 0, said: expect.stringContaining("is up to date") });

  for (const name of services) start(name);
  for (const name of services) await healthy(name);
  start("gateway");
  await healthy("gateway");

  const answer = await fetch(gatewayUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ hubs(first: 1) { nodes { name } } }" }),
  });
  expect(await answer.json()).toEqual({ data: { hubs: { nodes: [] } } });
}, 180_000);

test("a migration that is told only some passwords says which are missing", async () => {
  const { code, said } = await outcome(run("migrate", { FINANCE_DATABASE_PASSWORD: "" }));
  expect(code).not.toBe(0);
  expect(said).toContain("FINANCE_DATABASE_PASSWORD");
});

function run(name: string, changes: Record<string, string> = {}): ChildProcess {
  const { command, environment } = compose.services[name] ?? { command: [], environment: {} };
  const image = { PATH: process.env["PATH"] ?? "", NODE_ENV: "production", HOST: "127.0.0.1" };
  return spawn(process.execPath, ["--enable-source-maps", ...command], {
    cwd: root,
    env: { ...image, ...environment, ...changes },
  });
}

function start(name: string): void {
  const child = run(name);
  running.push(child);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (text: Buffer) => said.set(name, `${said.get(name) ?? ""}${text}`));
  }
}

async function outcome(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text: Buffer) => (said += text));
  const [code] = await once(child, "close");
  return { code, said };
}

/** Asks as the container engine would, until the answer is yes. */
async function healthy(name: string): Promise<void> {
  const [, , ...check] = compose.services[name]?.healthcheck?.test ?? [];
  const env = { PORT: compose.services[name]?.environment["PORT"] };
  for (const deadline = Date.now() + 40_000; Date.now() < deadline; ) {
    const asked = spawn(process.execPath, check, { env, stdio: "ignore" });
    const [code] = await once(asked, "exit");
    if (code === 0) return;
  }
  throw new Error(`${name} did not become healthy. It said:\n${said.get(name)}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
