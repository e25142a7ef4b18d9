/**
 * Loaded before the gateway (`node --expose-gc --import`), which knows nothing of it: tells its parent, whenever asked,
 * what memory the process holds once everything is collected that nobody holds.
 */
export interface Memory {
  rssKb: number;
  heapKb: number;
}

process.on("message", async () => {
  // Twice: what only finalizers hold is gone after the second.
  for (let n = 0; n < 2; n += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ rssKb: rss / 1024, heapKb: (heapUsed + external) / 1024 } satisfies Memory);
});
process.channel?.unref();
