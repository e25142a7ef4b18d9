import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { newId } from "@psqm/database/id";
import type { RegisterEntry } from "../school/import/gias-row.rules.ts";

/** The columns of a school in an entry of the register, as SQL reads them from JSON. */
export const ENTRY_COLUMNS = `urn text, name text, "localAuthority" text, region text, phase text, type text, status text,
  "closedOn" date, street text, locality text, address3 text, town text, county text, postcode text,
  pupils integer, "pupilsCountedOn" date, "dfeNumber" text, easting integer, northing integer`;

/** A school as an entry of the register would say it, so that the two can be compared. */
const KNOWN = `jsonb_build_object('urn', k.urn, 'name', k.name, 'localAuthority', k.local_authority, 'region', k.region,
  'phase', k.phase, 'type', k.type, 'status', k.status, 'closedOn', k.closed_on, 'street', k.street,
  'locality', k.locality, 'address3', k.address3, 'town', k.town, 'county', k.county, 'postcode', k.postcode,
  'pupils', k.pupils, 'pupilsCountedOn', k.pupils_counted_on, 'dfeNumber', k.dfe_number, 'easting', k.easting,
  'northing', k.northing)`;

/**
 * Notes what differs from what is known, in one statement for the whole batch. A day of counting that is known stays
 * where the file cannot say it and the number is the same. What is said of a school's former URN is no news.
 * @param saysWhenCounted whether the file carries the day on which pupils were counted
 * @returns how many of the entries differ
 */
export async function stageChanges(
  em: SqlEntityManager,
  importId: string,
  entries: readonly RegisterEntry[],
  saysWhenCounted: boolean,
): Promise<number> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    `with told as (
       select * from jsonb_to_recordset(?::jsonb) as told (id text, ${ENTRY_COLUMNS})
     ), compared as (
       select told.urn, told.name, told.status, k.id as school_id, k.status as known_status,
         to_jsonb(told) || jsonb_build_object('pupilsCountedOn', case
           when ?::boolean then told."pupilsCountedOn"
           when k.pupils = told.pupils then k.pupils_counted_on
         end) as entry,
         case when k.id is not null then ${KNOWN} end as known
       from told left join school k on k.urn = told.urn
       where not exists (select 1 from school_urn former where former.urn = told.urn)
     )
     insert into register_change (import_id, urn, kind, name, school_id, entry, known)
     select ?, urn, case
         when known is null then 'NEW'
         when status = 'CLOSED' and known_status <> 'CLOSED' then 'CLOSED'
         when known_status = 'CLOSED' and status <> 'CLOSED' then 'REOPENED'
         when status = 'PROPOSED_TO_CLOSE' and known_status <> 'PROPOSED_TO_CLOSE' then 'CLOSING'
         else 'CHANGED'
       end, name, school_id, entry, known
     from compared where known is null or entry - 'id' <> known`,
    [JSON.stringify(entries.map((entry) => ({ id: newId("sch"), ...entry }))), saysWhenCounted, importId],
    "run",
  );
  return affectedRows;
}
