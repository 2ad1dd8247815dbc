-- Accounts, keys, catalogue, ledger and tasks. Runs on an empty database: no lock or size risk.
-- Hot tables (tasks, holds) carry no foreign keys to accounts: each insert would lock the parent row, and one busy
-- account would make every insert wait for the others. The sweeper proves the same relations each minute.

create table accounts (
  id uuid primary key,
  name text not null unique check (length(name) between 1 and 100),
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);
comment on table accounts is 'Who pays: owns keys, balances, tasks and files.';

create table api_keys (
  id uuid primary key,
  account_id uuid not null references accounts,
  mode text not null check (mode in ('live', 'test')),
  name text not null check (length(name) between 1 and 100),
  digest bytea not null unique check (length(digest) = 32),
  hint text not null,
  strict boolean not null default false,
  reads_per_10s integer check (reads_per_10s > 0),
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);
create index api_keys_account on api_keys (account_id);
comment on table api_keys is 'API keys by HMAC digest; the key itself is shown once and never stored.';
comment on column api_keys.reads_per_10s is 'Calls other than create per 10 s in each process; null is the setting of the server.';

create table create_rates (
  key_id uuid primary key references api_keys,
  creates_max integer not null check (creates_max > 0),
  window_seconds integer not null default 10 check (window_seconds > 0),
  arrival_at timestamptz not null default '-infinity'
) with (fillfactor = 50);
comment on table create_rates is 'Rate limit of creates: the theoretical arrival time of GCRA, on the database clock.';

create table settings (
  name text primary key,
  value jsonb not null
);
comment on table settings is 'Switches that operators flip while the system runs, as maintenance.';

create table model_settings (
  model text primary key,
  enabled boolean not null default true,
  maintenance boolean not null default false,
  price jsonb
);
comment on table model_settings is 'What an operator changed about a model of the catalogue: switches and price rule.';

create table templates (
  catalogue text not null check (catalogue in ('bytedance', 'vidu', 'kling')),
  template_id text not null,
  item jsonb not null,
  position integer not null,
  enabled boolean not null default true,
  primary key (catalogue, template_id)
);
create index templates_order on templates (catalogue, position, template_id) where enabled;
comment on table templates is 'Effect templates as they are listed; unknown fields of an import are kept in item.';

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

create table tasks (
  id uuid primary key,
  account_id uuid not null,
  key_id uuid not null,
  book text not null check (book in ('live', 'test')),
  model text not null,
  input json not null,
  callback_url text,
  state text not null default 'pending'
    check (state in ('pending', 'running', 'storing', 'succeeded', 'failed', 'cancelled', 'expired')),
  epoch integer not null default 0,
  node_id uuid,
  due_at timestamptz default now(),
  deadline_at timestamptz not null,
  cancel_requested_at timestamptz,
  price bigint not null,
  captured bigint,
  provider text,
  model_version text,
  result_code integer,
  result_error text,
  result_message text,
  result_usage json,
  outputs json,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  idempotency_key text,
  request_digest bytea,
  check ((due_at is null) = (state in ('succeeded', 'failed', 'cancelled', 'expired'))),
  check ((due_at is null) = (completed_at is not null))
) with (fillfactor = 70);
create index tasks_due on tasks (due_at) where due_at is not null;
create index tasks_account on tasks (account_id, book, id desc);
create unique index tasks_idempotency on tasks (account_id, idempotency_key) where idempotency_key is not null;
create index tasks_node on tasks (node_id) where node_id is not null;
create index tasks_completed on tasks (completed_at) where completed_at is not null;
comment on table tasks is 'What a client asked for and how far it got. Ids are UUIDs that sort by time of creation.';
comment on column tasks.epoch is 'Counts claims; every write of a worker names the epoch that it claimed, so a late one changes nothing.';
comment on column tasks.due_at is 'When a worker should look next; a lease is a due_at in the future. Null once the task has ended.';
comment on column tasks.price is 'Micro-credits held at create; captured is what was charged in the end, null until then.';

create table attempts (
  task_id uuid not null,
  epoch integer not null,
  provider text not null,
  state text not null check (state in ('intent', 'accepted', 'rejected', 'unknown', 'succeeded', 'failed', 'abandoned')),
  reference json,
  detail text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (task_id, epoch)
);
comment on table attempts is 'One try of a task at one provider, written as intent before anything leaves.';

create table task_events (
  id bigint generated always as identity primary key,
  task_id uuid not null,
  name text not null,
  detail json,
  created_at timestamptz not null default now()
);
create index task_events_task on task_events (task_id, id);
comment on table task_events is 'The timeline of a task, for its owner: what happened when, tries included.';

create table nodes (
  id uuid primary key,
  host text not null,
  process_id integer not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
comment on table nodes is 'Running processes; one that has not been seen for a while is dead and its tasks are free again.';

-- Money rows are history: an error is mended by a further transfer.
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
