import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@psqm/platform/free-port";
import { root } from "../started-platform.ts";

const PATIENCE_MS = 60_000;

export const SIGNING_SECRET = "a-signing-secret-for-the-bench-only-0123456789";

export interface MessagingProcess extends AsyncDisposable {
  /** Of its graph. */
  url: string;
  /** What it holds in memory now; undefined where the system does not tell. */
  memoryKb(): Promise<number | undefined>;
}

/** Messaging as a process of its own, configured as in production. */
export async function startMessaging(databaseUrl: string): Promise<MessagingProcess> {
  const port = await freePort();
  const child = fork(join(root, "services", "messaging", "dist", "main.js"), {
    env: { ...process.env, DATABASE_URL: databaseUrl, SIGNING_SECRET, PORT: `${port}`, LOG_LEVEL: "silent" },
    stdio: "inherit",
  });
  const ended = once(child, "exit");
  const began = performance.now();
  while (!(await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null || performance.now() - began > PATIENCE_MS) {
      throw new Error("Messaging did not become ready.");
    }
    await sleep(20);
  }
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async memoryKb() {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes);
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
