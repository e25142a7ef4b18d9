import { raw } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { placeHolding } from "../enrolment/enrolment.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";

/** How many schools hold a place in each of these hubs; a hub that none holds is left out. One SQL. */
export async function countPlacesTaken(em: SqlEntityManager, hubIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await em
    .createQueryBuilder(Enrolment)
    .select(["hubId", raw("count(*)::integer as taken")])
    .where({ hubId: { $in: [...hubIds] }, state: { $in: [...placeHolding] } })
    .groupBy("hubId")
    .execute<{ hubId: string; taken: number }[]>();
  return new Map(rows.map(({ hubId, taken }) => [hubId, taken]));
}
