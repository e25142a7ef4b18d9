import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import type { z } from "zod";
import { gatewayConfig } from "./configuration.ts";

const gateway = path.join(import.meta.dirname, "..");
const page = readFileSync(path.join(gateway, "..", "docs", "gateway.md"), "utf8");
const section = page.slice(page.indexOf("\n## Settings"), page.indexOf("\n## On another graph"));
/** Cells of the table's rows: flags and variables, keys, default, what. */
const rows = section
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| Flag"))
  .map((line) => line.split("|").map((cell) => cell.trim()) as [string, string, string, string, string]);
const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text as string);

interface Described {
  def: { type: string; innerType?: Described; shape?: Record<string, Described>; defaultValue?: unknown };
}

/** Every setting by its path, with its default if it has one. */
function leavesOf(schema: Described, at = "", fallback?: unknown): [string, unknown][] {
  const { type, innerType, shape, defaultValue } = schema.def;
  if (innerType) return leavesOf(innerType, at, type === "default" ? defaultValue : fallback);
  if (!shape) return [[at, fallback]];
  return Object.entries(shape).flatMap(([key, inner]) => leavesOf(inner, at ? `${at}.${key}` : key));
}
const leaves = leavesOf(gatewayConfig as z.ZodType as unknown as Described);

/** The keys in a cell: `.perKey` after `budget.perViewer` is `budget.perKey`, and `partner: { path }` is `partner`. */
function keysIn(cell: string): string[] {
  let parent = "";
  return quoted(cell).flatMap((text) => {
    const [key = ""] = /^[\w.]+/.exec(text) ?? [];
    const whole = key.startsWith(".") ? parent + key : key;
    parent = whole.slice(0, Math.max(0, whole.lastIndexOf(".")));
    return whole && whole !== "false" ? [whole] : [];
  });
}
const covers = (key: string, leaf: string) => leaf === key || leaf.startsWith(`${key}.`);

test("the table has every setting, and none that is not there", () => {
  const keys = rows.flatMap(([, , cell]) => keysIn(cell));
  expect(leaves.map(([leaf]) => leaf).filter((leaf) => !keys.some((key) => covers(key, leaf)))).toEqual([]);
  expect(keys.filter((key) => !leaves.some(([leaf]) => covers(key, leaf)))).toEqual([]);
});

test("its defaults are those of the configuration", () => {
  const wrong = rows.flatMap(([, , cell, told]) =>
    keysIn(cell).flatMap((key) => {
      const fallback = leaves.find(([leaf]) => leaf === key)?.[1];
      if (!["number", "string", "boolean"].includes(typeof fallback)) return [];
      const expected = typeof fallback === "boolean" ? (fallback ? "on" : "off") : String(fallback);
      return told.includes(expected) ? [] : [`${key}: ${expected}, not ${told}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test("it names every flag and every variable that the command line reads, and no other", () => {
  const code = readFileSync(path.join(gateway, "src", "command-line.ts"), "utf8");
  const read = new Set([
    ...[...code.matchAll(/env\["([A-Z_]+)"\]/g)].map(([, name]) => name),
    ...[...code.matchAll(/^ {2}([A-Z][A-Z_]+): "/gm)].map(([, name]) => name),
    ...[...code.matchAll(/^ {2}"?([a-z-]+)"?: \{ type: /gm)].map(([, name]) => `--${name}`),
    "SUBGRAPH_URL_<NAME>",
  ]);
  read.delete("--help");
  const told = new Set(rows.flatMap(([, cell]) => quoted(cell).filter((text) => /^(--|[A-Z])/.test(text))));
  expect([...read].filter((name) => !told.has(name as string))).toEqual([]);
  expect([...told].filter((name) => !read.has(name) && !code.includes(name))).toEqual([]);
});
