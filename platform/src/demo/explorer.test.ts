import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { buildSchema, parse, validate } from "graphql";
import { ending } from "../ending.ts";
import { root } from "../root.ts";
import { explorerPages } from "./explorer.ts";

const api = buildSchema(readFileSync(join(root, "schema", "api.graphql"), "utf8"));
const problemsOf = (query: string) => validate(api, parse(query)).map(({ message }) => message);

const all = [...explorerPages.examples, ...explorerPages.people.flatMap((person) => person.examples)];
const examples = new Map(all.map(({ name, query }) => [name, query]));

test.each([...examples])("the explorer's example “%s” fits the graph", (_name, query) => {
  expect(problemsOf(query)).toEqual([]);
});

test("what is printed at the end fits the graph, whoever is there", () => {
  const told = { url: "http://127.0.0.1:4000", data: ".data", log: ".data/platform.log" };
  const printed = ending({ ...told, demonstration: true });
  const [curl] = /\{ viewer .*\}(?="\})/.exec(printed) ?? [""];
  const [pasted] = /\{ hubs.*\}/.exec(printed) ?? [""];
  expect([problemsOf(curl), problemsOf(pasted)]).toEqual([[], []]);
  expect(ending({ ...told, demonstration: false })).not.toContain("psqm.example");
});
