import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";

const root = path.join(import.meta.dirname, "../../..");
const { packages } = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
};

/** Where npm looks for a package that the one at `from` asks for: beside it, then in every folder above. */
function isThere(name: string, from: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    if (`${folder ? `${folder}/` : ""}node_modules/${name}` in packages) return true;
    if (folder === "") return false;
    if (!folder.includes("node_modules/")) folder = "node_modules/";
  }
}

test("the lock file knows the packages of other machines too, without which npm ci refuses to begin", () => {
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isThere(name, from))
      .map((name) => `${from || "package.json"} wants ${name}`),
  );
  expect(missing).toEqual([]);
});
