-- The ledger: balances and transfers. New tables: no lock or size risk.
-- What is set aside for a task is the price of its row, and its settlement is its end there. Nothing here carries a foreign
-- key to accounts: each insert would lock the parent row, and one busy account would make every insert wait for the others.
-- The audit proves the same relations.

create table balances (
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  posted bigint not null default 0,
  held bigint not null default 0 check (held >= 0),
  primary key (account_id, book),
  constraint balances_no_overdraft check (posted - held >= 0)
) with (fillfactor = 50);
comment on table balances is 'Micro-credits of an account in a book: posted is the sum of its transfers, held that of the prices of its open tasks.';

-- Rows stay for ever, so they are small: columns in the order of their width, and no time beside that of the id. A vacuum for
-- what was added reads the new pages only, so that the freezing of a large ledger never comes all at once.
create table transfers (
  id uuid primary key,
  account_id uuid not null,
  task_id uuid,
  amount bigint not null check (amount between -1000000000000000 and 1000000000000000),
  kind text not null check (kind in ('grant', 'adjust', 'capture', 'loss')),
  book text not null check (book in ('live', 'test')),
  reason text,
  external_reference text,
  constraint transfers_form check (
    case kind when 'grant' then amount > 0 when 'adjust' then amount <> 0 else amount < 0 and task_id is not null end)
) with (
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200000,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 500000
);
create index transfers_account on transfers (account_id, book, id desc);
create unique index transfers_reference on transfers (external_reference) where external_reference is not null;
-- What the operator bears is asked for by the metrics, among very many transfers.
create index transfers_losses on transfers (id) where kind = 'loss';
comment on table transfers is 'One movement of credits with its reason, from one side to another, which its kind says. Its id has the time. Append-only.';
comment on column transfers.amount is 'Micro-credits that the account gains (of a loss: the operator, below zero). The other side, which is grants, adjustments or revenue, gains the negative.';

create table ledger_checkpoints (
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  posted bigint not null,
  proven bigint not null default 0,
  primary key (account_id, book)
);
comment on table ledger_checkpoints is 'Sums of the transfers before one that the settings name, so that the audit of each minute adds up the rest only.';
comment on column ledger_checkpoints.proven is 'Sum of the transfers before the id up to which the audit of each day has proved the ledger; it begins there.';

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
comment on table ledger_hours is 'What the transfers below the checkpoint add to a balance, by the hour of their ids since 1970: a statement shows old balances without adding up what came after them.';

-- The least id of a moment.
create function first_id_at(moment timestamptz) returns uuid language sql immutable parallel safe as $$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- The charges of an old month are kept as sums, once a file has them one by one.
create table ledger_exports (
  month date primary key check (extract(day from month) = 1),
  transfers bigint not null,
  charges bigint not null,
  charged bigint not null,
  sha256 bytea not null,
  exported_at timestamptz not null default now(),
  summed_at timestamptz
);
comment on table ledger_exports is 'Closed months (UTC) of which a file was written: what is in it, and its SHA-256. Its charges are kept as sums alone from summed_at on.';
comment on column ledger_exports.charged is 'Sum of the charges of all accounts in both books, in micro-credits: below zero.';

create table ledger_months (
  month date not null references ledger_exports,
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  charges bigint not null,
  charged bigint not null,
  primary key (month, account_id, book)
);
comment on table ledger_months is 'What stands for the charges of old months that were removed: their number and their sum, below zero. Grants, corrections and losses are never removed.';

-- Money rows are history: an error is corrected by a further transfer.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
-- Old charges go in the transaction that adds them to the sum of their month, which says so.
create function refuse_transfer_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('reelay.is_summing', true) = 'yes' then return null; end if;
  raise exception 'transfers is append-only' using errcode = 'restrict_violation';
end $$;
create trigger transfers_append_only before update or delete on transfers
  for each statement execute function refuse_transfer_change();
