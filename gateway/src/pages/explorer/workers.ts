/** Monaco's workers, from our own address: the page never asks another one. */
const scripts: Record<string, string> = {
  json: "/explorer/json.worker.js",
  graphql: "/explorer/graphql.worker.js",
};

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) => new Worker(scripts[label] ?? "/explorer/editor.worker.js"),
  },
});
