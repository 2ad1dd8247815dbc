-- Provider accounts. New tables: no lock or size risk.

create table credentials (
  id uuid primary key,
  provider text not null check (length(provider) between 1 and 64),
  name text not null check (length(name) between 1 and 100),
  source text not null check (source in ('environment', 'operator')),
  sealed bytea not null,
  fingerprint bytea not null check (length(fingerprint) = 32),
  hint text not null,
  requests_per_minute integer check (requests_per_minute > 0),
  open_tasks_max integer check (open_tasks_max > 0),
  weight integer not null default 1 check (weight > 0),
  enabled boolean not null default true,
  retired_at timestamptz,
  cooling_until timestamptz,
  cool_reason text,
  troubles integer not null default 0 check (troubles >= 0),
  last_ok_at timestamptz,
  last_trouble_at timestamptz,
  balance jsonb,
  balance_at timestamptz,
  created_at timestamptz not null default now(),
  unique (provider, fingerprint),
  check ((balance is null) = (balance_at is null))
);
create unique index credentials_name on credentials (provider, name) where retired_at is null;
comment on table credentials is 'Accounts at providers. A retired one takes no new task and stays as long as attempts name it: they are followed with it.';
comment on column credentials.sealed is 'All fields as JSON, AES-256-GCM under a key that is not in the database, bound to provider and id.';
comment on column credentials.fingerprint is 'HMAC of the fields that tell the account (its keys), to know it again without opening anything.';
comment on column credentials.cooling_until is 'Takes no new task before, on the clock of the database; cool_reason says why, also after it has returned.';
comment on column credentials.troubles is 'Troubles in a row for cool_reason: each doubles the next cool-down.';

create table credential_rates (
  credential_id uuid primary key,
  arrival_at timestamptz not null default '-infinity'
) with (fillfactor = 50);
comment on table credential_rates is 'Rate limit of starts at a provider account: the theoretical arrival time of GCRA, on the database clock.';

create table credential_usage (
  credential_id uuid not null,
  day date not null default (now() at time zone 'UTC')::date,
  succeeded integer not null default 0,
  failed integer not null default 0,
  cost_nanos bigint not null default 0,
  -- Each connection adds to a row of its own where it can: ends of tasks at one account do not wait for each other.
  stripe smallint not null default pg_backend_pid() % 16,
  primary key (credential_id, day, stripe)
) with (fillfactor = 50);
comment on table credential_usage is 'What provider accounts made and cost by day (UTC), in billionths of a US dollar; kept when attempts are removed.';
