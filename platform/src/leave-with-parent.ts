/**
 * Loaded before a part's own code (`node --import`), which knows nothing of it: when whoever started the part is gone,
 * even by `kill -9`, the part is asked to stop. Left alone it would keep its port from the next start.
 */
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
}, 500).unref();
