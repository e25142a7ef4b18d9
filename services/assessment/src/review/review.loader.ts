import type { FilterQuery } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import DataLoader from "dataloader";
import { visibleReviews } from "./review.policy.ts";
import { Review } from "./review.ts";

/** Reviews of many submissions in one SQL, only those that the viewer may see. */
export function visibleReviewsBySubmission(em: SqlEntityManager, viewer: Viewer): DataLoader<string, Review[]> {
  return new DataLoader(async (ids) => {
    const found = await em.find(
      Review,
      { $and: [{ submissionId: { $in: [...ids] } }, visibleReviews(viewer) as FilterQuery<Review>] },
      { orderBy: { id: "asc" } },
    );
    const grouped = Map.groupBy(found, ({ submissionId }) => submissionId);
    return ids.map((id) => grouped.get(id) ?? []);
  });
}
