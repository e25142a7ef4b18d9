import { sqlMigration } from "@psqm/database/migration";
import { eventPositionsMigration, eventsMigration } from "@psqm/events/migration";
import { mailMigration } from "@psqm/mail/migration";

const theYear = sqlMigration(
  "0001-the-year",
  `
  create table hub (
    id text primary key,
    name text not null check (char_length(name) between 1 and 120),
    area text not null check (char_length(area) between 1 and 120),
    kind text not null check (kind in ('SCIENCE_PSQM')),
    capacity integer not null check (capacity between 1 and 500),
    created_at timestamptz(3) not null
  );
  -- HUB_NAME_TAKEN under races; the directory of hubs is read in its order.
  create unique index hub_by_name on hub (name);

  create table round (
    id text primary key,
    -- ROUND_NUMBER_TAKEN under races; the list of rounds is read in its order.
    number integer not null constraint round_by_number unique check (number between 1 and 999),
    pattern text not null check (pattern in ('AUTUMN', 'SPRING')),
    year integer not null check (year between 2000 and 2100),
    state text not null check (state in ('OPEN', 'CLOSED')),
    starts_on date not null,
    submission_due_on date not null,
    notifies_on date not null,
    pinned jsonb not null,
    opened_at timestamptz(3) not null,
    check (starts_on < submission_due_on and submission_due_on < notifies_on)
  );

  create table school (
    id text primary key,
    urn text not null,
    name text not null,
    local_authority text not null,
    status text not null,
    pupils integer check (pupils >= 0)
  );

  -- Without a foreign key: what people says of a school and of its members may be handled in any order.
  create table subject_leader (
    membership_id text primary key,
    school_id text not null,
    person_id text not null,
    started_on date not null,
    ended_on date
  );
  -- acceptPlace: who leads the subject in this school now?
  create index subject_leader_now on subject_leader (school_id) where ended_on is null;

  create table enrolment (
    id text primary key,
    school_id text not null references school,
    round_id text not null references round,
    hub_id text references hub,
    state text not null check (state in (
      'INTERESTED', 'REGISTERED', 'OFFERED', 'CONFIRMED', 'ACTIVE', 'SUBMITTED', 'IN_REVIEW', 'NOTIFIED', 'AWARDED',
      'NOT_AWARDED', 'EXPIRING', 'EXPIRED', 'REACCREDITING', 'DEFERRED', 'WITHDRAWN'
    )),
    registered_by_id text not null,
    registered_at timestamptz(3) not null,
    confirmed_on date,
    -- One enrolment for each school and round; also School.enrolments, and activation by school.
    constraint enrolment_once unique (school_id, round_id),
    check (hub_id is not null or state in ('INTERESTED', 'REGISTERED', 'DEFERRED', 'WITHDRAWN'))
  );
  -- Places taken of hubs; Hub.enrolments; lists of a hub leader.
  create index enrolment_by_hub on enrolment (hub_id, id);
  -- enrolments(roundId:).
  create index enrolment_by_round on enrolment (round_id, id);

  create table enrolment_move (
    position serial primary key,
    -- Deferred: an enrolment and its first step are written in either order.
    enrolment_id text not null references enrolment deferrable initially deferred,
    from_state text,
    to_state text not null,
    at timestamptz(3) not null,
    by_id text,
    reason text check (char_length(reason) between 1 and 500)
  );
  -- Enrolment.history.
  create index enrolment_move_by_enrolment on enrolment_move (enrolment_id, position);
`,
);

const milestoneFacts = sqlMigration(
  "0002-milestone-facts",
  `
  create table milestone_fact (
    enrolment_id text not null references enrolment,
    audience text not null check (audience in ('SCHOOL', 'HUB_LEADER')),
    key text not null,
    done_on date not null,
    -- A milestone is done once; also the facts of enrolments.
    primary key (enrolment_id, audience, key)
  );
`,
);

