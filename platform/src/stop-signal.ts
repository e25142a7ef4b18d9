/**
 * Resolves with a reason when we are asked to stop: Ctrl-C, SIGTERM, the terminal closed, or the death of the process
 * that started us. Asking again changes nothing: stopping in good order takes a moment.
 */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(signal));
    process.on("disconnect", () => resolve("the process that started it is gone"));
    process.channel?.unref();
  });
}
