import { expect, test } from "@jest/globals";
import type { JsonObject } from "./merge.ts";
import { ownCopy, SharedAnswers } from "./shared-answers.ts";
import type { SubgraphAnswer } from "./subgraph-answer.ts";

const places = (...texts: string[]) => new Map(texts.map((text): [string, JsonObject[]] => [text, [{ text }]]));

test("an entity that was asked for is not asked for again, and each who waits finds it in the answer that brings it", async () => {
  const shared = new SharedAnswers();
  const asked: string[][] = [];
  const send = async (texts: readonly string[]): Promise<SubgraphAnswer> => {
    asked.push([...texts]);
    return { data: { _entities: [...texts] } };
  };
  const found = async (...texts: string[]) => {
    const shares = shared.entities("question", places(...texts), send);
    const all = await Promise.all(
      shares.map(async ({ call, groups }) => {
        const entities = (await call.answer).data?.["_entities"] as string[];
        expect(entities).toEqual(call.representations);
        return entities.filter((text, index) => groups[index]?.every((target) => target["text"] === text));
      }),
    );
    return all.flat();
  };
  expect(await found("a", "b")).toEqual(["a", "b"]);
  expect(await found("b", "c")).toEqual(["b", "c"]);
  expect(await found("c", "a")).toEqual(["c", "a"]);
  expect(asked).toEqual([["a", "b"], ["c"]]);
  expect(await Promise.all([found("d", "a"), found("e", "d"), found("e", "f")])).toEqual([
    ["d", "a"],
    ["d", "e"],
    ["e", "f"],
  ]);
  expect(asked.slice(2)).toEqual([["d", "e", "f"]]);
});

test("another question, and the same one after a mutation, is asked", async () => {
  const shared = new SharedAnswers();
  let asked = 0;
  const send = async (): Promise<SubgraphAnswer> => ({ data: { _entities: [asked++] } });
  shared.entities("one", places("a"), send);
  shared.entities("other", places("a"), send);
  await shared.fetch("one", send);
  await shared.fetch("one", send);
  expect(asked).toBe(3);
  shared.forget();
  shared.entities("one", places("a"), send);
  await shared.fetch("one", send);
  expect(asked).toBe(5);
});

test("a copy shares no object or list with what it was made of", () => {
  const original = JSON.parse('{"a":{"b":[{"c":1}]},"__proto__":{"d":[2]},"e":null}') as JsonObject;
  const copy = ownCopy(original);
  expect(JSON.stringify(copy)).toBe(JSON.stringify(original));
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  const parts = (value: unknown): object[] =>
    typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(parts)] : [];
  const originals = new Set(parts(original));
  expect(parts(copy)).toHaveLength(originals.size);
  expect(parts(copy).some((part) => originals.has(part))).toBe(false);
});
