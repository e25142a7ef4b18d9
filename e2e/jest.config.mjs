import path from "node:path";

const root = path.join(import.meta.dirname, "..");

/** The long tests: whole platforms, started as their users start them. `npm run test:e2e` builds first. */
export default {
  rootDir: root,
  roots: [path.join(root, "e2e/dist")],
  testMatch: ["**/*.test.js"],
  transform: {},
  testEnvironment: "node",
  testTimeout: 300_000,
  maxWorkers: 1,
  watchman: false,
};
