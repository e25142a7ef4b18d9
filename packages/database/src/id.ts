import { v7 } from "uuid";

/**
 * A new id: `prefix_` and a UUIDv7, so that ids of one kind sort by the time they were made.
 * Clients treat it as opaque.
 */
export function newId(prefix: string): string {
  return `${prefix}_${v7()}`;
}
