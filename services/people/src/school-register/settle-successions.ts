import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Closure, type Heir, type SuccessionLink, successions } from "./successions.rules.ts";

/**
 * Finds who came after the schools that an extract closes, and tells each as one change: of a school that goes on under
 * another URN the two rows become one. A school that is proposed to open in the place of one that is still open, as an
 * academy before its conversion, waits until it opens: it will be the same school.
 * @returns how many rows were told together with another, or wait
 */
export async function settleSuccessions(
  em: SqlEntityManager,
  importId: string,
  links: readonly SuccessionLink[],
): Promise<number> {
  const waiting = await em.execute<{ affectedRows: number }>(
    `delete from register_change c where c.import_id = ? and c.kind = 'NEW' and c.entry->>'status' = 'PROPOSED_TO_OPEN'
       and exists (select 1 from school s where s.dfe_number = c.entry->>'dfeNumber' and s.status <> 'CLOSED')`,
    [importId],
    "run",
  );
  const closures = await em.execute<Closure[]>(
    `select urn, entry->>'dfeNumber' as "dfeNumber", kind = 'CLOSED' as "isKnown" from register_change
     where import_id = ? and (kind = 'CLOSED' or (kind = 'NEW' and entry->>'status' = 'CLOSED'))`,
    [importId],
  );
  if (closures.length === 0) return waiting.affectedRows;
  const closed = new Set(closures.map(({ urn }) => urn));
  const told = links.filter(({ from }) => closed.has(from));
  const heirs = await em.execute<Heir[]>(
    `select urn, entry->>'dfeNumber' as "dfeNumber", entry->>'status' in ('OPEN', 'PROPOSED_TO_CLOSE') as "isOpen",
       true as "isNew"
     from register_change where import_id = ? and kind = 'NEW'
     union all
     select urn, dfe_number, status in ('OPEN', 'PROPOSED_TO_CLOSE'), false from school s
     where (urn in (select jsonb_array_elements_text(?::jsonb)) or dfe_number in (select jsonb_array_elements_text(?::jsonb)))
       and not exists (select 1 from register_change c where c.import_id = ? and c.urn = s.urn and c.kind = 'CLOSED')`,
    [
      importId,
      JSON.stringify(told.map(({ to }) => to)),
      JSON.stringify(closures.flatMap(({ dfeNumber }) => dfeNumber ?? [])),
      importId,
    ],
  );
  const found = JSON.stringify(successions(closures, heirs, told));
  await em.execute(
    `update register_change c set successor_urn = s."successorUrn", kind = case when kind = 'NEW' then kind else 'MERGED' end
     from jsonb_to_recordset(?::jsonb) as s (urn text, "successorUrn" text, "isSameSchool" boolean)
     where c.import_id = ? and c.urn = s.urn and not s."isSameSchool"`,
    [found, importId],
  );
  const [same] = await em.execute<{ count: number }[]>(
    `with same as (
       select s.urn, heir.urn as heir_urn, heir.name, heir.entry
       from jsonb_to_recordset(?::jsonb) as s (urn text, "successorUrn" text, "isSameSchool" boolean)
       join register_change heir on heir.import_id = ? and heir.urn = s."successorUrn"
       where s."isSameSchool"
     ), told as (
       update register_change c set kind = 'ACADEMISED', successor_urn = same.heir_urn, name = same.name,
         urn_ended_on = (c.entry->>'closedOn')::date, entry = same.entry
       from same where c.import_id = ? and c.urn = same.urn
     ), gone as (
       delete from register_change c using same where c.import_id = ? and c.urn = same.heir_urn
     )
     select count(*)::int as count from same`,
    [found, importId, importId, importId],
  );
  return waiting.affectedRows + (same?.count ?? 0);
}
