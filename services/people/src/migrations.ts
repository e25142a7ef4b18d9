import { sqlMigration } from "@psqm/database/migration";
import { eventPositionsMigration, eventsMigration } from "@psqm/events/migration";

export const migrations = [
  eventsMigration,
  eventPositionsMigration,
  sqlMigration(
    "0001-people",
    `
  create table person (
    id text primary key,
    name text not null check (char_length(name) between 1 and 200),
    -- Kept in lower case, so that the unique constraint is one on the mailbox, however it was typed.
    email text not null check (email = lower(email) and char_length(email) between 3 and 254),
    created_at timestamptz(3) not null,
    constraint person_email_unique unique (email)
  );

  create table staff_role (
    id text primary key,
    person_id text not null references person,
    role text not null check (role in ('PROGRAMME_TEAM', 'FINANCE_OFFICER')),
    granted_on date not null,
    -- Also serves the roles of a person.
    constraint staff_role_once unique (person_id, role)
  );

  create table school (
    id text primary key,
    urn text not null check (urn ~ '^[0-9]{6}$'),
    name text not null,
    local_authority text not null,
    region text,
    phase text not null,
    type text not null,
    status text not null check (status in ('OPEN', 'PROPOSED_TO_CLOSE', 'CLOSED', 'PROPOSED_TO_OPEN')),
    closed_on date,
    street text,
    locality text,
    address3 text,
    town text,
    county text,
    postcode text,
    pupils integer check (pupils >= 0),
    pupils_counted_on date check (pupils_counted_on is null or pupils is not null),
    -- Serves references by URN and finds a row of the register again.
    constraint school_urn_unique unique (urn)
  );
  -- Serves the list of schools, which is in order of name.
  create index school_by_name on school (name, id);
  -- Serves the list of a local authority's schools.
  create index school_by_local_authority on school (local_authority, name, id);

  create table school_membership (
    id text primary key,
    person_id text not null references person,
    school_id text not null references school,
    role text not null check (role in ('SUBJECT_LEADER', 'SECOND_PARTICIPANT', 'HEAD_TEACHER')),
    started_on date not null,
    ended_on date check (ended_on >= started_on)
  );
  -- At most two people of a school take part, and they are two people (document 002, who takes part).
  create unique index school_membership_one_subject_leader on school_membership (school_id)
    where role = 'SUBJECT_LEADER' and ended_on is null;
  create unique index school_membership_one_second_participant on school_membership (school_id)
    where role = 'SECOND_PARTICIPANT' and ended_on is null;
  create unique index school_membership_one_place_each on school_membership (school_id, person_id)
    where role in ('SUBJECT_LEADER', 'SECOND_PARTICIPANT') and ended_on is null;
  create unique index school_membership_head_teacher_once on school_membership (school_id, person_id)
    where role = 'HEAD_TEACHER' and ended_on is null;
  -- Serve the members of a school and the schools of a person.
  create index school_membership_by_school on school_membership (school_id, person_id);
  create index school_membership_by_person on school_membership (person_id, school_id);

  create table hub (
    id text primary key,
    name text not null
  );

  create table hub_appointment (
    id text primary key,
    person_id text not null references person,
    hub_id text not null references hub,
    role text not null check (role in ('HUB_LEADER', 'MENTOR')),
    started_on date not null,
    ended_on date check (ended_on >= started_on)
  );
  create unique index hub_appointment_once on hub_appointment (hub_id, person_id) where ended_on is null;
  -- Serve the supporters of a hub and the hubs of a person.
  create index hub_appointment_by_hub on hub_appointment (hub_id, person_id);
  create index hub_appointment_by_person on hub_appointment (person_id, hub_id);
  -- Serves the leaders whom every leader may see.
  create index hub_appointment_leaders on hub_appointment (person_id) where role = 'HUB_LEADER' and ended_on is null;

  create table school_support (
    enrolment_id text primary key,
    school_id text not null,
    hub_id text not null,
    confirmed_on date not null
  );
  -- Serve whom a school's people may see, and whom a hub's.
  create index school_support_by_school on school_support (school_id, hub_id);
  create index school_support_by_hub on school_support (hub_id, school_id);

  create table candidacy (
    id text primary key,
    person_id text not null references person,
    kind text not null check (kind in ('HUB_LEADER', 'MENTOR')),
    state text not null check (state in ('SUBMITTED', 'APPOINTED')),
    statement text not null check (char_length(statement) between 1 and 5000),
    submitted_at timestamptz(3) not null
  );
  create unique index candidacy_one_open on candidacy (person_id, kind) where state = 'SUBMITTED';
  -- Serves one's own candidacies.
  create index candidacy_by_person on candidacy (person_id, id);

  create table partner (
    id text primary key,
    name text not null check (char_length(name) between 1 and 200),
    created_at timestamptz(3) not null,
    constraint partner_name_unique unique (name)
  );

  create table partner_key (
    id text primary key,
    partner_id text not null references partner,
    -- The key itself is shown once and kept nowhere.
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    scopes text[] not null check (cardinality(scopes) > 0),
    created_at timestamptz(3) not null,
    expires_at timestamptz(3) not null check (expires_at > created_at),
    revoked_at timestamptz(3),
    -- Serves the sign-in of a partner.
    constraint partner_key_sha256_unique unique (sha256)
  );
  create index partner_key_by_partner on partner_key (partner_id, id);
`,
  ),
  sqlMigration(
    "0002-support-ends",
    "alter table school_support add column ended_on date check (ended_on >= confirmed_on)",
  ),
  sqlMigration(
    "0003-person-list",
    `
  -- Serves the list of people, which is in order of name.
  create index person_by_name on person (name, id)`,
  ),
  sqlMigration(
    "0004-candidacy",
    `
  alter table candidacy drop constraint candidacy_state_check;
  alter table candidacy add constraint candidacy_state_check
    check (state in ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'EVIDENCE_ASKED', 'APPOINTED', 'DECLINED'));
  alter table candidacy add column specification text;
  alter table candidacy add column is_teacher boolean;
  alter table candidacy add column version integer check (version >= 1);
  alter table candidacy add column started_at timestamptz(3);
  alter table candidacy add column answered_at timestamptz(3);
  alter table candidacy add column appointed_on date;
  alter table candidacy add column appointment_id text references hub_appointment;
  -- Of those from before nobody asked whether they teach.
  update candidacy set
    specification = case kind when 'HUB_LEADER' then 'specification-s1' else 'specification-s0' end,
    is_teacher = false, version = 1, started_at = submitted_at,
    answered_at = case state when 'APPOINTED' then submitted_at end;
  alter table candidacy alter column specification set not null;
  alter table candidacy alter column is_teacher set not null;
  alter table candidacy alter column version set not null;
  alter table candidacy alter column started_at set not null;
  alter table candidacy alter column submitted_at drop not null;
  alter table candidacy add constraint candidacy_submitted_or_draft check ((submitted_at is null) = (state = 'DRAFT'));
  drop index candidacy_one_open;
  create unique index candidacy_one_open on candidacy (person_id, kind)
    where state in ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'EVIDENCE_ASKED');
  -- Serves the programme team's list of what has come how far.
  create index candidacy_by_state on candidacy (state, id);

  create table candidacy_step (
    candidacy_id text not null references candidacy,
    number integer not null check (number >= 1),
    state text not null check (state in ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'EVIDENCE_ASKED', 'APPOINTED', 'DECLINED')),
    at timestamptz(3) not null,
    taken_by_id text references person,
    comment text check (char_length(comment) between 1 and 5000),
    -- Who is declined or asked for more is told why, and what.
    check (comment is not null or state not in ('EVIDENCE_ASKED', 'DECLINED')),
    -- Also serves the history of a candidacy.
    primary key (candidacy_id, number)
  );
  insert into candidacy_step (candidacy_id, number, state, at, taken_by_id)
    select id, 1, 'SUBMITTED', submitted_at, person_id from candidacy
    union all select id, 2, 'APPOINTED', submitted_at, null from candidacy where state = 'APPOINTED';

  create table candidacy_evidence (
    id text primary key,
    candidacy_id text not null references candidacy,
    criterion text not null,
    kind text not null,
    text text not null check (char_length(text) between 1 and 5000),
    started_on date,
    ended_on date check (ended_on is null or (started_on is not null and ended_on >= started_on)),
    referee text check (char_length(referee) between 1 and 300),
    version integer not null check (version >= 1),
    updated_at timestamptz(3) not null
  );
  -- Serves the evidence of candidacies.
  create index candidacy_evidence_by_candidacy on candidacy_evidence (candidacy_id, criterion, id);

  create table candidacy_evidence_version (
    evidence_id text not null references candidacy_evidence,
    version integer not null,
    kind text not null,
    text text not null,
    started_on date,
    ended_on date,
    referee text,
    written_at timestamptz(3) not null,
    primary key (evidence_id, version)
  );

  create table candidacy_verdict (
    candidacy_id text not null references candidacy,
    criterion text not null,
    verdict text not null check (verdict in ('MET', 'MORE_EVIDENCE', 'NOT_MET')),
    comment text check (char_length(comment) between 1 and 5000),
    version integer not null check (version >= 1),
    given_by_id text not null references person,
    given_at timestamptz(3) not null,
    -- One for each criterion; also serves the verdicts of a candidacy.
    primary key (candidacy_id, criterion)
  )`,
  ),
  sqlMigration(
    "0005-appointment-terms",
    `
  alter table hub_appointment add column term_ends_on date;
  alter table hub_appointment add column end_reason text check (char_length(end_reason) between 1 and 1000);
  update hub_appointment set term_ends_on = started_on + interval '1 year';
  alter table hub_appointment alter column term_ends_on set not null;
  -- Those that ended before anybody was asked for a reason have none.
  alter table hub_appointment add constraint hub_appointment_reason_of_end check (end_reason is null or ended_on is not null);
  -- One part in a hub at a time. The day it ended is the first without it: another may begin on that day. A person in a
  -- hub is a number, as a range that overlaps itself alone, because an index of ranges knows no other equality without
  -- an extension, which the owner of a schema may not install.
  alter table hub_appointment add constraint hub_appointment_no_overlap exclude using gist (
    numrange(hashtextextended(hub_id || ' ' || person_id, 0)::numeric, hashtextextended(hub_id || ' ' || person_id, 0)::numeric, '[]') with &&,
    daterange(started_on, ended_on, '[)') with &&
  );
  drop index hub_appointment_once;
  -- Serves what is to be renewed.
  create index hub_appointment_by_term on hub_appointment (term_ends_on, id) where ended_on is null;

  create table appointment_renewal (
    appointment_id text not null references hub_appointment,
    term_ends_on date not null,
    renewed_on date not null check (renewed_on < term_ends_on),
    renewed_by_id text not null references person,
    -- Once for each year; also serves the renewals of an appointment.
    primary key (appointment_id, term_ends_on)
  )`,
  ),
  sqlMigration(
    "0006-notices",
    `
  create table notice (
    id text primary key,
    person_id text not null references person,
    hub_id text references hub,
    school_id text references school,
    -- A hub leader's notice goes to the programme team alone.
    to_hub_id text check (to_hub_id is null or school_id is not null),
    text text not null check (char_length(text) between 1 and 5000),
    effective_on date,
    given_at timestamptz(3) not null,
    constraint notice_about_one check ((hub_id is null) <> (school_id is null))
  );
  -- Serve the notices that one gave, and those that went to a hub.
  create index notice_by_person on notice (person_id, id);
  create index notice_by_hub on notice (to_hub_id, id) where to_hub_id is not null;

  create table notice_acknowledgement (
    notice_id text not null references notice,
    person_id text not null references person,
    at timestamptz(3) not null,
    -- Once by each; also serves who has read a notice, and whether anybody has.
    primary key (notice_id, person_id)
  )`,
  ),
  sqlMigration(
    "0007-training-and-ase",
    `
  create table training (
    id text primary key,
    person_id text not null references person,
    kind text not null check (kind in ('INITIAL_TRAINING', 'TRAIN_THE_TRAINER', 'QUALITY_ASSURANCE_MEETING', 'CONFERENCE')),
    attended_on date not null,
    note text check (char_length(note) between 1 and 500),
    recorded_by_id text not null references person,
    recorded_at timestamptz(3) not null,
    -- Also serves what a person attended.
    constraint training_once unique (person_id, kind, attended_on)
  );

  create table ase_membership (
    person_id text primary key references person,
    number text not null check (number ~ '^[A-Z0-9-]{1,20}$'),
    expires_on date not null,
    state text not null check (state in ('UNVERIFIED', 'VERIFIED', 'NOT_FOUND')),
    verified_at timestamptz(3),
    version integer not null check (version >= 1),
    constraint ase_membership_number_unique unique (number),
    constraint ase_membership_asked check ((state = 'UNVERIFIED') = (verified_at is null))
  )`,
  ),
  sqlMigration(
    "0008-register",
    `
  alter table school add column dfe_number text check (dfe_number ~ '^[0-9]{3}/[0-9]{4}$');
  alter table school add column easting integer;
  alter table school add column northing integer;
  alter table school add constraint school_place_whole check ((easting is null) = (northing is null));
  alter table school add column successor_id text references school check (successor_id <> id);
  -- What a school is searched by, without accents and apostrophes, so that it need not be made anew for every search.
  alter table school add column search_text text not null generated always as (translate(
    lower(name || ' ' || coalesce(locality, '') || ' ' || coalesce(town, '') || ' ' || coalesce(postcode, '') || ' '
      || replace(coalesce(postcode, ''), ' ', '') || ' ' || local_authority || ' ' || urn),
    'áàâäãåçéèêëíìîïñóòôöõøúùûüýÿŵŷ’''', 'aaaaaaceeeeiiiinoooooouuuuyywy')) stored;
  -- Serves the search that forgives typing errors.
  create index school_by_text on school using gin (search_text public.gin_trgm_ops);
  -- Serves the nearest schools, in order of distance.
  create index school_by_place on school using gist (point(easting, northing)) where status <> 'CLOSED' and easting is not null;
  -- Serves the schools that became a school, and finds a school again under a new URN.
  create index school_by_successor on school (successor_id) where successor_id is not null;
  create index school_by_dfe_number on school (dfe_number) where dfe_number is not null;

  create table school_urn (
    urn text primary key check (urn ~ '^[0-9]{6}$'),
    school_id text not null references school,
    -- The last day it was the school's; the register may not say it.
    ended_on date
  );
  -- Serves the former URNs of schools.
  create index school_urn_by_school on school_urn (school_id, urn);

  create table register_import (
    id text primary key,
    state text not null check (state in ('STAGED', 'APPLIED', 'REJECTED')),
    as_of date,
    columns integer not null,
    encoding text not null,
    rows integer not null,
    unchanged integer not null,
    elsewhere integer not null,
    skipped integer not null,
    not_mentioned integer not null,
    bad_rows jsonb not null,
    staged_at timestamptz(3) not null,
    staged_by_id text references person,
    decided_at timestamptz(3),
    decided_by_id text references person
  );
  -- Serves the list of imports, and which was decided last.
  create index register_import_by_time on register_import (staged_at, id);

  create table register_change (
    import_id text not null references register_import,
    urn text not null,
    kind text not null check (kind in ('NEW', 'CHANGED', 'CLOSING', 'CLOSED', 'REOPENED', 'MERGED', 'ACADEMISED')),
    name text not null,
    school_id text references school,
    successor_urn text,
    -- Of a school that goes on under another URN: the last day of this one.
    urn_ended_on date,
    -- What the register says, and what was known.
    entry jsonb not null,
    known jsonb,
    applied_at timestamptz(3),
    -- Also serves the changes of an import.
    primary key (import_id, urn)
  );
  -- Serves the changes of one kind.
  create index register_change_by_kind on register_change (import_id, kind, urn);
  -- Keeps the register from searching all changes when a school goes.
  create index register_change_by_school on register_change (school_id) where school_id is not null`,
  ),
];
