import type { SqlEntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import { NoticeAcknowledgement } from "./notice.ts";

/** Who has read notices, the first first. */
export function acknowledgementsOfNoticeLoader(em: SqlEntityManager): DataLoader<string, NoticeAcknowledgement[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(
      NoticeAcknowledgement,
      { noticeId: { $in: [...ids] } },
      { orderBy: { at: "asc", personId: "asc" } },
    );
    const byNotice = Map.groupBy(found, ({ noticeId }) => noticeId);
    return ids.map((id) => byNotice.get(id) ?? []);
  });
}
