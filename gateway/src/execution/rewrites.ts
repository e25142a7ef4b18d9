import type { FetchDataRewrite } from "@apollo/query-planner";
import type { GraphQLSchema } from "graphql";
import { isObject, type Json, type JsonObject } from "./merge.ts";
import { compileTypeTest } from "./representations.ts";

export type Rewrite = (value: JsonObject) => void;

const FRAGMENT = "... on ";

/** Compiles what the planner wants changed in data on its way to or from a subgraph; undefined when nothing. */
export function compileRewrites(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
): Rewrite | undefined {
  if (!rewrites || rewrites.length === 0) return undefined;
  const steps = rewrites.map((rewrite) => compileRewrite(schema, rewrite));
  return (value) => {
    for (const step of steps) step(value);
  };
}

function compileRewrite(schema: GraphQLSchema, rewrite: FetchDataRewrite): (value: Json | undefined) => void {
  const last = rewrite.path.at(-1) as string;
  const change = (object: JsonObject) => {
    if (rewrite.kind === "ValueSetter") {
      object[last] = rewrite.setValueTo as Json;
    } else if (object[last] !== undefined && object[last] !== null) {
      object[rewrite.renameKeyTo] = object[last];
      delete object[last];
    }
  };
  return rewrite.path
    .slice(0, -1)
    .reduceRight<(value: Json | undefined) => void>((next, element) => step(schema, element, next), eachObject(change));
}

function step(
  schema: GraphQLSchema,
  element: string,
  next: (value: Json | undefined) => void,
): (value: Json | undefined) => void {
  if (!element.startsWith(FRAGMENT)) return eachObject((object) => next(object[element]));
  const applies = compileTypeTest(schema, element.slice(FRAGMENT.length), true);
  return eachObject((object) => {
    if (applies(object)) next(object);
  });
}

function eachObject(work: (object: JsonObject) => void): (value: Json | undefined) => void {
  const visit = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value)) work(value);
  };
  return visit;
}
