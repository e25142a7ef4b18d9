import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Refusal } from "@psqm/refusal/refusal";
import { runCommand } from "../command.ts";
import { root } from "../root.ts";
import { withoutDescription } from "./descriptions.ts";
import { differences } from "./differences.ts";
import { schemaFiles } from "./schema-files.ts";

class SchemaStale extends Refusal {
  constructor(stale: readonly string[]) {
    super(
      "SCHEMA_STALE",
      `schema/ is not what the services say. Run "npm run schema", look at the diff and commit it.\n${stale.join("\n")}`,
    );
  }
}

class DescriptionsMissing extends Refusal {
  constructor(names: readonly string[]) {
    super(
      "DESCRIPTIONS_MISSING",
      `Everything in the graph says what it is, and these do not; give each a description:\n${names.map((name) => `  ${name}`).join("\n")}`,
    );
  }
}

await runCommand(async () => {
  const files = schemaFiles();
  const check = process.argv.includes("--check");
  if (check) await compareWith(files);
  else await write(files);
  const nameless = withoutDescription(files.get("api.graphql") ?? "");
  if (nameless.length > 0) throw new DescriptionsMissing(nameless);
  process.stdout.write(check ? `schema/ is up to date: ${files.size} files.\n` : "");
});

async function write(files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of files) {
    const file = join(root, "schema", path);
    const before = await readFile(file, "utf8").catch(() => "");
    if (before === text) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    process.stdout.write(`schema/${path}\n`);
  }
}

/** @throws {SchemaStale} saying, file by file, what would change */
async function compareWith(files: ReadonlyMap<string, string>): Promise<void> {
  const stale: string[] = [];
  for (const [path, text] of files) {
    const before = await readFile(join(root, "schema", path), "utf8").catch(() => undefined);
    if (before !== text) stale.push(`schema/${path}:`, ...differences(before, text).map((line) => `  ${line}`));
  }
  if (stale.length > 0) throw new SchemaStale(stale);
}
