import { expect, jest, test } from "@jest/globals";
import { parse } from "graphql";
import { buildSupergraph, type Supergraph } from "../supergraph/supergraph.ts";
import { composed } from "../testing/shop.ts";
import { compiledOperation, warmOperations } from "./operations.ts";

const sdl = (fields: string) =>
  composed([{ name: "shop", url: "http://shop", typeDefs: parse(`type Query { ${fields} }`) }]);

function planningOf({ planner }: Supergraph) {
  return jest.spyOn(planner, "plan");
}

function use(supergraph: Supergraph, text: string, times = 1) {
  for (let n = 0; n < times; n++) compiledOperation(supergraph, text, parse(text), undefined);
}

test("what was asked on the old graph is planned on the new one before it is asked there", async () => {
  const [before, after] = [buildSupergraph(sdl("a: Int b: Int")), buildSupergraph(sdl("a: Int b: Int c: Int"))];
  use(before, "{ a }", 3);
  use(before, "{ b }");
  const planning = planningOf(after);
  expect(await warmOperations(before, after)).toBe(2);
  expect(planning).toHaveBeenCalledTimes(2);
  use(after, "{ a }");
  use(after, "{ b }");
  expect(planning).toHaveBeenCalledTimes(2);
  use(after, "{ c }");
  expect(planning).toHaveBeenCalledTimes(3);
});

test("what no longer fits the graph is left out, and is no obstacle", async () => {
  const [before, after] = [buildSupergraph(sdl("a: Int b: Int")), buildSupergraph(sdl("a: Int"))];
  use(before, "{ b }");
  use(before, "{ a }");
  expect(await warmOperations(before, after)).toBe(1);
});

test("only so many are planned beforehand, and those are the most used ones, whatever was asked last", async () => {
  const [before, after] = [buildSupergraph(sdl("a: Int")), buildSupergraph(sdl("a: Int b: Int"))];
  for (let n = 0; n < 300; n++) use(before, `{ a${n}: a }`, n < 150 ? 2 : 1);
  expect(await warmOperations(before, after)).toBe(200);
  const planning = planningOf(after);
  for (let n = 0; n < 150; n++) use(after, `{ a${n}: a }`);
  expect(planning).not.toHaveBeenCalled();
});

test("requests are served while operations are planned", async () => {
  const [before, after] = [buildSupergraph(sdl("a: Int")), buildSupergraph(sdl("a: Int b: Int"))];
  for (let n = 0; n < 50; n++) use(before, `{ a${n}: a }`);
  let turns = 0;
  let warming = true;
  const others = (async () => {
    for (; warming; turns++) await new Promise(setImmediate);
  })();
  await warmOperations(before, after);
  warming = false;
  await others;
  expect(turns).toBeGreaterThan(40);
});
