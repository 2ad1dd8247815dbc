-- Notices of low balances. New table: no lock or size risk.
-- It is apart from the balances, which every create locks and writes.

create table balance_notices (
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  receiver text not null check (receiver in ('owners', 'operator')),
  threshold bigint not null check (threshold between 1 and 1000000000000000),
  callback_url text,
  is_mailed boolean not null,
  mail_to text check ((mail_to is not null) = (receiver = 'operator')),
  is_below boolean not null,
  crossed_at timestamptz,
  primary key (account_id, book, receiver)
);
comment on table balance_notices is 'Below which balance the owners of a book, or the operator, want a notice, and how. A receiver without a row gets none.';
comment on column balance_notices.is_below is 'Whether what is free was below the threshold at the last look. A notice is written when this becomes true.';
comment on column balance_notices.mail_to is 'The address of the operator. Owners have the addresses of their memberships.';
