import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const root = join(import.meta.dirname, "..", "..");

const patience = 300_000;

/** Runs one of the project's commands as npm does, with everything that it says kept for an error. */
function command(args: readonly string[]) {
  const child = spawn("npm", ["run", ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, ended, output: () => output };
}

export interface StartedPlatform {
  /** From typing `npm start` until `/health/ready` says yes. */
  seconds: number;
  stop(): Promise<void>;
}

/** `npm start` on a data folder, waited for as a user waits. */
export async function startPlatform(dataDir: string): Promise<StartedPlatform> {
  const port = await freePort();
  const began = performance.now();
  const platform = command(["start", "--", "--port", `${port}`, "--data-dir", dataDir]);
  let code: number | null | undefined;
  void platform.ended.then((ended) => {
    code = ended;
  });
  while (!(await isReady(port))) {
    if (code !== undefined) throw new Error(`npm start ended with ${code}:\n${platform.output()}`);
    if (performance.now() - began > patience) throw new Error(`npm start was not ready in time:\n${platform.output()}`);
    await sleep(20);
  }
  const seconds = (performance.now() - began) / 1000;
  return {
    seconds,
    async stop() {
      // To the whole group, as Ctrl-C in a terminal: npm does not pass SIGINT on.
      process.kill(-(platform.child.pid ?? 0), "SIGINT");
      await platform.ended;
    },
  };
}

async function isReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
  return answer?.ok ?? false;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

/** A data folder that is gone afterwards. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "psqm-bench-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
