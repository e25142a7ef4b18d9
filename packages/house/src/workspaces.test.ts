import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";

const root = path.join(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const { workspaces } = JSON.parse(read("package.json")) as { workspaces: string[] };
const folders = globSync(
  workspaces.map((workspace) => `${workspace}/package.json`),
  { cwd: root },
).map((file) => path.dirname(file));
// The house's own tests plant wrong imports.
const others = folders.filter((folder) => folder !== "packages/house");

/** The workspaces that its sources import, by line of import; strings in tests that look like one would begin elsewhere. */
function importedBy(folder: string): string[] {
  const sources = globSync(`${folder}/src/**/*.{ts,tsx}`, { cwd: root });
  const names = sources.flatMap((file) =>
    [...read(file).matchAll(/^(?:import|export|\}).* from "(@psqm\/[a-z-]+)\//gm)].map(([, name]) => name as string),
  );
  return [...new Set(names)].filter((name) => name !== JSON.parse(read(`${folder}/package.json`)).name);
}

// Otherwise an empty checkout may build one before what it needs, which a built one does not show.
test.each(others)("%s names the workspaces that it imports, for npm and for the compiler", (folder) => {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(read(`${folder}/package.json`));
  const { references = [] } = JSON.parse(read(`${folder}/tsconfig.json`)) as { references?: { path: string }[] };
  const referred = references.map(
    ({ path: reference }) => JSON.parse(read(path.join(folder, reference, "package.json"))).name as string,
  );
  const imported = importedBy(folder);
  expect(imported.filter((name) => !(name in dependencies) && !(name in devDependencies))).toEqual([]);
  expect(imported.filter((name) => !referred.includes(name))).toEqual([]);
});

test("the imports are found", () => {
  expect(importedBy("gateway")).toEqual(expect.arrayContaining(["@psqm/identity", "@psqm/refusal"]));
});
