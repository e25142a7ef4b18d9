import type { Transaction } from "@psqm/events/transact";
import { type ChangedSchool, SCHOOL_REGISTER, schoolsChanged } from "../school/school.events.ts";
import type { RegisterChangeKind } from "./register-change.rules.ts";
import { ENTRY_COLUMNS } from "./stage-changes.ts";

const BATCH = 500;

/**
 * Puts changes of these kinds into force, 500 to a statement, and tells the others of them, 500 schools to an event.
 * @returns how many
 */
export async function applyChanges(
  tx: Transaction,
  importId: string,
  kinds: readonly RegisterChangeKind[],
): Promise<number> {
  let count = 0;
  for (;;) {
    const schools = await applyBatch(tx, importId, kinds);
    if (schools.length === 0) break;
    count += schools.length;
    tx.emit(schoolsChanged, SCHOOL_REGISTER, { schools });
  }
  // Once all schools are there: who took over, and that nobody took over a school that opened again.
  await tx.em.execute(
    `update school s set successor_id = heir.id from register_change c join school heir on heir.urn = c.successor_urn
     where c.import_id = ? and c.applied_at = ? and c.kind <> 'ACADEMISED' and s.urn = c.urn and heir.id <> s.id`,
    [importId, tx.now],
  );
  await tx.em.execute(
    `update school s set successor_id = null from register_change c
     where c.import_id = ? and c.applied_at = ? and c.kind = 'REOPENED' and s.id = c.school_id`,
    [importId, tx.now],
  );
  return count;
}

function applyBatch(tx: Transaction, importId: string, kinds: readonly RegisterChangeKind[]): Promise<ChangedSchool[]> {
  return tx.em.execute<ChangedSchool[]>(
    `with chosen as (
       select c.urn as known_urn, c.kind, c.urn_ended_on, coalesce(c.school_id, c.entry->>'id') as id, e.*
       from (select * from register_change where import_id = ? and applied_at is null
             and kind in (${kinds.map(() => "?").join(", ")}) order by urn limit ${BATCH}) c,
         jsonb_to_record(c.entry) as e (${ENTRY_COLUMNS})
     ), done as (
       update register_change c set applied_at = ?, school_id = chosen.id from chosen
       where c.import_id = ? and c.urn = chosen.known_urn
     ), former as (
       insert into school_urn (urn, school_id, ended_on)
       select known_urn, id, urn_ended_on from chosen where kind = 'ACADEMISED'
     )
     insert into school as s (id, urn, name, local_authority, region, phase, type, status, closed_on, street, locality,
       address3, town, county, postcode, pupils, pupils_counted_on, dfe_number, easting, northing)
     select id, urn, name, "localAuthority", region, phase, type, status, "closedOn", street, locality,
       address3, town, county, postcode, pupils, "pupilsCountedOn", "dfeNumber", easting, northing
     from chosen
     on conflict (id) do update set
       urn = excluded.urn, name = excluded.name, local_authority = excluded.local_authority,
       region = excluded.region, phase = excluded.phase, type = excluded.type, status = excluded.status,
       closed_on = excluded.closed_on, street = excluded.street, locality = excluded.locality,
       address3 = excluded.address3, town = excluded.town, county = excluded.county, postcode = excluded.postcode,
       pupils = excluded.pupils, pupils_counted_on = excluded.pupils_counted_on, dfe_number = excluded.dfe_number,
       easting = excluded.easting, northing = excluded.northing
     returning s.id as "schoolId", s.urn, s.name, s.local_authority as "localAuthority", s.phase, s.type, s.status,
       s.pupils, s.pupils_counted_on::text as "pupilsCountedOn"`,
    [importId, ...kinds, tx.now, importId],
  );
}
