import { globSync } from "node:fs";
import path from "node:path";
import { clearStaleOutput } from "./packages/house/src/clear-stale-output.ts";

const root = import.meta.dirname;

clearStaleOutput(root);

/** Jest on what `tsc` compiled: `npm run build` comes first. The long end-to-end tests have e2e/jest.config.mjs. */
export default {
  rootDir: root,
  roots: globSync("{packages/*,services/*,gateway,platform,bench}/dist", { cwd: root }).map((dist) =>
    path.join(root, dist),
  ),
  testMatch: ["**/*.test.js"],
  transform: {},
  testEnvironment: "node",
  globalSetup: "<rootDir>/packages/testing/dist/global-setup.js",
  globalTeardown: "<rootDir>/packages/testing/dist/global-teardown.js",
  testTimeout: 60_000,
  maxWorkers: 2,
  watchman: false,
};
