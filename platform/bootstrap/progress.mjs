/**
 * Says what is being waited for, and how far it is: on a terminal in one line that is rewritten, elsewhere in a line now
 * and then.
 */
export function showProgress(title, state = () => "") {
  const began = Date.now();
  const terminal = process.stderr.isTTY;
  const line = (words) =>
    `  ${title} … ${[words, `${Math.round((Date.now() - began) / 1000)} s`].filter(Boolean).join(", ")}`;
  process.stderr.write(terminal ? line("") : `  ${title} …\n`);
  const timer = setInterval(
    () => process.stderr.write(terminal ? `\r${line(state())} ` : `${line(state())}\n`),
    terminal ? 500 : 5000,
  );
  timer.unref();
  return {
    end(words) {
      clearInterval(timer);
      process.stderr.write(terminal ? `\r${line(words)}          \n` : `${line(words)}\n`);
    },
  };
}
