import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Viewer } from "@psqm/identity/viewer";
import DataLoader from "dataloader";
import { emailsVisibleTo, visiblePeople } from "./person.policy.ts";
import { Person } from "./person.ts";

/** People by id, null for whom the viewer may not see. */
export function personLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, Person | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(Person, { $and: [{ id: { $in: [...ids] } }, visiblePeople(viewer)] });
    const byId = new Map(found.map((person) => [person.id, person]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** E-mail addresses by person, null for those the viewer may not read. */
export function emailLoader(em: SqlEntityManager, viewer: Viewer): DataLoader<string, string | null> {
  return new DataLoader(async (ids) => {
    const { sql, params } = emailsVisibleTo(viewer, "id");
    const found = await em.execute<{ id: string; email: string }[]>(
      `select id, email from person where id in (${ids.map(() => "?").join(", ")}) and ${sql}`,
      [...ids, ...params],
    );
    const byId = new Map(found.map(({ id, email }) => [id, email]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}
