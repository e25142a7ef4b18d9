import { sqlMigration } from "@psqm/database/migration";
import { eventPositionsMigration, eventsMigration } from "@psqm/events/migration";

const marks = "('PSQM', 'PSQM_GILT', 'PSQM_OUTREACH')";

// Rows of one commit may be written in any order; their ties are checked when it commits.
const deferred = "deferrable initially deferred";

export const migrations = [
  eventsMigration,
  eventPositionsMigration,
  sqlMigration(
    "0001-assessment",
    `
    create table assessment (
      id text primary key,
      -- one assessment per enrolment, however often its confirmation is heard; serves assessment(enrolmentId)
      enrolment_id text not null unique,
      school_id text not null,
      school_name text not null,
      urn text not null,
      local_authority text,
      hub_id text not null,
      framework text not null,
      pay_rates text not null,
      opened_on date not null,
      state text not null check (
        state in ('OPEN', 'TARGET_PROPOSED', 'TARGET_AGREED', 'SIGNED_OFF', 'SUBMITTED', 'IN_REVIEW', 'DECIDED')
      ),
      target_mark text check (target_mark in ${marks}),
      signed_off_at timestamptz(3),
      signed_off_by_id text,
      withdrawn_on date,
      check ((state = 'OPEN') = (target_mark is null)),
      check ((state in ('OPEN', 'TARGET_PROPOSED', 'TARGET_AGREED')) = (signed_off_at is null)),
      check ((signed_off_at is null) = (signed_off_by_id is null))
    );

    create table reflection (
      id text primary key,
      assessment_id text not null references assessment ${deferred},
      criterion text not null,
      text text not null check (text <> ''),
      version integer not null check (version >= 1),
      updated_at timestamptz(3) not null,
      updated_by_id text not null,
      -- one current text per criterion; serves an assessment's reflections
      unique (assessment_id, criterion)
    );

    create table reflection_version (
      reflection_id text not null references reflection ${deferred},
      version integer not null check (version >= 1),
      text text not null,
      written_at timestamptz(3) not null,
      written_by_id text not null,
      primary key (reflection_id, version)
    );

    create table submission (
      id text primary key,
      -- a school submits once a year; serves Assessment.submission
      assessment_id text not null unique references assessment ${deferred},
      enrolment_id text not null,
      school_id text not null,
      hub_id text not null,
      framework text not null,
      mark text not null check (mark in ${marks}),
      submitted_at timestamptz(3) not null,
      submitted_by_id text not null,
      signed_off_by_id text not null
    );
    -- serves the lists of submissions, which are in this order
    create index submission_by_time on submission (submitted_at, id);

    create table submitted_reflection (
      submission_id text not null references submission ${deferred},
      criterion text not null,
      text text not null,
      version integer not null,
      primary key (submission_id, criterion)
    );

    create function refuse_change() returns trigger language plpgsql as $body$
    begin
      raise exception 'What was submitted or decided cannot be changed (% of %).', lower(tg_op), tg_table_name;
    end
    $body$;
    create trigger submission_is_final before update or delete or truncate on submission
      for each statement execute function refuse_change();
    create trigger submitted_reflection_is_final before update or delete or truncate on submitted_reflection
      for each statement execute function refuse_change();

    create table review (
      id text primary key,
      submission_id text not null references submission ${deferred},
      reviewer_id text not null,
      school_id text not null,
      hub_id text not null,
      assigned_at timestamptz(3) not null,
      recommendation text check (recommendation in ${marks}),
      comment text,
      completed_at timestamptz(3),
      check ((completed_at is null) = (comment is null)),
      check (completed_at is not null or recommendation is null),
      -- a reviewer is asked once; serves a submission's reviews and reviewers
      unique (submission_id, reviewer_id)
    );
    -- serves submissionsToReview
    create index review_awaited on review (reviewer_id, submission_id) where completed_at is null;

    create table decision (
      submission_id text primary key references submission ${deferred},
      mark text check (mark in ${marks}),
      feedback text not null,
      decided_at timestamptz(3) not null,
      decided_by_id text not null
    );
    create trigger decision_is_final before update or delete or truncate on decision
      for each statement execute function refuse_change();

    create table award (
      id text primary key,
      -- a year leads to one award at most; serves Assessment.award
      enrolment_id text not null unique,
      submission_id text not null unique references decision ${deferred},
      school_id text not null,
      mark text not null check (mark in ${marks}),
      awarded_on date not null,
      valid_until date not null check (valid_until > awarded_on),
      school_name text not null,
      urn text not null,
      local_authority text
    );
    -- serves the public register, which is in this order
    create index award_by_day on award (awarded_on, id);
    -- serves School.awards
    create index award_by_school on award (school_id);

    create table school_membership (
      membership_id text primary key,
      school_id text not null,
      person_id text not null,
      role text not null,
      started_on date not null,
      ended_on date
    );
    -- serves the check that a reviewer is independent
    create index school_membership_by_person on school_membership (person_id);

    create table hub_appointment (
      appointment_id text primary key,
      hub_id text not null,
      person_id text not null,
      role text not null,
      started_on date not null,
      ended_on date
    );
    -- serves the check that a reviewer is independent
    create index hub_appointment_by_person on hub_appointment (person_id);
    `,
  ),
];
