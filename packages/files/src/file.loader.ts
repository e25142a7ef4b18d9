import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import { StoredFile } from "./file.ts";

/** The files of each thing, in the order in which they were added; one SQL for all. */
export function filesLoader(em: EntityManager): DataLoader<string, StoredFile[]> {
  return new DataLoader(async (things) => {
    const found = await em.find(StoredFile, { attachedTo: { $in: [...things] } }, { orderBy: { id: "asc" } });
    const byThing = Map.groupBy(found, ({ attachedTo }) => attachedTo);
    return things.map((thing) => byThing.get(thing) ?? []);
  });
}
