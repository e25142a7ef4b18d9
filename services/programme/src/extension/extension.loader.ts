import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { Extension } from "./extension.ts";

/** Extensions of enrolments, by enrolment. One SQL. */
export async function extensionsOf(
  em: SqlEntityManager,
  enrolmentIds: readonly string[],
): Promise<Map<string, Extension[]>> {
  const found = await em.find(Extension, { enrolmentId: { $in: [...enrolmentIds] } }, { orderBy: { at: "asc" } });
  return Map.groupBy(found, ({ enrolmentId }) => enrolmentId);
}

export function extensionsLoader(em: SqlEntityManager): DataLoader<string, Extension[]> {
  return new DataLoader(async (enrolmentIds) => {
    const found = await extensionsOf(em, enrolmentIds);
    return enrolmentIds.map((id) => found.get(id) ?? []);
  });
}
