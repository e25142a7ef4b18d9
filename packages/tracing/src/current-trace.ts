import { AsyncLocalStorage } from "node:async_hooks";
import type { Trace } from "./trace.ts";

const current = new AsyncLocalStorage<Trace>();

/** The span within which this code runs, if it runs within one. */
export function currentTrace(): Trace | undefined {
  return current.getStore();
}

/** Runs something whose `currentTrace()` is the one given, whatever it waits for. */
export function within<Result>(trace: Trace, what: () => Result): Result {
  return current.run(trace, what);
}
