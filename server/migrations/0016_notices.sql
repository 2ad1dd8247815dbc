-- Notices of low balances. New table: no lock or size risk.
-- It is apart from the balances, which every create locks and writes.

create table balance_notices (
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  threshold bigint not null check (threshold between 1 and 1000000000000000),
  callback_url text,
  is_mailed boolean not null,
  is_below boolean not null,
  crossed_at timestamptz,
  primary key (account_id, book)
);
comment on table balance_notices is 'Below which balance the owners of a book want a notice, and how. A book without a row has no notices.';
comment on column balance_notices.is_below is 'Whether what is free was below the threshold at the last look. A notice is written when this becomes true.';
