import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { clearStaleOutput } from "./packages/house/src/clear-stale-output.ts";

const root = import.meta.dirname;
const databaseSetup = path.join(root, "packages/testing/dist/global-setup.js");
const databaseTeardown = path.join(root, "packages/testing/dist/global-teardown.js");

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
  ...(existsSync(databaseSetup) && { globalSetup: databaseSetup }),
  ...(existsSync(databaseTeardown) && { globalTeardown: databaseTeardown }),
  testTimeout: 60_000,
  maxWorkers: 2,
  watchman: false,
};