const membersAndFeeds = sqlMigration(
  "0003-members-and-calendar-feeds",
  `
  -- Of all members now, not only of subject leaders. Still without a foreign key, see above.
  alter table subject_leader rename to school_member;
  alter table school_member add column role text not null default 'SUBJECT_LEADER';
  alter table school_member alter column role drop default;
  drop index subject_leader_now;
  -- acceptPlace: who leads the subject in this school now?
  create index subject_leader_now on school_member (school_id) where ended_on is null and role = 'SUBJECT_LEADER';
  -- Calendar feeds: which schools does this person belong to now?
  create index school_member_now on school_member (person_id) where ended_on is null;

  create table hub_appointment (
    appointment_id text primary key,
    hub_id text not null,
    person_id text not null,
    role text not null,
    started_on date not null,
    ended_on date
  );
  -- Calendar feeds: which hubs does this person work in now?
  create index hub_appointment_now on hub_appointment (person_id) where ended_on is null;

  create table calendar_feed (
    -- One feed for each person.
    person_id text primary key,
    -- A feed is found by the hash of the secret in its path.
    digest text not null constraint calendar_feed_by_digest unique,
    made_at timestamptz(3) not null,
    last_read_at timestamptz(3)
  );

  create table told_calendar_item (
    person_id text not null,
    uid text not null,
    day date not null,
    summary text not null,
    description text not null,
    sequence integer not null check (sequence >= 0),
    cancelled boolean not null,
    changed_at timestamptz(3) not null,
    -- Also: all items of a person.
    primary key (person_id, uid)
  );
`,
);

const schoolsForHubs = sqlMigration(
  "0004-schools-for-hubs",
  `
  -- hubsFor. Empty until people tells of the school again.
  alter table school add column phase text;
  alter table school add column type text;
`,
);

const sessions = sqlMigration(
  "0005-sessions",
  `
  create table session (
    id text primary key,
    hub_id text not null references hub,
    round_id text not null references round,
    unit integer not null check (unit between 1 and 6),
    make_up boolean not null,
    starts_at timestamptz(3) not null,
    minutes integer not null check (minutes between 1 and 720),
    place text not null check (char_length(place) between 1 and 300),
    capacity integer check (capacity between 1 and 500),
    cancelled_at timestamptz(3)
  );
  -- Training of enrolments; sessions of a unit.
  create index session_by_hub_and_round on session (hub_id, round_id, starts_at, id);

  create table booking (
    session_id text not null references session,
    person_id text not null,
    enrolment_id text not null references enrolment,
    booked_at timestamptz(3) not null,
    minutes_attended integer check (minutes_attended between 0 and 720),
    -- One place for a person; also a session's register.
    primary key (session_id, person_id)
  );
  -- What an enrolment's people have attended.
  create index booking_by_enrolment on booking (enrolment_id) where minutes_attended > 0;
  -- Calendar feeds: what this person has booked.
  create index booking_by_person on booking (person_id);

  -- A calendar's items may have an hour now.
  alter table told_calendar_item add column starts_at timestamptz(3);
  alter table told_calendar_item add column minutes integer check (minutes > 0);
`,
);

const entitlements = sqlMigration(
  "0006-entitlements",
  `
  -- The last day of the award that it led to, as assessment told.
  alter table enrolment add column award_valid_until date;

  create table mentoring_entry (
    id text primary key,
    enrolment_id text not null references enrolment,
    mentor_id text not null,
    channel text not null check (channel in ('PORTAL', 'PHONE', 'FACE_TO_FACE')),
    minutes integer not null check (minutes between 1 and 480),
    given_on date not null,
    logged_at timestamptz(3) not null
  );
  -- Enrolment.mentoring.
  create index mentoring_by_enrolment on mentoring_entry (enrolment_id, given_on, id);
`,
);

const registration = sqlMigration(
  "0007-registration",
  `
  alter table enrolment
    add column preferred_hub_id text references hub,
    add column purchase_order text check (char_length(purchase_order) between 1 and 120),
    add column pupils_told integer check (pupils_told between 0 and 5000),
    add column consent_by text check (char_length(consent_by) between 1 and 120),
    add column consent_on date check ((consent_by is null) = (consent_on is null));
  -- Hub.waitingList
  create index enrolment_waiting on enrolment (preferred_hub_id, id) where state = 'REGISTERED';
  -- registerSchool(urn:)
  create index school_by_urn on school (urn);
`,
);

const places = sqlMigration(
  "0008-places",
  `
  -- British National Grid, in metres; empty until people tells of the school again.
  alter table school add column easting integer;
  alter table school add column northing integer;
  alter table hub add column base_school_id text references school;
`,
);

