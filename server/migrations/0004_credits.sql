-- The ledger: balances, transfers with their postings, holds and settlements. New tables: no lock or size risk.
-- Holds carry no foreign key to accounts: each insert would lock the parent row, and one busy account would make every
-- insert wait for the others. The audit proves the same relation each minute.

create table balances (
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  posted bigint not null default 0,
  held bigint not null default 0 check (held >= 0),
  primary key (account_id, book),
  constraint balances_no_overdraft check (posted - held >= 0)
) with (fillfactor = 50);
comment on table balances is 'Micro-credits of an account in a book: posted is the sum of its postings, held that of its open holds.';

create table transfers (
  id uuid primary key,
  kind text not null check (kind in ('grant', 'adjust', 'capture', 'loss')),
  book text not null check (book in ('live', 'test')),
  account_id uuid not null,
  task_id uuid,
  reason text not null default '',
  external_reference text unique,
  created_at timestamptz not null default now()
);
create index transfers_account on transfers (account_id, book, id desc);
-- What the operator bears is asked for by the metrics, among very many transfers.
create index transfers_losses on transfers (id) where kind = 'loss';
comment on table transfers is 'One movement of credits with its reason; its postings add up to zero. Append-only.';

create table postings (
  transfer_id uuid not null references transfers,
  ledger text not null check (ledger in ('account', 'grants', 'adjustments', 'revenue', 'loss')),
  amount bigint not null check (amount between -1000000000000000 and 1000000000000000),
  primary key (transfer_id, ledger)
);
comment on table postings is 'The two or more sides of a transfer in micro-credits; plus is what the ledger gains. Append-only.';

create table holds (
  task_id uuid primary key,
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  amount bigint not null check (amount between 0 and 1000000000000000),
  price_version text not null,
  created_at timestamptz not null default now()
);
comment on table holds is 'Credits set aside for a task at create. One for each task, ended by exactly one settlement. Append-only.';

create table settlements (
  task_id uuid primary key references holds,
  kind text not null check (kind in ('capture', 'void', 'expire')),
  captured bigint not null check (captured >= 0),
  transfer_id uuid references transfers,
  created_at timestamptz not null default now(),
  check ((kind = 'capture') or captured = 0)
);
comment on table settlements is 'The one end of a hold: captured is charged, the rest went back in the same transaction. Append-only.';

create table ledger_checkpoints (
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  posted bigint not null,
  proven bigint not null default 0,
  primary key (account_id, book)
);
comment on table ledger_checkpoints is 'Sums of the postings before a transfer that the settings name, so that the audit of each minute adds up the rest only.';
comment on column ledger_checkpoints.proven is 'Sum of the postings before the id up to which the audit of each day has proved the ledger; it begins there.';

-- The hour of an id, since 1970: ids sort by time.
create function hour_of_id(id uuid) returns integer language sql immutable parallel safe as $$
  select (('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 3600000)::integer
$$;

create table ledger_hours (
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  hour integer not null,
  posted bigint not null,
  primary key (account_id, book, hour)
);
comment on table ledger_hours is 'What the postings below the checkpoint add to a balance, by the hour of their ids since 1970: a statement shows old balances without adding up what came after them.';

-- Money rows are history: an error is corrected by a further transfer.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger transfers_append_only before update or delete on transfers
  for each statement execute function refuse_change();
create trigger postings_append_only before update or delete on postings
  for each statement execute function refuse_change();
create trigger holds_append_only before update or delete on holds
  for each statement execute function refuse_change();
create trigger settlements_append_only before update or delete on settlements
  for each statement execute function refuse_change();
