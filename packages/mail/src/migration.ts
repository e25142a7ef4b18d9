import { sqlMigration } from "@psqm/database/migration";

/** For services that send mail: what they have to send, and who wants none of it. */
export const mailMigration = sqlMigration(
  "0000-mail",
  `
  create table mail (
    id text primary key,
    -- what makes a second mail of the same kind to the same person the same mail
    key text not null constraint mail_once unique,
    kind text not null,
    recipient bytea not null,
    topic text,
    -- address, name, subject and body: gone once they were sent
    letter jsonb,
    state text not null default 'WAITING' check (state in ('WAITING', 'SENT', 'KEPT', 'PARKED', 'UNWANTED')),
    queued_at timestamptz(3) not null,
    attempts integer not null default 0,
    attempted_at timestamptz(3),
    -- while it waits: when it is tried next; a sender that takes it moves this on, and whoever outlives it tries again
    due_at timestamptz(3) not null default now(),
    reason text,
    check ((letter is null) = (state in ('SENT', 'UNWANTED')))
  );
  create index mail_due on mail (due_at) where state = 'WAITING';
  -- how many were tried lately, which bounds how many are tried now
  create index mail_by_attempt on mail (attempted_at) where attempted_at is not null;

  create table mail_opt_out (
    recipient bytea not null,
    topic text not null,
    since timestamptz(3) not null,
    primary key (recipient, topic)
  );
`,
);
