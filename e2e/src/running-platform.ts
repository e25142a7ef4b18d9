import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { until } from "@psqm/testing/until";

export const ROOT = path.resolve(import.meta.dirname, "../..");
const BOOTSTRAP = path.join(ROOT, "platform/bootstrap.mjs");
const READY_WITHIN_MS = 120_000;

/** `start` is one process, `start:services` a process for every service and the gateway. */
export type Mode = "start" | "start:services";

export interface RunningPlatform {
  origin: string;
  dataDir: string;
  /** What it has printed so far. */
  output(): string;
  /** The process that `npm start` is. */
  process: ChildProcess;
  /** Ctrl-C; settles with the exit code when everything has stopped. */
  stop(): Promise<number | null>;
}

/** Starts the platform as a user does and waits until it is ready. */
export async function startPlatform(
  mode: Mode,
  dataDir: string,
  port?: number,
  env: Record<string, string> = {},
): Promise<RunningPlatform> {
  const chosen = port ?? (await freePort());
  // In parts, the gateway is divided too: whatever is tested there holds for several processes on one port.
  const workers = mode === "start:services" ? ["--workers", "2"] : [];
  const started = run([mode, "--port", String(chosen), "--data-dir", dataDir, ...workers], env);
  const origin = `http://127.0.0.1:${chosen}`;
  await until(
    `${mode} is ready`,
    async () => {
      if (started.process.exitCode !== null) throw new Error(`${mode} ended: ${started.output()}`);
      return isReady(origin);
    },
    READY_WITHIN_MS,
  );
  return {
    origin,
    dataDir,
    ...started,
    async stop() {
      started.process.kill("SIGINT");
      return started.ended;
    },
  };
}

export interface Command {
  process: ChildProcess;
  output(): string;
  /** The exit code; null when a signal ended it. */
  ended: Promise<number | null>;
}

/** Runs one of the project's commands, e.g. `["import-schools", file]`, as its npm script does. */
export function run(args: readonly string[], env: Record<string, string> = {}): Command {
  const child = spawn("node", [BOOTSTRAP, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env, NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { process: child, output: () => output, ended };
}

export async function isReady(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/health/ready`)).ok;
  } catch {
    return false;
  }
}

/** A folder for a platform's data, deleted when the test is over. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "psqm-e2e-"));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** A process as the system sees it. Linux only, as the machines that run these tests are. */
export interface SystemProcess {
  pid: number;
  args: string[];
  env: Record<string, string>;
}

/** All processes below one, children of children included. */
export async function descendants(pid: number): Promise<SystemProcess[]> {
  const below = await childIds(pid);
  const found = await Promise.all(
    below.map(async (child) =>
      [await describeProcess(child), ...(await descendants(child))].filter((one) => one !== undefined),
    ),
  );
  return found.flat();
}

async function childIds(pid: number): Promise<number[]> {
  try {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text.trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** What a process is; undefined when there is none. */
export async function describeProcess(pid: number): Promise<SystemProcess | undefined> {
  try {
    const args = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").slice(0, -1);
    const env = (await readFile(`/proc/${pid}/environ`, "utf8"))
      .split("\0")
      .filter((entry) => entry.includes("="))
      .map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]);
    return { pid, args, env: Object.fromEntries(env) as Record<string, string> };
  } catch {
    return undefined;
  }
}

/** Starts again what was killed, with the arguments and environment it had. */
export function startAgain({ args: [command = "node", ...args], env }: SystemProcess): ChildProcess {
  return spawn(command, args, { cwd: ROOT, env, stdio: "ignore" });
}
