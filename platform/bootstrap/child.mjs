import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./commands.mjs";

const environment = {
  ...process.env,
  // npm's copy of Node 24, turbo and tsc come first, whatever else the machine has.
  PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(process.platform === "win32" ? ";" : ":"),
  // Reading code is the longest part of a warm start: keep it compiled.
  NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "node"),
  APOLLO_TELEMETRY_DISABLED: "1",
  TURBO_TELEMETRY_DISABLED: "1",
};

/** npm goes to the root of the checkout; paths that were typed are meant from where they were typed. */
const whereTyped = (process.env.npm_lifecycle_event && process.env.INIT_CWD) || process.cwd();

let current;
let askedToStop = false;

/**
 * Runs a program to its end. Signals that reach us are passed on to it.
 *
 * @param quiet collects what it says instead of showing it
 * @param guarded tells it when we are gone (by a channel that closes), even if we were killed outright
 */
export function runChild(program, args, { quiet = false, guarded = false } = {}) {
  const stdio = [quiet ? "ignore" : "inherit", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"];
  if (guarded) stdio.push("ipc");
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: quiet ? root : whereTyped, env: environment, stdio });
    current = child;
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code, signal) => {
      current = undefined;
      resolve({ code: code ?? exitCodes[signal] ?? 1, output });
      if (quiet && (signal || askedToStop)) process.exit(exitCodes[signal] ?? 130);
    });
  });
}

/** As shells count: 128 and the signal's number. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 };

export function passOnSignals() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      askedToStop = true;
      current?.kill(signal);
    });
  }
  watchNpm();
}

/** Whoever kills npm outright means us as well. (Started from a shell, we may outlive it: that is what nohup is for.) */
function watchNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) current?.kill("SIGTERM");
  }, 1000).unref();
}
