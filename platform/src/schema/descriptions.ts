import { coordinatesOf } from "./coordinates.ts";

/** Names of what a client would meet without an explanation. Root types explain themselves. */
export function withoutDescription(api: string): string[] {
  return coordinatesOf(api)
    .filter(({ name, description }) => !description?.trim() && !["Query", "Mutation", "Subscription"].includes(name))
    .map(({ name }) => name);
}
