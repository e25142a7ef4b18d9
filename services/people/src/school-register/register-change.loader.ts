import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import type { RegisterChangeCount } from "./register-change.ts";

/** How many changes of each kind extracts of the register have. */
export function countsOfRegisterImportLoader(em: SqlEntityManager): DataLoader<string, RegisterChangeCount[]> {
  return new DataLoader(async (ids) => {
    const rows = await em.execute<(RegisterChangeCount & { importId: string })[]>(
      `select import_id as "importId", kind, count(*)::int as count, count(applied_at)::int as applied
       from register_change where import_id in (${ids.map(() => "?").join(", ")}) group by 1, 2 order by 1, 2`,
      [...ids],
    );
    const byImport = Map.groupBy(rows, ({ importId }) => importId);
    return ids.map((id) => byImport.get(id) ?? []);
  });
}
