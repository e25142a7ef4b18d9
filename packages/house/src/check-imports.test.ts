import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const check = path.join(import.meta.dirname, "../src/check-imports.ts");

/** A project of the same shape as this one, with every import that is allowed and none that is not. */
const lawful = {
  "packages/refusal/src/refusal.ts": "export class Refusal extends Error {}",
  "packages/clock/src/clock.ts": "export type Day = string;",
  "packages/testing/src/harness.ts": "export const harness = 1;",
  "services/people/src/serve.ts": "export const serve = () => 1;",
  "services/people/src/school/school.ts": `import { anyone } from "./school.policy.ts";\nexport class School {}`,
  "services/people/src/school/school.policy.ts": `import type { School } from "./school.ts";\nexport const anyone = 1;`,
  "services/finance/src/invoice/fee.rules.ts": "export const fee = 1;",
  "services/finance/src/invoice/invoice.rules.ts": [
    `import { Refusal } from "@psqm/refusal/refusal";`,
    `import type { Day } from "@psqm/clock/clock";`,
    `import { fee } from "./fee.rules.ts";`,
  ].join("\n"),
  "services/finance/src/invoice/invoice.ts": `import { rule } from "./invoice.rules.ts";`,
  "services/finance/src/invoice/invoice.test.ts": `import "@psqm/testing/harness";\nimport "./invoice.ts";`,
  "services/finance/src/testing/paid-year.ts": `import "@psqm/testing/harness";`,
  "gateway/src/start.ts": `import "@psqm/refusal/refusal";`,
  "platform/src/start.ts": [
    `import "@psqm/gateway/start";`,
    `import "@psqm/people/serve";`,
    "await using open = new AsyncDisposableStack();",
  ].join("\n"),
};

/** Rule, offending file, what it says; and for a circle, what says the other half. Every file name is used once. */
const unlawful: [rule: string, file: string, text: string, other?: [file: string, text: string]][] = [
  ["services-are-strangers", "services/finance/src/a.ts", `import { School } from "@psqm/people/school/school";`],
  ["services-are-strangers", "services/finance/src/b.ts", `import type { School } from "@psqm/people/school/school";`],
  [
    "services-are-strangers",
    "services/finance/src/c.ts",
    `import { type School } from "../../people/src/school/school.ts";`,
  ],
  ["services-are-strangers", "services/finance/src/d.ts", `export { School } from "@psqm/people/school/school";`],
  ["services-are-strangers", "services/finance/src/e.ts", `const school = await import("@psqm/people/school/school");`],
  ["services-are-strangers", "services/finance/src/f.ts", `using school = await import("@psqm/people/school/school");`],
  ["services-are-strangers", "services/finance/src/g.test.ts", `import "@psqm/people/school/school";`],
  ["services-know-no-door", "services/finance/src/h.ts", `import type { start } from "@psqm/gateway/start";`],
  ["services-know-no-door", "services/finance/src/i.ts", `import "@psqm/platform/start";`],
  [
    "packages-know-no-service",
    "packages/refusal/src/j.ts",
    `import type { School } from "@psqm/people/school/school";`,
  ],
  ["packages-know-no-service", "packages/clock/src/k.ts", `import "@psqm/gateway/start";`],
  ["gateway-knows-no-school", "gateway/src/l.ts", `import type { School } from "@psqm/people/school/school";`],
  ["gateway-knows-no-school", "gateway/src/m.ts", `import "@psqm/platform/start";`],
  ["rules-are-pure", "services/finance/src/invoice/n.rules.ts", `import type { invoice } from "./invoice.ts";`],
  ["rules-are-pure", "services/finance/src/invoice/o.rules.ts", `import { readFileSync } from "node:fs";`],
  ["rules-are-pure", "services/finance/src/invoice/p.rules.ts", `import { harness } from "@psqm/testing/harness";`],
  ["product-imports-no-test", "services/finance/src/q.ts", `import "@psqm/testing/harness";`],
  ["product-imports-no-test", "services/finance/src/r.ts", `import "./invoice/invoice.test.ts";`],
  ["product-imports-no-test", "services/finance/src/s.ts", `import "./testing/paid-year.ts";`],
  ["no-circular", "gateway/src/t.ts", `import "./u.ts";`, ["gateway/src/u.ts", `import "./t.ts";`]],
  [
    "no-circular",
    "packages/clock/src/v.ts",
    `import "@psqm/refusal/w";`,
    ["packages/refusal/src/w.ts", `import "@psqm/clock/v";`],
  ],
  ["no-circular", "gateway/src/x.policy.ts", `import "./y.ts";`, ["gateway/src/y.ts", `import "./x.policy.ts";`]],
  [
    "no-circular-types",
    "gateway/src/z.ts",
    `import type { A } from "./aa.ts";`,
    ["gateway/src/aa.ts", `import "./z.ts";`],
  ],
  ["everything-resolves", "gateway/src/bb.ts", `import "@psqm/people/no-such-file";`],
];

const project = mkdtempSync(path.join(tmpdir(), "imports-"));
let lawfully: ReturnType<typeof judge>;
let unlawfully: ReturnType<typeof judge>;

beforeAll(() => {
  for (const [file, text] of Object.entries(lawful)) plant(file, text);
  for (const workspace of new Set(Object.keys(lawful).map((file) => file.slice(0, file.indexOf("/src/"))))) {
    plant(`${workspace}/package.json`, "{}");
  }
  lawfully = judge();
  for (const [, file, text, other] of unlawful) {
    plant(file, text);
    if (other) plant(...other);
  }
  unlawfully = judge();
});

afterAll(() => rmSync(project, { recursive: true }));

test("a lawful project passes without a word", () => {
  expect(lawfully).toEqual({ status: 0, said: "" });
});

test("an unlawful one fails", () => {
  expect(unlawfully.status).toBe(1);
});

test.each(unlawful)("%s: %s may not say %s", (...[rule, file, , other]) => {
  const files = [file, ...(other ? [other[0]] : [])].join("|");
  expect(unlawfully.said).toMatch(new RegExp(`^(${files}) → .*\n  ${rule}: `, "m"));
});

function plant(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
  writeFileSync(path.join(project, file), text);
}

function judge(): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [check], { cwd: project, encoding: "utf8" });
  return { status, said: stdout + stderr };
}
