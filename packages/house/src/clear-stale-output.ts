import { existsSync, globSync, rmSync } from "node:fs";
import path from "node:path";

/**
 * Deletes what the compiler left in `dist` for sources that are gone, and says which modules those were. `tsc` never
 * does: a deleted test would go on running, and a deleted module would go on satisfying imports.
 *
 * Only files with a declaration beside them are the compiler's: bundles and copied pages in `dist` stay.
 *
 * @param root the folder that holds the workspaces
 */
export function clearStaleOutput(root: string): string[] {
  const stale = globSync("{packages/*,services/*,gateway,platform,bench,e2e}/dist/**/*.d.ts", { cwd: root })
    .map((declaration) => declaration.slice(0, -".d.ts".length))
    .filter((compiled) => !existsSync(`${path.join(root, compiled.replace(/[/\\]dist[/\\]/, "/src/"))}.ts`));
  for (const compiled of stale) {
    for (const extension of [".d.ts", ".js", ".js.map"]) rmSync(path.join(root, compiled + extension), { force: true });
  }
  return stale;
}

if (import.meta.main) {
  for (const compiled of clearStaleOutput(process.cwd())) console.log(`removed ${compiled}: its source is gone`);
}
