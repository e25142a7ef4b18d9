import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/** The core that a gateway has to itself, and the one of everything else: load and subgraphs. */
export const GATEWAY_CORE = 0;
export const LOAD_CORE = 1;

// Linux counts processor time for programs in hundredths of a second (USER_HZ), whatever its own clock.
const TICK_MS = 10;

/** A process on one core, ended with this one. */
export class PinnedProcess {
  readonly child: ChildProcess;
  readonly #name: string;
  #said = "";

  /**
   * @param core one, or several as taskset takes them (`0,1`)
   * @param args of node: the file first
   */
  constructor(
    name: string,
    core: number | string,
    args: readonly string[],
    { cwd, env }: { cwd?: string; env?: object } = {},
  ) {
    this.#name = name;
    this.child = spawn("taskset", ["-c", `${core}`, process.execPath, ...args], {
      ...(cwd && { cwd }),
      env: { ...process.env, NODE_ENV: "production", ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#said = (this.#said + text).slice(-10_000);
      });
    }
  }

  async message<Message>(): Promise<Message> {
    const ended = new AbortController();
    const exit = () => ended.abort();
    this.child.once("exit", exit);
    try {
      const [message] = await once(this.child, "message", { signal: ended.signal });
      return message as Message;
    } catch {
      throw new Error(`${this.#name} ended:\n${this.#said}`);
    } finally {
      this.child.off("exit", exit);
    }
  }

  /** Until something answers there. */
  async answering(url: string): Promise<void> {
    const deadline = performance.now() + 60_000;
    const body = JSON.stringify({ query: "{ __typename }" });
    for (;;) {
      const answer = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } }).catch(
        () => undefined,
      );
      if (answer?.ok) return;
      if (this.child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`${this.#name} does not answer (exit code ${this.child.exitCode}):\n${this.#said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Processor time so far, of all threads and of the processes that it started, in user mode and for it in the kernel. */
  cpuMs(): number {
    return this.#family().reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  }

  rssMb(): number {
    const rssOf = (pid: number) =>
      Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
    return this.#family().reduce((sum, pid) => sum + rssOf(pid), 0);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, "exit");
    const impatience = setTimeout(() => this.child.kill("SIGKILL"), 5_000);
    this.child.kill("SIGTERM");
    await exited;
    clearTimeout(impatience);
  }

  /** Itself and the processes that it started. */
  #family(): number[] {
    const { pid = 0 } = this.child;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    return [pid, ...children.map(Number)];
  }
}

function cpuMsOf(pid: number): number {
  // The second field is the program's name in parentheses and may hold anything; utime and stime are the 14th and 15th.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
