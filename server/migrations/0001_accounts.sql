-- Accounts, their keys, and how fast a key may create. New tables: no lock or size risk.

create table accounts (
  id uuid primary key,
  name text not null unique check (length(name) between 1 and 100),
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  open_tasks_max integer check (open_tasks_max > 0)
);
comment on table accounts is 'Who pays: owns keys, balances, tasks and files.';
comment on column accounts.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';

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
  disabled_at timestamptz,
  open_tasks_max integer check (open_tasks_max > 0)
);
create index api_keys_account on api_keys (account_id);
comment on table api_keys is 'API keys by HMAC digest; the key itself is shown once and never stored.';
comment on column api_keys.reads_per_10s is 'Calls other than create per 10 s in each process; null is the setting of the server.';
comment on column api_keys.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';

create table create_rates (
  key_id uuid primary key references api_keys,
  creates_max integer not null check (creates_max > 0),
  window_seconds integer not null default 10 check (window_seconds > 0),
  arrival_at timestamptz not null default '-infinity'
) with (fillfactor = 50);
comment on table create_rates is 'Rate limit of creates: the theoretical arrival time of GCRA, on the database clock.';
