import { sqlMigration } from "@psqm/database/migration";

/** For services whose things have files. */
export const filesMigration = sqlMigration(
  "0000-files",
  `
  create table file (
    id text primary key,
    subject text not null,
    added_by text not null,
    name text not null check (char_length(name) between 1 and 200),
    announced_bytes integer not null check (announced_bytes between 1 and 26214400),
    announced_sha256 text not null,
    asked_at timestamptz(3) not null,
    state text not null check (state in ('WAITING', 'QUARANTINED', 'CLEAN', 'REFUSED')),
    storage_key text,
    found text,
    media_type text,
    kept_bytes integer,
    kept_sha256 text,
    confirmed_at timestamptz(3),
    attached_to text,
    check (attached_to is null or state = 'CLEAN'),
    check ((found is not null) = (state = 'REFUSED')),
    check ((storage_key is null) = (state in ('WAITING', 'REFUSED')))
  );
  -- the files of a thing, in the order in which they were asked for
  create index file_by_thing on file (attached_to, id) where attached_to is not null;
  -- what somebody has not attached, and what is to be thrown away
  create index file_unattached on file (added_by, asked_at) where attached_to is null;
  -- what the scanner has still to see
  create index file_quarantined on file (confirmed_at) where state = 'QUARANTINED';
  `,
);
