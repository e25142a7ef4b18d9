import { Asked, aborted, stopSignal } from "./stop-signal.ts";

/** How long parts may take to close before the rest goes on without them. */
const patience = 20_000;

type Stop = ReturnType<typeof stopSignal>;

/**
 * Runs a platform until it is asked to stop, then closes what it opened: the last opened first, so PostgreSQL last.
 *
 * @throws what went wrong, when nobody had asked; everything is closed then too
 */
export async function untilStopped(begin: (open: AsyncDisposableStack, stop: Stop) => Promise<void>): Promise<void> {
  const stop = stopSignal();
  const open = new AsyncDisposableStack();
  let failure: unknown;
  try {
    await begin(open, stop);
    await aborted(stop.signal);
  } catch (error) {
    failure = error;
  }
  // What fails while we stop, or because something was lost, has that for its reason.
  if (stop.signal.aborted) failure = stop.signal.reason;
  if (failure instanceof Asked) process.stderr.write(`\nStopping (${failure.message}) …\n`);
  await Promise.race([open.disposeAsync(), new Promise((resolve) => setTimeout(resolve, patience).unref())]);
  if (!(failure instanceof Asked)) throw failure;
  process.stderr.write("Stopped. Everything is kept; start again with the same command.\n");
}
