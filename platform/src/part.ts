import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "@psqm/refusal/refusal";

export class PartFailed extends Refusal {
  constructor(name: string, how: string, words: string) {
    super("PART_FAILED", `${name} ${how}. Its last words:\n${words}`);
  }
}

/** One part of the platform, as a process of its own. */
export interface Part {
  name: string;
  pid: number;
  url: string;
  stop(): Promise<void>;
}

export interface PartSettings {
  name: string;
  /** The program, as a container runs it. */
  file: string;
  /** All it is told. */
  env: Record<string, string>;
  /** Where it will listen. */
  url: string;
  log: string;
  /** Called when it ends though nobody here stopped it. */
  onEnd(how: string): void;
}

const patience = 30_000;
const leaveWithParent = import.meta.resolve("./leave-with-parent.js");

/** Starts a part and waits until it says that it is ready. @throws {PartFailed} */
export async function startPart({ name, file, env, url, log, onEnd }: PartSettings): Promise<Part> {
  const words: string[] = [];
  const child = spawn(process.execPath, ["--enable-source-maps", "--import", leaveWithParent, file], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C in a terminal reaches the whole group: these are told by us, in order.
    detached: true,
  });
  const written = createWriteStream(log, { flags: "a" });
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(written, { end: false });
    stream.setEncoding("utf8").on("data", (text: string) => {
      words.push(...text.trim().split("\n"));
      words.splice(0, words.length - 10);
    });
  }
  let stopping = false;
  let ready = false;
  child.once("exit", (code, signal) => {
    if (ready && !stopping) onEnd(`ended with ${signal ?? code}`);
  });
  await becomeReady(child, name, url, words);
  ready = true;
  return {
    name,
    pid: child.pid ?? 0,
    url,
    async stop() {
      stopping = true;
      await stop(child);
      written.end();
    },
  };
}

async function becomeReady(child: ChildProcess, name: string, url: string, words: readonly string[]): Promise<void> {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    if (hasEnded(child))
      throw new PartFailed(name, `ended with ${child.signalCode ?? child.exitCode}`, words.join("\n"));
    const answer = await fetch(new URL("/health/ready", url)).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(25);
  }
  await stop(child);
  throw new PartFailed(name, `was not ready after ${patience / 1000} s`, words.join("\n"));
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), 12_000);
  await ended;
  clearTimeout(impatience);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
