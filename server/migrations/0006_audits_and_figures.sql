-- What the look of each minute needs to stay short when the tables have grown long. A new table, and an index on a
-- table that is empty before the first release.

create table ledger_checkpoints (
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  posted bigint not null,
  primary key (account_id, book)
);
comment on table ledger_checkpoints is 'Sums of the postings before a transfer that the settings name, so that the audit of each minute adds up the rest only.';

create index callbacks_pending on callbacks (id) where completed_at is null;
