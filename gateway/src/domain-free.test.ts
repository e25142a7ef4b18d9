import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";

const source = path.join(import.meta.dirname, "../src");

test("the gateway knows federation and knows nothing of schools", () => {
  const files = globSync("**/*.{ts,tsx,html}", { cwd: source }).filter((file) => !file.startsWith("domain-free"));
  expect(files.length).toBeGreaterThan(40);
  const words = /\b(school|hub|enrolment|mentor|head teacher|subject leader|reflection|award|invoice)s?\b/i;
  expect(files.filter((file) => words.test(readFileSync(path.join(source, file), "utf8")))).toEqual([]);
});
