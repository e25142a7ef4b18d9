import { isObject, type Json, type JsonObject } from "./merge.ts";
import type { Path } from "./response-text.ts";

/** A path of a query plan: response names, with `@` for every item of a list. */
export type PlanPath = readonly (string | number)[];

/** Sees one object that a plan's path leads to, and where it hangs. */
export type Visit = (target: JsonObject, holder: JsonObject | Json[], key: string | number) => void;

/** The objects that were found at a path, until something comes in above it. */
export class KnownTargets {
  readonly #found = new Map<string, readonly JsonObject[]>();

  at(path: string): readonly JsonObject[] | undefined {
    return this.#found.get(path);
  }

  found(path: string, targets: readonly JsonObject[]): void {
    this.#found.set(path, targets);
  }

  forgetBelow(path: PlanPath): void {
    const above = path.length === 0 ? "" : `${textOfPath(path)}.`;
    for (const known of this.#found.keys()) if (known.startsWith(above)) this.#found.delete(known);
  }
}

export function textOfPath(path: PlanPath): string {
  return path.join(".");
}

/** Visits the objects that a plan's path leads to, nulls left out; one that hangs at several places, at each of them. */
export function eachTarget(data: JsonObject, path: PlanPath, visit: Visit): void {
  descend(data, path, 0, visit);
}

function descend(object: JsonObject, path: PlanPath, depth: number, visit: Visit): void {
  const key = path[depth] as string;
  look(object[key], path, depth + 1, visit, object, key);
}

function look(
  value: Json | undefined,
  path: PlanPath,
  depth: number,
  visit: Visit,
  holder: JsonObject | Json[],
  key: string | number,
): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    const next = path[depth] === "@" ? depth + 1 : depth;
    for (let index = 0; index < value.length; index += 1) look(value[index], path, next, visit, value, index);
  } else if (depth === path.length) visit(value, holder, key);
  else descend(value, path, depth, visit);
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
