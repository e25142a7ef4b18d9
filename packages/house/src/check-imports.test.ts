import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const check = path.join(import.meta.dirname, "../src/check-imports.ts");

/** A project of the same shape as this one, with every import that is allowed and none that is not. */
const lawful = {
  "packages/refusal/src/refusal.ts": "export class Refusal extends Error {}",
  "packages/clock/src/clock.ts": "export type Day = string;",
  "packages/clock/src/turn.ts": `import "@psqm/refusal/refusal";`,
  "packages/testing/src/harness.ts": "export const harness = 1;",
  "services/people/src/serve.ts": "export const serve = () => 1;",
  "services/people/src/school/school.ts": `import { anyone } from "./school.policy.ts";\nexport class School {}`,
  "services/people/src/school/school.policy.ts": `import type { School } from "./school.ts";\nexport const anyone = 1;`,
  "services/finance/src/invoice/fee.rules.ts": "export const fee = 1;",
  "services/finance/src/invoice/invoice.rules.ts": [
    `import { Refusal } from "@psqm/refusal/refusal";`,
    `import type { Day } from "@psqm/clock/clock";`,
    `import { fee } from "./fee.rules.ts";`,
    "export const rule = (day: Day) => (fee ? day : new Refusal());",
  ].join("\n"),
  "services/finance/src/invoice/invoice.ts": `import { rule } from "./invoice.rules.ts";\nexport const invoice = rule;`,
  "services/finance/src/invoice/invoice.test.ts": `import "@psqm/testing/harness";\nimport "./invoice.ts";`,
  "services/finance/src/testing/paid-year.ts": `import "@psqm/testing/harness";`,
  "gateway/src/start.ts": `import "@psqm/refusal/refusal";\nexport const start = 1;`,
  "platform/src/start.ts": [
    `import "@psqm/gateway/start";`,
    `import "@psqm/people/serve";`,
    "await using open = new AsyncDisposableStack();",
  ].join("\n"),
};

let project: string;

beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), "imports-"));
  for (const [file, text] of Object.entries(lawful)) plant(file, text);
  for (const folder of new Set(Object.keys(lawful).map((file) => file.slice(0, file.indexOf("/src/"))))) {
    writeFileSync(path.join(project, folder, "package.json"), "{}");
  }
});

afterEach(() => rmSync(project, { recursive: true }));

test("a lawful project passes without a word", () => {
  expect(judge()).toEqual({ status: 0, said: "" });
});

test.each([
  ["services-are-strangers", "services/finance/src/steal.ts", `import { School } from "@psqm/people/school/school";`],
  [
    "services-are-strangers",
    "services/finance/src/steal.ts",
    `import type { School } from "@psqm/people/school/school";`,
  ],
  [
    "services-are-strangers",
    "services/finance/src/steal.ts",
    `import { type School } from "../../people/src/school/school.ts";`,
  ],
  ["services-are-strangers", "services/finance/src/steal.ts", `export { School } from "@psqm/people/school/school";`],
  [
    "services-are-strangers",
    "services/finance/src/steal.ts",
    `const school = await import("@psqm/people/school/school");`,
  ],
  [
    "services-are-strangers",
    "services/finance/src/steal.ts",
    `using school = await import("@psqm/people/school/school");`,
  ],
  ["services-are-strangers", "services/finance/src/steal.test.ts", `import "@psqm/people/school/school";`],
  ["services-know-no-door", "services/finance/src/reach.ts", `import type { start } from "@psqm/gateway/start";`],
  ["services-know-no-door", "services/finance/src/reach.ts", `import "@psqm/platform/start";`],
  [
    "packages-know-no-service",
    "packages/refusal/src/know.ts",
    `import type { School } from "@psqm/people/school/school";`,
  ],
  ["packages-know-no-service", "packages/clock/src/know.ts", `import "@psqm/gateway/start";`],
  ["gateway-knows-no-school", "gateway/src/know.ts", `import type { School } from "@psqm/people/school/school";`],
  ["gateway-knows-no-school", "gateway/src/know.ts", `import "@psqm/platform/start";`],
  ["rules-are-pure", "services/finance/src/invoice/late.rules.ts", `import type { invoice } from "./invoice.ts";`],
  ["rules-are-pure", "services/finance/src/invoice/late.rules.ts", `import { readFileSync } from "node:fs";`],
  ["rules-are-pure", "services/finance/src/invoice/late.rules.ts", `import { harness } from "@psqm/testing/harness";`],
  ["product-imports-no-test", "services/finance/src/lean.ts", `import "@psqm/testing/harness";`],
  ["product-imports-no-test", "services/finance/src/lean.ts", `import "./invoice/invoice.test.ts";`],
  ["product-imports-no-test", "services/finance/src/lean.ts", `import "./testing/paid-year.ts";`],
  ["no-circular", "services/finance/src/invoice/fee.rules.ts", `import "./invoice.rules.ts";`],
  ["no-circular-types", "services/finance/src/invoice/fee.rules.ts", `import type { rule } from "./invoice.rules.ts";`],
  ["no-circular", "services/people/src/school/school.policy.ts", `import { School } from "./school.ts";`],
  ["no-circular", "packages/refusal/src/refusal.ts", `import "@psqm/clock/turn";`],
  ["everything-resolves", "gateway/src/lost.ts", `import "@psqm/people/no-such-file";`],
])("%s: %s may not say %s", (rule, file, text) => {
  plant(file, `${text}\nexport const planted = 1;`);
  const { status, said } = judge();
  expect(said).toContain(`${rule}: `);
  expect(said).toContain(file);
  expect(status).toBe(1);
});

function plant(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
  writeFileSync(path.join(project, file), text);
}

function judge(): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [check], { cwd: project, encoding: "utf8" });
  return { status, said: stdout + stderr };
}