const calendars = sqlMigration(
  "0009-calendars",
  `
  -- Rows of its calendar that a round has moved.
  alter table round add column moved jsonb not null default '[]';

  create table extension (
    enrolment_id text not null references enrolment,
    audience text not null check (audience in ('SCHOOL', 'HUB_LEADER')),
    key text not null,
    until date not null,
    reason text not null check (char_length(reason) between 1 and 500),
    by_id text not null,
    at timestamptz(3) not null,
    -- The last one that was given counts; also the extensions of enrolments.
    primary key (enrolment_id, audience, key)
  );

  -- A hub has a feed as a person has; ids tell which is which.
  alter table calendar_feed rename column person_id to owner_id;
  alter table told_calendar_item rename column person_id to owner_id;

  -- What if a milestone moves: sessions of a round.
  create index session_by_round on session (round_id, starts_at, id);
`,
);

const community = sqlMigration(
  "0010-interest-and-community",
  `
  create table interest (
    id text primary key,
    name text not null check (char_length(name) between 1 and 120),
    email text not null check (email = lower(email) and char_length(email) between 3 and 254),
    school_id text not null references school,
    round_id text references round,
    message text check (char_length(message) between 1 and 2000),
    asked_at timestamptz(3) not null,
    -- The link of the mail is found by the hash of its secret.
    digest text not null constraint interest_by_digest unique,
    expires_at timestamptz(3) not null,
    confirmed_at timestamptz(3)
  );
  -- How many an address, and how many all have asked lately.
  create index interest_by_email on interest (email, asked_at);
  create index interest_by_moment on interest (asked_at);
  -- The programme team's list.
  create index interest_confirmed on interest (id) where confirmed_at is not null;

  create table hub_post (
    id text primary key,
    hub_id text not null references hub,
    kind text not null check (kind in ('ANNOUNCEMENT', 'RESOURCE')),
    title text not null check (char_length(title) between 1 and 120),
    text text not null check (char_length(text) between 1 and 5000),
    link text check (link like 'https://%'),
    by_id text not null,
    posted_at timestamptz(3) not null,
    withdrawn_at timestamptz(3),
    check (kind = 'ANNOUNCEMENT' or link is not null)
  );
  -- What hangs in a hub, the latest first.
  create index hub_post_by_hub on hub_post (hub_id, id) where withdrawn_at is null;

  create table escalation (
    id text primary key,
    hub_id text not null references hub,
    enrolment_id text references enrolment,
    state text not null check (state in ('OPEN', 'ANSWERED', 'CLOSED')),
    text text not null check (char_length(text) between 1 and 20000),
    raised_by_id text not null,
    raised_at timestamptz(3) not null,
    answer text check (char_length(answer) between 1 and 5000),
    answered_by_id text,
    answered_at timestamptz(3),
    closed_at timestamptz(3),
    check ((answer is null) = (answered_at is null)),
    check ((closed_at is null) = (state <> 'CLOSED')),
    check (state <> 'ANSWERED' or answer is not null)
  );
  -- A hub's, and those that wait.
  create index escalation_by_hub on escalation (hub_id, id);
  create index escalation_by_state on escalation (state, id);

  create table vle_resource (
    id text primary key,
    kind text not null check (kind in ('LINK', 'FILE', 'WEBINAR', 'SPOTLIGHT')),
    title text not null check (char_length(title) between 1 and 120),
    text text not null check (char_length(text) between 1 and 5000),
    link text not null check (link like 'https://%'),
    published_at timestamptz(3) not null,
    published_by_id text not null,
    withdrawn_at timestamptz(3)
  );
  -- The library, the latest first.
  create index vle_resource_shown on vle_resource (id) where withdrawn_at is null;

  create table mentoring_excess (
    enrolment_id text primary key references enrolment,
    minutes integer not null check (minutes between 1 and 1200),
    reason text not null check (char_length(reason) between 1 and 500),
    approved_by_id text not null,
    approved_at timestamptz(3) not null
  );
`,
);

const reminding = sqlMigration(
  "0011-reminders",
  `
  -- What the platform raises by itself is raised by nobody, and once.
  alter table escalation alter column raised_by_id drop not null;
  alter table escalation add column about text constraint escalation_once unique;
  alter table escalation add check (raised_by_id is not null or about is not null);
`,
);

export const migrations = [
  eventsMigration,
  eventPositionsMigration,
  mailMigration,
  theYear,
  milestoneFacts,
  membersAndFeeds,
  schoolsForHubs,
  sessions,
  entitlements,
  registration,
  places,
  calendars,
  community,
  reminding,
];
