-- Callbacks, their deliveries and the secrets that sign them. New tables: no lock or size risk.

create table callbacks (
  id uuid primary key,
  task_id uuid,
  account_id uuid not null,
  url text not null,
  test_mode boolean not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'gone', 'failed')),
  tries integer not null default 0 check (tries >= 0),
  scheduled_tries integer not null default 0 check (scheduled_tries between 0 and tries),
  next_try_at timestamptz default now(),
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  occasion text not null default 'end' check (occasion in ('end', 'late', 'balance')),
  body text,
  replayed_at timestamptz,
  replay_id uuid,
  -- A result that comes after the end of its task is told by a callback of its own.
  constraint callbacks_once unique (task_id, occasion),
  check ((task_id is null) = (body is not null)),
  check ((state = 'pending') = (next_try_at is not null)),
  check ((state = 'pending') = (completed_at is null))
) with (
  fillfactor = 80,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000
);
create index callbacks_account on callbacks (account_id, test_mode, id desc);
-- Lists of what is late, or about a balance: next to none.
create index callbacks_special on callbacks (account_id, test_mode, id desc) where occasion <> 'end';
create index callbacks_completed on callbacks (completed_at) where completed_at is not null;
create index callbacks_given_up on callbacks (account_id, test_mode, id) where state in ('failed', 'gone');
create index callbacks_pending on callbacks (account_id, test_mode, id desc) where completed_at is null;
comment on table callbacks is 'What a receiver is told about the end of a task, or about a balance. The id is the webhook-id of every try.';
comment on column callbacks.body is 'What is posted; null for a callback about a task, whose body is the task as it is at the moment of the try.';
comment on column callbacks.tries is 'Tries of any kind; scheduled_tries are those that count against the schedule.';
comment on column callbacks.replayed_at is 'When it was last asked to be sent again, which may be once in ten seconds.';
comment on column callbacks.replay_id is 'The call that last asked to send it again, so that a repeat of that call is not refused for it.';

create table deliveries (
  callback_id uuid not null references callbacks on delete cascade,
  number integer not null check (number > 0),
  trigger text not null check (trigger in ('schedule', 'replay', 'copy')),
  sent_at timestamptz not null,
  duration_ms integer not null check (duration_ms >= 0),
  http_status integer,
  error text,
  response_head text,
  primary key (callback_id, number)
) with (
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000
);
comment on table deliveries is 'One try of a callback: when, how long, what came back or why nothing did. Append-only.';
comment on column deliveries.response_head is 'The first 1 KiB of the answer as text, without control characters.';

create table callback_secrets (
  id uuid primary key,
  account_id uuid not null,
  test_mode boolean not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
create unique index callback_secrets_current on callback_secrets (account_id, test_mode) where expires_at is null;
create index callback_secrets_account on callback_secrets (account_id, test_mode);
comment on table callback_secrets is 'Signing secrets of an account, apart for test and live, sealed with a key that is not in the database. One without an end is the current one.';
