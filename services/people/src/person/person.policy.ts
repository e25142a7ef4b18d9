import { type FilterQuery, raw } from "@mikro-orm/core";
import { hasRole, leadsHub, Role, schoolIds, supportedHubIds, type Viewer } from "@psqm/identity/viewer";
import type { Person } from "./person.ts";

/** Part of an SQL condition with its parameters. */
export interface Condition {
  sql: string;
  params: string[];
}

export const seesEverybody = (viewer: Viewer): boolean => hasRole(viewer, Role.ProgrammeTeam, Role.FinanceOfficer);

/**
 * Whom a viewer may see, as a condition on a column that holds a person's id:
 * oneself; members of one's schools; leaders and mentors of the hubs that support them; for leaders and mentors the
 * members of the schools their hubs support and their fellow supporters; for leaders all other leaders.
 * Ties of the viewer count while they are in force; the other's may have ended, because history keeps its names
 * (a successor reads what the subject leader before them wrote). So may the support of a school, for whoever was
 * there before it ended.
 */
export function peopleVisibleTo(viewer: Viewer, column: string): Condition {
  if (seesEverybody(viewer)) return { sql: "true", params: [] };
  if (viewer.personId === null) return { sql: "false", params: [] };
  const schools = schoolIds(viewer);
  const hubs = supportedHubIds(viewer);
  const ways: Condition[] = [{ sql: `${column} = ?`, params: [viewer.personId] }];
  if (schools.length > 0) {
    ways.push({
      sql: `${column} in (select person_id from school_membership where school_id in (${marks(schools)}))`,
      params: schools,
    });
    ways.push({
      sql: `${column} in (select a.person_id from hub_appointment a join school_support s on s.hub_id = a.hub_id
        where s.school_id in (${marks(schools)}) and ${whileItLasted("a")})`,
      params: schools,
    });
  }
  if (hubs.length > 0) {
    ways.push({
      sql: `${column} in (select m.person_id from school_membership m join school_support s on s.school_id = m.school_id
        where s.hub_id in (${marks(hubs)}) and ${whileItLasted("m")})`,
      params: hubs,
    });
    ways.push({
      sql: `${column} in (select person_id from hub_appointment where hub_id in (${marks(hubs)}))`,
      params: hubs,
    });
  }
  if (hubs.some((hub) => leadsHub(viewer, hub))) {
    ways.push({
      sql: `${column} in (select person_id from hub_appointment where role = 'HUB_LEADER' and ended_on is null)`,
      params: [],
    });
  }
  return { sql: `(${ways.map(({ sql }) => sql).join(" or ")})`, params: ways.flatMap(({ params }) => params) };
}

/**
 * Whose e-mail address a viewer may read, stricter than whom they see: one's own, those of the schools that one's hub
 * supports while they belong to them, and everybody's for the programme team and finance officers.
 */
export function emailsVisibleTo(viewer: Viewer, column: string): Condition {
  if (seesEverybody(viewer)) return { sql: "true", params: [] };
  if (viewer.personId === null) return { sql: "false", params: [] };
  const hubs = supportedHubIds(viewer);
  if (hubs.length === 0) return { sql: `${column} = ?`, params: [viewer.personId] };
  return {
    sql: `(${column} = ? or ${column} in (select m.person_id from school_membership m
      join school_support s on s.school_id = m.school_id
      where m.ended_on is null and s.ended_on is null and s.hub_id in (${marks(hubs)})))`,
    params: [viewer.personId, ...hubs],
  };
}

/** {@link peopleVisibleTo} as a filter of the ORM. */
export function visiblePeople(viewer: Viewer): FilterQuery<Person> {
  return asFilter((alias) => peopleVisibleTo(viewer, `${alias}.id`));
}

/** A condition on columns of the entity's own table, as a filter of the ORM. */
export function asFilter<Row extends object>(condition: (alias: string) => Condition): FilterQuery<Row> {
  const { params } = condition("");
  const fragment = raw((alias) => condition(alias).sql, params);
  return { [fragment.key]: [] } as FilterQuery<Row>;
}

/** Whether a tie was begun before the support `s` ended, if it has. */
const whileItLasted = (tie: string): string => `(s.ended_on is null or ${tie}.started_on <= s.ended_on)`;

const marks = (values: readonly unknown[]): string => values.map(() => "?").join(", ");
