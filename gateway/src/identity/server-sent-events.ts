import { setTimeout } from "node:timers/promises";
import { request } from "undici";

export interface ListenSettings {
  url: string;
  /** Made anew for every attempt, because signatures age. */
  headers(): Promise<Record<string, string>>;
  /** How long nothing, not even a heartbeat, may arrive before the stream is taken for dead; milliseconds. */
  silenceMs: number;
  onData(data: string): void;
  /** @param again whether a stream had been open before */
  onOpen(again: boolean): void;
  /** Told once for each stream that ended, and for the first attempt that failed. */
  onLost(reason: string): void;
}

export interface ServerSentEvents {
  close(): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
const OPEN_TIMEOUT_MS = 5_000;

/** Listens to a stream of server-sent events for ever, opening it again, ever more patiently, whenever it ends. */
export function listenTo(settings: ListenSettings): ServerSentEvents {
  const stop = new AbortController();
  void listen(settings, stop.signal);
  return { close: () => stop.abort() };
}

async function listen(settings: ListenSettings, stop: AbortSignal): Promise<void> {
  let wait = FIRST_WAIT_MS;
  let openedBefore = false;
  let told = false;
  while (!stop.aborted) {
    let reason = "the stream ended";
    try {
      await readStream(settings, stop, () => {
        settings.onOpen(openedBefore || told);
        openedBefore = true;
        told = false;
        wait = FIRST_WAIT_MS;
      });
    } catch (error) {
      reason = (error as Error).message;
    }
    if (stop.aborted) return;
    if (!told) settings.onLost(reason);
    told = true;
    await setTimeout(wait * (0.5 + Math.random()), undefined, { signal: stop }).catch(() => {});
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

async function readStream(settings: ListenSettings, stop: AbortSignal, opened: () => void): Promise<void> {
  const quiet = new AbortController();
  let silence = globalThis.setTimeout(() => quiet.abort(new Error("no answer")), OPEN_TIMEOUT_MS);
  const heardSomething = () => {
    clearTimeout(silence);
    silence = globalThis.setTimeout(() => quiet.abort(new Error("no heartbeat")), settings.silenceMs);
  };
  try {
    const { statusCode, body } = await request(settings.url, {
      headers: { accept: "text/event-stream", ...(await settings.headers()) },
      signal: AbortSignal.any([stop, quiet.signal]),
      bodyTimeout: 0,
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`HTTP status ${statusCode}`);
    }
    heardSomething();
    opened();
    let pending = "";
    body.setEncoding("utf8");
    for await (const chunk of body) {
      heardSomething();
      pending = deliver(pending + chunk, settings.onData);
    }
  } finally {
    clearTimeout(silence);
  }
}

/** Hands on every complete event of the text and returns what is left of it. */
function deliver(text: string, onData: (data: string) => void): string {
  const events = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = events.pop() ?? "";
  for (const event of events) {
    const data = event
      .split("\n")
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice("data:".length).replace(/^ /, ""));
    if (data.length > 0) onData(data.join("\n"));
  }
  return rest;
}
