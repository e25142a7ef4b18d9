import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createClient } from "@redis/client";
import { until } from "./until.ts";

function isInstalled(): boolean {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Why tests that need Redis are left out on this machine; undefined where they run. Never left out where everything has
 * to be shown (`CI`): there they fail if it is missing.
 */
export const withoutRedis: string | undefined =
  process.env["CI"] || isInstalled() ? undefined : "left out: install redis-server to run it";

export interface TestRedis {
  url: string;
  /** Stops it with all that it holds in memory; what is connected is cut off. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Lets it hang, connections and all, until it is resumed. */
  pause(): void;
  resume(): void;
  /** Makes it forget everything while it runs. */
  flush(): Promise<void>;
}

/** A Redis of its own, on a free port, that keeps nothing on the disk. */
export async function startTestRedis(): Promise<TestRedis> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const redis: TestRedis = {
    url,
    async stop() {
      if (!server) return;
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      server = undefined;
      await ended;
    },
    async start() {
      const settings = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
      server = spawn("redis-server", settings, { stdio: "ignore" });
      await Promise.race([
        once(server, "error").then(([error]) => Promise.reject(new Error(`redis-server does not start: ${error}`))),
        until("Redis answers", () => answers(url)),
      ]);
    },
    pause: () => void server?.kill("SIGSTOP"),
    resume: () => void server?.kill("SIGCONT"),
    flush: () => withClient(url, (client) => client.flushAll()),
  };
  await redis.start();
  return redis;
}

const answers = (url: string): Promise<boolean> =>
  withClient(url, (client) => client.ping()).then(
    () => true,
    () => false,
  );

async function withClient(url: string, work: (client: ReturnType<typeof createClient>) => Promise<unknown>) {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on("error", () => {});
  try {
    await client.connect();
    await work(client as never);
  } finally {
    client.destroy();
  }
}
