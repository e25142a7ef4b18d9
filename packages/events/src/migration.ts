import { sqlMigration } from "@psqm/database/migration";

/** Outbox, inbox, parked events and audit: the first migration of every service. */
export const eventsMigration = sqlMigration(
  "0000-events",
  `
  create table outbox (
    sequence bigint generated always as identity primary key,
    id text not null,
    type text not null,
    aggregate text not null,
    occurred_at timestamptz(3) not null,
    payload jsonb not null
  );
  create table event_cursor (
    source text primary key,
    position bigint not null default 0
  );
  create table inbox (
    event_id text primary key,
    handled_at timestamptz(3) not null default now()
  );
  create table parked_event (
    event_id text primary key,
    source text not null,
    position bigint not null,
    type text not null,
    aggregate text not null,
    sequence bigint not null,
    occurred_at timestamptz(3) not null,
    payload jsonb not null,
    reason text not null,
    attempts integer not null,
    parked_at timestamptz(3) not null default now(),
    replay boolean not null default false
  );
  create index parked_event_by_aggregate on parked_event (source, aggregate, position);
  create table audit (
    id bigint generated always as identity primary key,
    at timestamptz(3) not null,
    actor text not null,
    operation text not null,
    subject text not null,
    correlation_id text
  );
  create index audit_by_subject on audit (subject, id);
`,
);

/**
 * Where an event stands in its source's line, once that is known. Over Redis Streams the outbox keeps what it has told:
 * a Redis that has lost its data is filled again from it.
 */
export const eventPositionsMigration = sqlMigration(
  "0000-events-positions",
  `
  alter table outbox add column position bigint;
  -- what is still to be told, and what Redis may have to be told again
  create index outbox_untold on outbox (sequence) where position is null;
  create unique index outbox_told on outbox (position) where position is not null;
  `,
);
