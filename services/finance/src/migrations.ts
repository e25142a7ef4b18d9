import { sqlMigration } from "@psqm/database/migration";
import { eventPositionsMigration, eventsMigration } from "@psqm/events/migration";
import { idempotencyMigration } from "@psqm/subgraph/idempotency";

export const migrations = [
  eventsMigration,
  eventPositionsMigration,
  idempotencyMigration,
  sqlMigration(
    "0001-invoice-and-earning",
    `
    -- One row, whose lock makes numbers gap-free.
    create table invoice_counter (
      only_row boolean primary key default true check (only_row),
      last integer not null check (last >= 0)
    );
    insert into invoice_counter (last) values (0);

    create table invoice (
      id text primary key,
      number text not null constraint invoice_number_once unique,
      enrolment_id text not null constraint invoice_one_per_enrolment unique,
      school_id text not null,
      payer text not null check (payer in ('SCHOOL', 'FUNDER')),
      payer_name text not null,
      state text not null,
      lines jsonb not null,
      total_pence integer not null check (total_pence > 0),
      paid_pence integer not null check (paid_pence between 0 and total_pence),
      issued_on date not null,
      due_on date not null check (due_on >= issued_on),
      constraint invoice_state_follows_amounts check (
        state = case when paid_pence = total_pence then 'PAID' when paid_pence = 0 then 'ISSUED' else 'PART_PAID' end
      )
    );
    -- a school's invoices; the finance officer's by state
    create index invoice_by_school on invoice (school_id, id);
    create index invoice_by_state on invoice (state, id);

    create table payment (
      id text primary key,
      invoice_id text not null constraint payment_invoice_id_foreign references invoice (id),
      amount_pence integer not null check (amount_pence > 0),
      reference text not null,
      received_on date not null,
      recorded_by_id text not null,
      recorded_at timestamptz(3) not null
    );
    -- an invoice's payments in order
    create index payment_by_invoice on payment (invoice_id, id);

    create table earning (
      id text primary key,
      person_id text not null,
      kind text not null check (kind in ('HUB_SCHOOL', 'REVIEW')),
      source_id text not null,
      enrolment_id text not null,
      amount_pence integer not null check (amount_pence > 0),
      rule text not null,
      version text not null,
      citation text not null,
      accrued_at timestamptz(3) not null,
      constraint earning_once_per_source unique (kind, source_id)
    );
    -- a person's earnings, the newest first
    create index earning_by_person on earning (person_id, id);
    `,
  ),
  sqlMigration(
    "0002-credit-notes",
    `
    -- One row, whose lock makes numbers gap-free.
    create table credit_note_counter (
      only_row boolean primary key default true check (only_row),
      last integer not null check (last >= 0)
    );
    insert into credit_note_counter (last) values (0);

    alter table invoice
      add column credited_pence integer not null default 0 check (credited_pence between 0 and total_pence),
      drop constraint invoice_state_follows_amounts,
      add constraint invoice_state_follows_amounts check (
        state = case
          when credited_pence = total_pence then 'CREDITED'
          when paid_pence >= total_pence - credited_pence then 'PAID'
          when paid_pence = 0 then 'ISSUED'
          else 'PART_PAID'
        end
      );

    create table credit_note (
      id text primary key,
      number text not null constraint credit_note_number_once unique,
      -- also: the credit note of an invoice
      invoice_id text not null constraint credit_note_one_per_invoice unique
        constraint credit_note_invoice_id_foreign references invoice (id),
      amount_pence integer not null check (amount_pence > 0),
      reason text not null,
      rule text not null,
      version text not null,
      citation text not null,
      issued_on date not null
    );
    `,
  ),
];
