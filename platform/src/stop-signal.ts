/** Why everything stops, when somebody asked for it. */
export class Asked extends Error {}

/**
 * Aborts when we are asked to stop: Ctrl-C, SIGTERM, the terminal closed, or the death of the process that started us;
 * or by `fail`, when something is lost without which there is no going on. Asking again changes nothing: stopping in
 * good order takes a moment.
 */
export function stopSignal(): { signal: AbortSignal; fail(error: Error): void } {
  const stop = new AbortController();
  const ask = (reason: string) => () => {
    if (!stop.signal.aborted) stop.abort(new Asked(reason));
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, ask(name));
  process.on("disconnect", ask("whoever started it is gone"));
  process.channel?.unref();
  return {
    signal: stop.signal,
    fail: (error) => {
      if (!stop.signal.aborted) stop.abort(error);
    },
  };
}

/** Settles when the signal aborts; keeps the process alive until then. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener("abort", () => {
      clearInterval(alive);
      resolve();
    });
  });
}
