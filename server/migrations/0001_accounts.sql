-- Accounts, their keys with the secrets that open them, and how fast a key may create. New tables: no lock or size risk.

create table accounts (
  id uuid primary key,
  name text not null unique check (length(name) between 1 and 100),
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  open_tasks_max integer check (open_tasks_max > 0),
  former_name text unique
);
comment on table accounts is 'Who pays: owns keys, balances, tasks and files.';
comment on column accounts.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';
comment on column accounts.former_name is 'Its first name, once it has another one: it still finds the account, and no other account takes it.';

create table api_keys (
  id uuid primary key,
  account_id uuid not null references accounts,
  mode text not null check (mode in ('live', 'test')),
  name text not null check (length(name) between 1 and 100),
  kind text not null default 'key' check (kind in ('key', 'playground')),
  role text not null default 'member' check (role in ('reader', 'member', 'owner')),
  hint text not null,
  strict boolean not null default false,
  reads_per_10s integer check (reads_per_10s > 0),
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  open_tasks_max integer check (open_tasks_max > 0),
  models text[],
  addresses text[],
  expires_at timestamptz,
  last_used_at timestamptz,
  agents_live boolean not null default false,
  agents_confirm_above bigint check (agents_confirm_above >= 0)
);
create index api_keys_account on api_keys (account_id);
create unique index api_keys_playground on api_keys (account_id, mode) where kind = 'playground';
comment on table api_keys is 'API keys: who may call, as what, and how often. What opens one is in key_secrets.';
comment on column api_keys.kind is 'A key that programs send, or the owner of the tasks that people make while they are signed in: that one has no secret.';
comment on column api_keys.role is 'What it may do in its account: a reader reads, a member also spends, an owner also manages.';
comment on column api_keys.hint is 'First and last letters of its newest secret.';
comment on column api_keys.reads_per_10s is 'Calls other than create per 10 s in each process; null is the setting of the server.';
comment on column api_keys.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';
comment on column api_keys.models is 'Models that it may use; null is all.';
comment on column api_keys.addresses is 'Where it may call from, as addresses and ranges (CIDR); null is anywhere.';
comment on column api_keys.agents_live is 'Whether agents may use it over MCP if it is a live key; a test key they may always use.';
comment on column api_keys.agents_confirm_above is 'Micro-credits above which a person has to agree to the create of an agent; null is never.';
comment on column api_keys.last_used_at is 'Written at most once a minute.';

create table key_secrets (
  digest bytea primary key check (length(digest) = 32),
  key_id uuid not null references api_keys,
  hint text not null,
  created_at timestamptz not null default now(),
  ends_at timestamptz
);
create index key_secrets_key on key_secrets (key_id);
comment on table key_secrets is 'What opens a key, by HMAC digest; the secret itself is shown once and never stored. After a rotation the earlier one works until ends_at.';

create table create_limits (
  key_id uuid primary key references api_keys,
  creates_max integer not null check (creates_max > 0),
  window_seconds integer not null default 10 check (window_seconds > 0),
  arrival_at timestamptz not null default '-infinity',
  credits_day_max bigint check (credits_day_max >= 0),
  credits_total_max bigint check (credits_total_max >= 0),
  spent bigint not null default 0,
  spent_today bigint not null default 0,
  spent_on date
) with (fillfactor = 50);
comment on table create_limits is 'How fast a key may create and how much it may spend, with what counts towards it. The counters change under the lock of the balance.';
comment on column create_limits.arrival_at is 'The theoretical arrival time of GCRA, on the database clock.';
comment on column create_limits.spent is 'Micro-credits: what open tasks of the key hold, and what its ended ones were charged.';
comment on column create_limits.spent_today is 'The same of the tasks that were created on the day spent_on (UTC).';
