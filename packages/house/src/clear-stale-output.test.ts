import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { clearStaleOutput } from "./clear-stale-output.ts";

test("a compiled file goes with its source; what no compiler made stays", () => {
  const project = mkdtempSync(path.join(tmpdir(), "stale-"));
  const place = (file: string) => {
    mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
    writeFileSync(path.join(project, file), "");
    return path.join(project, file);
  };
  place("services/people/src/school/school.ts");
  const kept = ["school.js", "school.d.ts", "explorer.js"].map((file) => place(`services/people/dist/school/${file}`));
  const stale = ["gone.test.js", "gone.test.js.map", "gone.test.d.ts"].map((file) => place(`gateway/dist/${file}`));

  expect(clearStaleOutput(project)).toEqual([path.join("gateway", "dist", "gone.test")]);
  expect(kept.filter((file) => !existsSync(file))).toEqual([]);
  expect(stale.filter((file) => existsSync(file))).toEqual([]);
  rmSync(project, { recursive: true });
});
