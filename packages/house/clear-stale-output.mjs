import { existsSync, globSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";

/**
 * Deletes what the compiler left in `dist` for sources that are gone; `tsc` never does, so that a deleted test would
 * go on running and a deleted module would go on satisfying imports.
 *
 * Only files with a declaration beside them are the compiler's: bundles and copied pages in `dist` stay.
 *
 * @param {string} root the folder that holds the workspaces
 * @returns {string[]} the compiled modules that were removed, without extension
 */
export function clearStaleOutput(root) {
  const declarations = globSync("{packages/*,services/*,gateway,platform,bench,e2e}/dist/**/*.d.ts", { cwd: root });
  const stale = declarations
    .map((declaration) => path.join(root, declaration.slice(0, -".d.ts".length)))
    .filter((compiled) => {
      const source = compiled.replace(`${path.sep}dist${path.sep}`, `${path.sep}src${path.sep}`);
      return !existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`);
    });
  for (const compiled of stale) {
    for (const extension of [".d.ts", ".js", ".js.map"]) rmSync(compiled + extension, { force: true });
  }
  return stale;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const compiled of clearStaleOutput(process.cwd())) console.log(`removed ${compiled}: its source is gone`);
}
