/** Says what is being done and, when it is done, how long it took. Whoever waits should know for what. */
export async function during<Result>(
  title: string,
  work: (say: (words: string) => void) => Promise<Result>,
): Promise<Result> {
  const began = performance.now();
  const terminal = process.stderr.isTTY;
  let words = "";
  const line = () => `  ${title} … ${words}`;
  const show = () => process.stderr.write(terminal ? `\r\x1b[K${line()}` : `${line()}\n`);
  if (terminal) show();
  let shown = performance.now();
  try {
    const result = await work((next) => {
      words = next;
      // In a log file a line for every step would be a flood.
      if (!terminal && performance.now() - shown < 2_000) return;
      shown = performance.now();
      show();
    });
    words = `${words && `${words}, `}${((performance.now() - began) / 1000).toFixed(1)} s`;
    return result;
  } catch (error) {
    words = "failed";
    throw error;
  } finally {
    process.stderr.write(terminal ? `\r\x1b[K${line()}\n` : `${line()}\n`);
  }
}
