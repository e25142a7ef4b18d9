export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

/**
 * Lays what a subgraph sent over what is there: objects key by key, lists item by item, anything else replaces. Parts of
 * `source` become parts of `target`.
 */
export function merge(target: JsonObject, source: JsonObject): void {
  for (const key in source) {
    const value = source[key];
    if (key === "__proto__") {
      // JSON.parse makes it an own property; a plain assignment would change the target's prototype instead.
      Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
      continue;
    }
    const present = target[key];
    if (isContainer(present) && isContainer(value)) mergeContainers(target, key, present, value);
    else target[key] = value;
  }
}

function mergeContainers(
  target: JsonObject,
  key: string,
  present: Json[] | JsonObject,
  value: Json[] | JsonObject,
): void {
  if (Array.isArray(present)) {
    if (Array.isArray(value)) mergeLists(present, value);
    else target[key] = value;
  } else if (Array.isArray(value)) target[key] = value;
  else if (present !== value) merge(present, value);
}

function mergeLists(target: Json[], source: readonly Json[]): void {
  for (let index = 0; index < source.length; index += 1) {
    const present = target[index];
    const value = source[index] as Json;
    if (isObject(present) && isObject(value)) {
      if (present !== value) merge(present, value);
    } else if (Array.isArray(present) && Array.isArray(value)) mergeLists(present, value);
    else target[index] = value;
  }
}

function isContainer(value: Json | undefined): value is Json[] | JsonObject {
  return typeof value === "object" && value !== null;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
