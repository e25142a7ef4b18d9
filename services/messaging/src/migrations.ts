import { sqlMigration } from "@psqm/database/migration";
import { eventsMigration } from "@psqm/events/migration";

export const migrations = [
  eventsMigration,
  sqlMigration(
    "0001-conversation-and-message",
    `
    create table conversation (
      id text primary key,
      enrolment_id text not null constraint conversation_one_per_enrolment unique,
      school_id text not null,
      hub_id text not null,
      last_sequence integer not null default 0 check (last_sequence >= 0),
      started_at timestamptz(3) not null
    );
    -- conversations of a school's people, and of a hub's
    create index conversation_by_school on conversation (school_id, id);
    create index conversation_by_hub on conversation (hub_id, id);

    create table message (
      id text primary key,
      conversation_id text not null constraint message_conversation_id_foreign references conversation (id),
      sequence integer not null check (sequence >= 1),
      sender_id text not null,
      client_key text not null check (char_length(client_key) between 1 and 200),
      text text not null check (char_length(text) between 1 and 10000),
      sent_at timestamptz(3) not null,
      -- also what a page and a stream read: a conversation's messages after a sequence, in order
      constraint message_in_order unique (conversation_id, sequence),
      constraint message_sent_once unique (sender_id, client_key)
    );
    `,
  ),
  sqlMigration(
    "0002-inbox",
    `
    -- Names a conversation within an inbox cursor, in few bytes. Never shown.
    alter table conversation add column number integer generated always as identity;
    create unique index conversation_by_number on conversation (number);
    -- Drawn behind the conversation's lock, so it rises with the sequence in each conversation: the order of an inbox.
    alter table message add column position bigint generated always as identity;
    `,
  ),
  sqlMigration(
    "0003-participation",
    `
    create table participation (
      conversation_id text not null references conversation (id),
      person_id text not null,
      delivered_sequence integer not null default 0 check (delivered_sequence >= read_sequence),
      read_sequence integer not null default 0 check (read_sequence >= 0),
      muted_until timestamptz(3),
      pinned_at timestamptz(3),
      -- also what the receipts of a conversation are read by
      primary key (conversation_id, person_id)
    );
    -- a person's pinned conversations, the last pinned first
    create index participation_pinned on participation (person_id, pinned_at) where pinned_at is not null;

    create table preferences (
      person_id text primary key,
      shows_reading boolean not null default true
    );
    `,
  ),
];
