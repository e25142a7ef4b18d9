import { sqlMigration } from "@psqm/database/migration";
import { eventPositionsMigration, eventsMigration } from "@psqm/events/migration";
import { filesMigration } from "@psqm/files/migration";
import { mailMigration } from "@psqm/mail/migration";

export const migrations = [
  eventsMigration,
  eventPositionsMigration,
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
  sqlMigration(
    "0004-threads-drafts-and-changes",
    `
    alter table conversation add column last_change integer not null default 0 check (last_change >= 0);
    alter table message
      add column thread_id text references message (id),
      add column quoted_id text references message (id),
      add column mentions text[] not null default '{}',
      add column version integer not null default 1,
      add column change integer not null default 0,
      add column edited_at timestamptz(3),
      add column deleted_at timestamptz(3);
    alter table message alter column mentions drop default;
    -- the answers of a thread, in order
    create index message_by_thread on message (thread_id, sequence) where thread_id is not null;
    -- what has changed in a conversation since a subscriber last looked
    create index message_by_change on message (conversation_id, change) where change > 0;

    -- what a message said before it was corrected
    create table message_version (
      message_id text not null references message (id),
      version integer not null,
      text text not null,
      written_at timestamptz(3) not null,
      primary key (message_id, version)
    );

    create table draft (
      conversation_id text not null references conversation (id),
      person_id text not null,
      text text not null,
      version integer not null,
      updated_at timestamptz(3) not null,
      primary key (conversation_id, person_id)
    );

    create table member (
      id text primary key,
      person_id text not null,
      school_id text,
      hub_id text,
      check ((school_id is null) <> (hub_id is null))
    );
    -- who takes part in the conversations of a school, and of a hub
    create index member_by_school on member (school_id) where school_id is not null;
    create index member_by_hub on member (hub_id) where hub_id is not null;
    `,
  ),
  sqlMigration(
    "0005-search",
    `
    -- messages that say certain words; which of them one may read is then a matter of their conversations
    create index message_by_words on message using gin (to_tsvector('english', text)) where deleted_at is null;
    `,
  ),
  sqlMigration(
    "0006-safety",
    `
    alter table conversation
      add column frozen_at timestamptz(3),
      add column frozen_reason text,
      add constraint conversation_frozen_with_reason check ((frozen_at is null) = (frozen_reason is null));

    create table concern (
      id text primary key,
      conversation_id text not null references conversation (id),
      message_id text references message (id),
      reported_by text not null,
      text text not null,
      reported_at timestamptz(3) not null,
      closed_at timestamptz(3),
      outcome text,
      check ((closed_at is null) = (outcome is null))
    );
    -- the concerns that somebody has reported, and those that wait for the programme team; the newest first
    create index concern_by_reporter on concern (reported_by, id);
    create index concern_open on concern (id) where closed_at is null;

    create table access (
      id text primary key,
      conversation_id text not null constraint access_conversation_id_foreign references conversation (id),
      opened_by text not null,
      reason text not null,
      opened_at timestamptz(3) not null,
      until timestamptz(3) not null
    );
    -- who has opened a conversation, the latest first
    create index access_by_conversation on access (conversation_id, opened_at);
    `,
  ),
  filesMigration,
  mailMigration,
  sqlMigration(
    "0007-notifications",
    `
    alter table participation add column mailed_sequence integer not null default 0;
    alter table preferences
      add column mails_digest boolean not null default true,
      add column mail_after_minutes integer not null default 30 check (mail_after_minutes between 5 and 1440),
      add column quiet_from text not null default '19:00',
      add column quiet_until text not null default '07:00',
      add column on_rest_days boolean not null default false,
      -- digest of the address that was last written to: by it an opt-out is found again
      add column mail_recipient bytea;
    -- messages after a position; they lie in that order, so this costs a write next to nothing
    create index message_by_position on message using brin (position) with (pages_per_range = 16, autosummarize = on);
    -- the conversations of a person
    create index member_by_person on member (person_id);

    -- how far it has been noted who got a message; the horizon is what had been drawn when that was done
    create table notice_cursor (
      one boolean primary key default true check (one),
      position bigint not null,
      horizon bigint not null,
      horizon_at timestamptz(3) not null default now()
    );
    insert into notice_cursor (position, horizon)
      select position, position from (select coalesce(max(position), 0) as position from message) as last;

    -- who may have to be told of what they have not read, and when that is to be looked at
    create table notice (
      person_id text primary key,
      due_at timestamptz(3) not null
    );
    create index notice_due on notice (due_at);
    `,
  ),
  sqlMigration(
    "0008-acknowledgements",
    `
    alter table message add column asks_acknowledgement boolean not null default false;
    -- who has taken note of a message that asks for it
    create table acknowledgement (
      message_id text not null references message (id),
      person_id text not null,
      at timestamptz(3) not null,
      primary key (message_id, person_id)
    );
    `,
  ),
  sqlMigration(
    "0009-holds-and-retention",
    `
    alter table conversation
      add column held_at timestamptz(3),
      add column held_reason text,
      add constraint conversation_held_with_reason check ((held_at is null) = (held_reason is null));
    alter table message
      add column erased_at timestamptz(3),
      drop constraint message_text_check,
      add constraint message_text_until_erased
        check (case when erased_at is null then char_length(text) between 1 and 10000 else text = '' end);
    -- whose words are due to be erased: sent long ago (they lie in that order), or deleted
    create index message_by_sending on message using brin (sent_at) with (pages_per_range = 16, autosummarize = on);
    create index message_to_erase on message (deleted_at) where deleted_at is not null and erased_at is null;
    `,
  ),
  sqlMigration(
    "0010-push",
    `
    alter table participation add column pushed_sequence integer not null default 0;

    -- browsers whose people let the platform tell them of things
    create table push_device (
      endpoint text primary key,
      person_id text not null,
      p256dh text not null,
      auth text not null,
      since timestamptz(3) not null
    );
    create index push_device_by_person on push_device (person_id);

    -- whose devices may have to be told, and when that is to be looked at
    create table push_notice (
      person_id text primary key,
      due_at timestamptz(3) not null
    );
    create index push_notice_due on push_notice (due_at);
    `,
  ),
];
