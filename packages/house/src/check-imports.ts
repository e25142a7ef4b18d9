import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { Visitor } from "@swc/core/Visitor.js";
import type { Statement, VariableDeclarator } from "@swc/types";
import { cruise } from "dependency-cruiser";

const rules = await import(path.join(import.meta.dirname, "../../../.dependency-cruiser.mjs"));

// The visitor that dependency-cruiser walks syntax trees with gives up at `using`, which is newer than it.
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function (
  statement: Statement | { type: "UsingDeclaration"; decls: VariableDeclarator[] },
) {
  if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
  this.visitVariableDeclarators(statement.decls);
  return statement as unknown as Statement;
};

const root = process.cwd();
const folders = ["packages", "services", "gateway", "platform", "bench", "e2e"].filter((folder) => existsSync(folder));
const workspaces = globSync("{packages/*,services/*,gateway,platform,bench,e2e}/package.json").map(path.dirname);

// The sources answer for `@psqm/NAME/PATH`, not what was compiled from them: no build is needed, and a cycle that runs
// through several workspaces is one.
const alias = workspaces.map((workspace) => ({
  name: `@psqm/${path.basename(workspace)}`,
  alias: path.join(root, workspace, "src"),
}));

const { output } = await cruise(
  folders,
  { ...rules.default.options, ruleSet: { forbidden: rules.default.forbidden }, validate: true },
  {
    alias,
    conditionNames: ["import", "node", "default"],
    exportsFields: ["exports"],
    extensions: [".ts", ".tsx", ".js", ".mjs", ".json"],
  },
);
if (typeof output === "string") throw new Error("dependency-cruiser was expected to return its result as an object.");

for (const { rule, from, to } of output.summary.violations) {
  const reason = rules.default.forbidden.find(({ name }: { name: string }) => name === rule.name).comment;
  console.error(`${from} → ${to}\n  ${rule.name}: ${reason}`);
}

// Under TypeScript 7 dependency-cruiser reads nothing, and so forbids nothing, when @swc/core is missing or too new.
const sources = globSync("{packages/*,services/*,gateway,platform,bench,e2e}/src/**/*.{ts,tsx}").map(posix);
const read = new Set(output.modules.map(({ source }) => source));
const unread = sources.filter((source) => !read.has(source));
if (unread.length > 0) {
  console.error(
    `${unread.length} of ${sources.length} sources were not read, such as ${unread[0]}: is @swc/core installed?`,
  );
}

if (output.summary.violations.length > 0 || unread.length > 0) process.exitCode = 1;

function posix(file: string): string {
  return file.split(path.sep).join("/");
}
