import type { Transaction } from "@psqm/events/transact";

export interface ChangedSchool {
  schoolId: string;
  urn: string;
  name: string;
  localAuthority: string;
  status: string;
  phase: string;
  /** Null from before people told it. */
  type: string | null;
  pupils: number | null;
  /** British National Grid, in metres; null where the register does not say, or people has not told it yet. */
  easting: number | null;
  northing: number | null;
}

const SCHOOLS_PER_STATEMENT = 500;

/** Takes over what people says of schools, 500 to a statement; a row that says nothing new is left untouched. */
export async function hearSchoolsChanged({ em }: Transaction, schools: readonly ChangedSchool[]): Promise<void> {
  // One statement may touch a row once, so of a school that is told twice the last word counts.
  const latest = [...new Map(schools.map((school) => [school.schoolId, school])).values()];
  for (let start = 0; start < latest.length; start += SCHOOLS_PER_STATEMENT) {
    await em.execute(
      `insert into school (id, urn, name, local_authority, status, phase, type, pupils, easting, northing)
       select "schoolId", urn, name, "localAuthority", status, phase, type, pupils, easting, northing
       from jsonb_to_recordset(?::jsonb)
         as told("schoolId" text, urn text, name text, "localAuthority" text, status text, phase text, type text,
           pupils integer, easting integer, northing integer)
       on conflict (id) do update set
         urn = excluded.urn, name = excluded.name, local_authority = excluded.local_authority,
         status = excluded.status, phase = excluded.phase, type = coalesce(excluded.type, school.type),
         pupils = excluded.pupils, easting = coalesce(excluded.easting, school.easting),
         northing = coalesce(excluded.northing, school.northing)
       where (school.urn, school.name, school.local_authority, school.status, school.phase, school.type, school.pupils,
           school.easting, school.northing)
         is distinct from (excluded.urn, excluded.name, excluded.local_authority, excluded.status, excluded.phase,
           coalesce(excluded.type, school.type), excluded.pupils, coalesce(excluded.easting, school.easting),
           coalesce(excluded.northing, school.northing))`,
      [JSON.stringify(latest.slice(start, start + SCHOOLS_PER_STATEMENT))],
    );
  }
}
