import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, root } from "../started-platform.ts";
import { GATEWAY_CORE, PinnedProcess } from "./pinned-process.ts";

export type ContenderName = "stock" | "hive" | "hive-rust" | "hive-rust-sharing" | "ours";

export interface Contender {
  name: string;
  url: string;
  process: PinnedProcess;
}

const rivals = join(root, "bench", "rivals");
const hive = join(rivals, "node_modules", "@graphql-hive", "gateway", "dist", "bin.js");

/** They are no dependencies of the project: 700 MB, wanted by nobody but this bench. */
export async function installRivals(say: (words: string) => void): Promise<void> {
  if (existsSync(hive)) return;
  say("installing the rivals into bench/rivals/node_modules, once");
  await promisify(execFile)("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], {
    cwd: rivals,
  });
}

/** How each is started, with the same header propagated, and what else it does by itself left on. */
const started: Record<
  ContenderName,
  (supergraph: string, port: string) => { args: string[]; cwd?: string; env?: object }
> = {
  stock: (supergraph, port) => ({
    args: [join(rivals, "stock.mjs"), supergraph, port],
    cwd: rivals,
    env: { APOLLO_TELEMETRY_DISABLED: "1" },
  }),
  hive: (supergraph, port) => ({ args: [...hiveArgs(supergraph, port), "--jit"], cwd: rivals }),
  "hive-rust": (supergraph, port) => ({
    args: [...hiveArgs(supergraph, port), "--hive-router-runtime"],
    cwd: rivals,
  }),
  "hive-rust-sharing": (supergraph, port) => ({
    args: [...hiveArgs(supergraph, port), "--hive-router-runtime"],
    cwd: rivals,
    env: { HIVE_DEDUPLICATES: "yes" },
  }),
  ours: (supergraph, port) => ({
    args: [join(root, "gateway", "dist", "main.js"), "--supergraph", supergraph, "--port", port],
    env: { PROPAGATE_HEADERS: "authorization" },
  }),
};

function hiveArgs(supergraph: string, port: string): string[] {
  return [hive, "supergraph", supergraph, "-c", "hive.config.mjs", "-h", "127.0.0.1", "-p", port];
}

/**
 * Starts one and waits until it answers.
 * @param nodeOptions what else node is told, before the file
 */
export async function startContender(
  name: ContenderName,
  supergraph: string,
  nodeOptions: readonly string[] = [],
): Promise<Contender> {
  const port = await freePort();
  const { args, ...options } = started[name](supergraph, `${port}`);
  const child = new PinnedProcess(name, GATEWAY_CORE, [...nodeOptions, ...args], options);
  const url = `http://127.0.0.1:${port}/graphql`;
  try {
    await child.answering(url);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { name, url, process: child };
}

/** The physical limit: a server that only reads and writes bytes. */
export async function startStatic(answers: Readonly<Record<string, string>>): Promise<Contender> {
  const port = await freePort();
  const child = new PinnedProcess("static", GATEWAY_CORE, [join(import.meta.dirname, "static-child.js"), `${port}`]);
  child.child.send(answers);
  const url = `http://127.0.0.1:${port}/graphql`;
  await child.answering(url);
  return { name: "static", url, process: child };
}
