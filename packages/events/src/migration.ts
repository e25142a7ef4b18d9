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
