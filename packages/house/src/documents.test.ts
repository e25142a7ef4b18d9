import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { buildSchema, parse, validate } from "graphql";

const root = path.join(import.meta.dirname, "../../..");
const textOf = (file: string) => readFileSync(path.join(root, file), "utf8");
const documents = globSync("{*.md,docs/**/*.md,{packages,services}/*/*.md,{gateway,platform,bench,e2e}/*.md}", {
  cwd: root,
});

test("README, glossary, working notes and decisions are there", () => {
  expect(documents).toEqual(expect.arrayContaining(["README.md", "GLOSSARY.md", "docs/working.md"]));
  expect(documents.filter((file) => /docs.decisions.\d{4}-/.test(file)).length).toBeGreaterThanOrEqual(8);
});

test.each(documents)("every link of %s leads somewhere", (file) => {
  const links = [...textOf(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => target as string);
  const dead = links.filter((target) => !existsSync(path.join(root, path.dirname(file), target)));
  expect(dead).toEqual([]);
});

test("every decision is listed and says its context, choice and price", () => {
  const list = textOf("docs/decisions/README.md");
  for (const file of globSync("docs/decisions/0*.md", { cwd: root })) {
    expect(list).toContain(`(${path.basename(file)})`);
    expect(textOf(file).match(/^## .*$/gm)).toEqual(["## Context", "## Choice", "## Price"]);
  }
});

test("every command that README names is one", () => {
  const { scripts } = JSON.parse(textOf("package.json"));
  const named = [...textOf("README.md").matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name as string);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  expect(named.length).toBeGreaterThan(5);
});

test("every command of the bootstrap starts a file that there is", async () => {
  const bootstrap: { commands: Record<string, { file: string }> } = await import(
    path.join(root, "platform/bootstrap/commands.mjs")
  );
  const lost = Object.entries(bootstrap.commands).filter(([, { file }]) => !existsSync(path.join(root, file)));
  expect(lost.map(([name, { file }]) => `${name}: ${file}`)).toEqual([]);
});

test("README's operations are operations of the graph, and the partners' of the partners' graph", () => {
  const graph = buildSchema(textOf("schema/api.graphql"), { assumeValidSDL: true });
  const published = buildSchema(textOf("schema/partners/public.graphql"), { assumeValidSDL: true });
  const examples = [
    ...textOf("README.md").matchAll(/<!-- example: (partner )?(\w+)[^>]*-->\n```graphql\n([\s\S]*?)```/g),
  ];
  expect(examples.map(([, partner, kind]) => `${partner ?? ""}${kind}`)).toEqual([
    "query",
    "subscription",
    "mutation",
    "partner query",
  ]);
  for (const [, partner, kind, text] of examples) {
    const document = parse(text as string);
    expect(document.definitions).toEqual([expect.objectContaining({ operation: kind })]);
    expect(validate(partner ? published : graph, document)).toEqual([]);
  }
});
