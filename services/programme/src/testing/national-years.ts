/** How much of a programme is made. A national year is about 600 schools (document 002); its ten-fold is 6,000 and 600 hubs. */
export interface NationalYears {
  schoolsPerYear: number;
  hubs: number;
  /** How many years there are, the last of which goes on. */
  years: number;
  /** The calendar year in which the last one begins, in autumn. */
  lastYear: number;
}

type Execute = (sql: string, values: unknown[]) => Promise<unknown>;

/**
 * Ids of what {@link makeNationalYears} makes, so that whoever asks knows what there is. Schools, hubs and rounds are
 * numbered from 1.
 */
export const nationalId = {
  school: (n: number): string => `sch_national-${n}`,
  hub: (n: number): string => `hub_national-${n}`,
  leader: (hub: number): string => `per_leader-${hub}`,
};

/**
 * Fills empty tables with years of a programme, one statement for each table: every school takes part every year in the
 * same hub, was awarded in the past, and in the year that goes on has come to some of its training. Synthetic throughout.
 * @param execute runs a statement with `?` for its values, in the service's own tables
 */
export async function makeNationalYears(
  execute: Execute,
  { schoolsPerYear, hubs, years, lastYear }: NationalYears,
): Promise<void> {
  const pinned = JSON.stringify({
    feeSchedule: "fees-s2",
    payRates: "pay-s1",
    framework: "framework-s2",
    deliveryModel: "four-sessions",
    calendar: "calendar-s1-s2",
  });
  await execute(
    `insert into school (id, urn, name, local_authority, status, phase, type, pupils, easting, northing)
     select 'sch_national-' || n, (100000 + n)::text, 'School ' || lpad((n * 7919 % 100003)::text, 6, '0'), 'Authority ' || n % 150,
       'OPEN', 'Primary', 'Community school', 50 + n % 400, 100000 + n * 7919 % 500000, 100000 + n * 104729 % 500000
     from generate_series(1, ?::integer) as n`,
    [schoolsPerYear],
  );
  await execute(
    `insert into hub (id, name, area, kind, capacity, created_at, base_school_id)
     select 'hub_national-' || n, 'Hub ' || lpad(n::text, 6, '0'), 'Area ' || n % 9, 'SCIENCE_PSQM', 40, now(), 'sch_national-' || n
     from generate_series(1, ?::integer) as n`,
    [hubs],
  );
  await execute(
    `insert into hub_appointment (appointment_id, hub_id, person_id, role, started_on)
     select 'app_national-' || n, 'hub_national-' || n, 'per_leader-' || n, 'HUB_LEADER', '2010-09-01'
     from generate_series(1, ?::integer) as n`,
    [hubs],
  );
  await execute(
    `insert into round (id, number, pattern, year, state, starts_on, submission_due_on, notifies_on, pinned, opened_at)
     select 'rnd_national-' || year, 900 - (?::integer - year), 'AUTUMN', year, 'CLOSED', make_date(year, 9, 1),
       make_date(year + 1, 6, 30), make_date(year + 1, 9, 30), ?::jsonb, make_date(year, 1, 1)
     from generate_series(?::integer, ?::integer) as year`,
    [lastYear, pinned, lastYear - years + 1, lastYear],
  );
  await execute(
    `insert into enrolment (id, school_id, round_id, hub_id, state, registered_by_id, registered_at, confirmed_on, award_valid_until)
     select 'enr_national-' || year || '-' || n, 'sch_national-' || n, 'rnd_national-' || year,
       'hub_national-' || 1 + n % ?::integer, case when year = ?::integer then 'ACTIVE' else 'AWARDED' end, 'per_head-' || n,
       make_date(year, 5, 1), make_date(year, 6, 1), case when year < ?::integer then make_date(year + 4, 9, 30) end
     from generate_series(?::integer, ?::integer) as year, generate_series(1, ?::integer) as n`,
    [hubs, lastYear, lastYear, lastYear - years + 1, lastYear, schoolsPerYear],
  );
  await execute(
    `insert into enrolment_move (enrolment_id, from_state, to_state, at)
     select enrolment.id, from_state, to_state, registered_at + step * interval '30 days'
     from enrolment, (values (0, null, 'REGISTERED'), (1, 'REGISTERED', 'OFFERED'), (2, 'OFFERED', 'CONFIRMED'),
       (3, 'CONFIRMED', 'ACTIVE'), (12, 'ACTIVE', 'SUBMITTED'), (13, 'SUBMITTED', 'IN_REVIEW'), (15, 'IN_REVIEW', 'NOTIFIED'),
       (16, 'NOTIFIED', 'AWARDED')) as taken(step, from_state, to_state)
     where enrolment.state = 'AWARDED' or step <= 3`,
    [],
  );
  await execute(
    `insert into milestone_fact (enrolment_id, audience, key, done_on)
     select enrolment.id, audience, key, confirmed_on + days
     from enrolment, (values ('SESSION_1', 100), ('TARGET_MARK', 140), ('SESSION_2', 170), ('SESSION_3', 240), ('SESSION_4', 310),
       ('SUBMISSION', 380)) as done(key, days), (values ('SCHOOL'), ('HUB_LEADER')) as side(audience)
     where enrolment.state = 'AWARDED' or (days <= 100 and right(enrolment.id, 1) <> '7')`,
    [],
  );
  await execute(
    `insert into session (id, hub_id, round_id, unit, make_up, starts_at, minutes, place)
     select 'ses_' || hub.id || '-' || round.year || '-' || unit, hub.id, round.id, unit, false,
       round.starts_on + unit * interval '60 days', 180, 'The hall'
     from hub, round, generate_series(1, 4) as unit`,
    [],
  );
  await execute(
    `insert into booking (session_id, person_id, enrolment_id, booked_at, minutes_attended)
     select session.id, 'per_' || part || '-' || enrolment.school_id, enrolment.id, session.starts_at, 180
     from enrolment join session on session.hub_id = enrolment.hub_id and session.round_id = enrolment.round_id,
       (values ('subject'), ('second')) as people(part)
     where enrolment.state = 'AWARDED' or session.unit = 1`,
    [],
  );
  await execute(
    `insert into mentoring_entry (id, enrolment_id, mentor_id, channel, minutes, given_on, logged_at)
     select 'men_' || enrolment.id || '-' || n, enrolment.id, 'per_leader', 'PHONE', 20 + n * 5, confirmed_on + 100 + n * 20, now()
     from enrolment, generate_series(1, 4) as n where enrolment.state = 'AWARDED' or n <= 2`,
    [],
  );
  await execute("analyze", []);
}
