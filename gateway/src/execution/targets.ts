import { isObject, type Json, type JsonObject } from "./merge.ts";
import type { Path } from "./response-shape.ts";

/** A path of a query plan: response names, with `@` for every item of a list. */
export type PlanPath = readonly (string | number)[];

/** The objects that a plan's path leads to, nulls left out. */
export function targetsAt(data: JsonObject, path: PlanPath): JsonObject[] {
  const found: JsonObject[] = [];
  collect(data, path, 0, found);
  return found;
}

function collect(value: Json | undefined, path: PlanPath, depth: number, found: JsonObject[]): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    const next = path[depth] === "@" ? depth + 1 : depth;
    for (const item of value) collect(item, path, next, found);
  } else if (isObject(value)) {
    if (depth === path.length) found.push(value);
    else collect(value[path[depth] as string], path, depth + 1, found);
  }
}

/** Where in the response each target stands; asked for only when there is an error to tell. */
export function pathsOf(data: JsonObject, path: PlanPath): Map<JsonObject, Path[]> {
  const found = new Map<JsonObject, Path[]>();
  const here: Path = [];
  const visit = (value: Json | undefined, depth: number): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) {
      const next = path[depth] === "@" ? depth + 1 : depth;
      value.forEach((item, index) => {
        here.push(index);
        visit(item, next);
        here.pop();
      });
    } else if (isObject(value)) {
      if (depth === path.length) {
        const places = found.get(value);
        if (places) places.push([...here]);
        else found.set(value, [[...here]]);
        return;
      }
      const key = path[depth] as string;
      here.push(key);
      visit(value[key], depth + 1);
      here.pop();
    }
  };
  visit(data, 0);
  return found;
}

/** As far as a plan's path is the same for all targets. */
export function commonPath(path: PlanPath): Path {
  const everyItem = path.indexOf("@");
  return [...(everyItem === -1 ? path : path.slice(0, everyItem))];
}
