import { setTimeout as delay } from "node:timers/promises";

/** Waits until `condition` gives something truthy, and gives that. Fails loudly after `patienceMs`. */
export async function until<T>(
  what: string,
  condition: () => Promise<T> | T,
  patienceMs = 10_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await condition();
    if (found) return found as NonNullable<Exclude<T, false>>;
    if (Date.now() > deadline) throw new Error(`Waited ${patienceMs} ms in vain: ${what}.`);
    await delay(10);
  }
}
