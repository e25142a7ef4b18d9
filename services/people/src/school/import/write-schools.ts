import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { newId } from "@psqm/database/id";
import type { ChangedSchool } from "../school.events.ts";
import type { RegisterEntry } from "./gias-row.rules.ts";

export interface WrittenSchools {
  added: number;
  changed: number;
  /** Those that are new or differ from what was known. */
  schools: ChangedSchool[];
}

/**
 * Writes what differs from what is known, in one statement for the whole batch; rows that are the same are not touched.
 * A day of counting that was known stays where the file cannot say it and the number is the same.
 * @param saysWhenCounted whether the file carries the day on which pupils were counted
 */
export async function writeSchools(
  em: SqlEntityManager,
  entries: readonly RegisterEntry[],
  saysWhenCounted: boolean,
): Promise<WrittenSchools> {
  const rows = await em.execute<(ChangedSchool & { isNew: boolean })[]>(
    `with told as (
       select * from jsonb_to_recordset(?::jsonb) as told (
         id text, urn text, name text, "localAuthority" text, region text, phase text, type text, status text,
         "closedOn" date, street text, locality text, address3 text, town text, county text, postcode text,
         pupils integer, "pupilsCountedOn" date)
     ), incoming as (
       select told.*, case
         when ?::boolean then told."pupilsCountedOn"
         when known.pupils = told.pupils then known.pupils_counted_on
       end as counted_on
       from told left join school known using (urn)
     )
     insert into school as s (id, urn, name, local_authority, region, phase, type, status, closed_on, street, locality,
       address3, town, county, postcode, pupils, pupils_counted_on)
     select i.id, i.urn, i.name, i."localAuthority", i.region, i.phase, i.type, i.status, i."closedOn", i.street,
       i.locality, i.address3, i.town, i.county, i.postcode, i.pupils, i.counted_on
     from incoming i left join school known using (urn)
     -- The same comparison as below, made before the insert: a row that conflicts would be locked even if unchanged.
     where (known.name, known.local_authority, known.region, known.phase, known.type, known.status, known.closed_on,
         known.street, known.locality, known.address3, known.town, known.county, known.postcode, known.pupils,
         known.pupils_counted_on)
       is distinct from (i.name, i."localAuthority", i.region, i.phase, i.type, i.status, i."closedOn",
         i.street, i.locality, i.address3, i.town, i.county, i.postcode, i.pupils, i.counted_on)
     on conflict (urn) do update set
       name = excluded.name, local_authority = excluded.local_authority, region = excluded.region,
       phase = excluded.phase, type = excluded.type, status = excluded.status, closed_on = excluded.closed_on,
       street = excluded.street, locality = excluded.locality, address3 = excluded.address3, town = excluded.town,
       county = excluded.county, postcode = excluded.postcode, pupils = excluded.pupils,
       pupils_counted_on = excluded.pupils_counted_on
     -- xmax is zero on a row that no update has replaced, which tells an insert from an update.
     returning s.id as "schoolId", s.urn, s.name, s.local_authority as "localAuthority", s.phase, s.type, s.status, s.pupils,
       s.pupils_counted_on::text as "pupilsCountedOn", (s.xmax = 0) as "isNew"`,
    [JSON.stringify(entries.map((entry) => ({ id: newId("sch"), ...entry }))), saysWhenCounted],
  );
  const added = rows.filter(({ isNew }) => isNew).length;
  return {
    added,
    changed: rows.length - added,
    schools: rows.map(({ isNew: _, ...school }) => school),
  };
}
