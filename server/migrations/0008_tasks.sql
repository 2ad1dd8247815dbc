-- Tasks and their timeline. New tables: no lock or size risk.
-- Tasks carry no foreign key to accounts: each insert would lock the parent row, and one busy account would make every
-- insert wait for the others. The audit proves the same relation each minute.
-- Statistics and vacuum of every table that grows with tasks follow a number of changes: a share of the table, which is the
-- default, would be a day's work of changes once the history is long.

-- What an index of metadata holds: a number for each pair of a name and a text, which also stands for the owner, so that a
-- look for one reads nothing of another account. Two pairs may share a number: a reader compares the texts, too.
create function metadata_terms(account_id uuid, book text, metadata json) returns bigint[]
language sql immutable parallel safe as $$
  select array_agg(hashtextextended(account_id::text || book || e'\x1f' || m.key || e'\x1f' || m.value, 0))
  from json_each_text(metadata) m (key, value)
$$;

create table tasks (
  id uuid primary key,
  account_id uuid not null,
  key_id uuid not null,
  book text not null check (book in ('live', 'test')),
  model text not null,
  input json not null,
  callback_url text,
  door text not null default 'crun',
  state text not null default 'pending'
    check (state in ('pending', 'running', 'storing', 'succeeded', 'failed', 'cancelled', 'expired')),
  epoch integer not null default 0,
  node_id uuid,
  due_at timestamptz default now(),
  deadline_at timestamptz not null,
  cancel_requested_at timestamptz,
  cancel_requested_by text check (cancel_requested_by in ('client', 'operator')),
  price bigint not null,
  captured bigint,
  provider text,
  model_version text,
  result_error text,
  result_message text,
  result_usage json,
  outputs json,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  idempotency_key text,
  request_digest bytea,
  skips_render boolean,
  source text not null default 'api' check (source in ('api', 'playground')),
  metadata json,
  sent json,
  resent integer,
  price_version text,
  transfer_id uuid,
  check ((due_at is null) = (state in ('succeeded', 'failed', 'cancelled', 'expired'))),
  check ((due_at is null) = (completed_at is not null))
) with (
  fillfactor = 70,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000
);
-- Each account has its own queue for each model, so that a claim can be fair without reading all that waits.
create index tasks_due on tasks (account_id, model, due_at) where due_at is not null;
create index tasks_account on tasks (account_id, book, id desc);
-- The books of an account know nothing of each other: a key that was used with a test key is free for a live one.
-- For lists by model, state or key. They have ended tasks alone, so that each task enters them once, at its end.
create index tasks_ended on tasks (account_id, book, model, state, id desc) where completed_at is not null;
create index tasks_ended_key on tasks (account_id, book, key_id, id desc) where completed_at is not null;
create index tasks_ended_name on tasks (account_id, book, (sent ->> 'model'), id desc)
  where completed_at is not null and sent is not null;
create unique index tasks_idempotency on tasks (account_id, book, idempotency_key) where idempotency_key is not null;
create index tasks_node on tasks (node_id) where node_id is not null;
create index tasks_completed on tasks (completed_at) where completed_at is not null;
-- Tasks of test keys that need no renderer do not wait in its queue.
create index tasks_skipping_render on tasks (account_id, due_at)
where due_at is not null and state = 'pending' and skips_render;
-- Most tasks have no metadata, and cost this index nothing.
create index tasks_metadata on tasks using gin (metadata_terms(account_id, book, metadata)) where metadata is not null;
comment on table tasks is 'What a client asked for and how far it got. Ids are UUIDs that sort by time of creation.';
comment on column tasks.sent is 'The name of the model and the input as the client spelled them; null where model and input are spelled so.';
comment on column tasks.resent is 'The last attempt of its client to send its create again under no idempotency key; null if there was none.';
comment on column tasks.epoch is 'Counts claims; every write of a worker names the epoch that it claimed, so a late one changes nothing.';
comment on column tasks.due_at is 'When a worker should look next; a lease is a due_at in the future. Null once the task has ended.';
comment on column tasks.price is 'Micro-credits held at create; captured is what was charged in the end, null until then.';
comment on column tasks.price_version is 'The version of the price that it was created with; an audit finds a task without one.';
comment on column tasks.transfer_id is 'The transfer by which it was charged; null when nothing was.';
comment on column tasks.door is 'The dialect of the API that it was created in, which is that of its callback.';
comment on column tasks.source is 'Where it was made: by a key, or by a person in the playground.';
comment on column tasks.metadata is 'Short texts of the client''s own, by name; null when there are none.';
comment on column tasks.skips_render is 'Whether it asks for a scenario that fails or waits before it would be rendered; null stands for no.';

-- What a task holds, and what it was charged in the end, are history. Triggers by column cost nothing where a statement does
-- not name one.
create function refuse_new_price() returns trigger language plpgsql as $$
begin
  raise exception 'the money of a task never changes' using errcode = 'restrict_violation';
end $$;
create trigger tasks_price_stays before update of account_id, book, price, price_version on tasks
  for each statement execute function refuse_new_price();
create trigger tasks_charge_stays before update of captured, transfer_id on tasks
  for each row when (old.completed_at is not null) execute function refuse_new_price();

create table task_events (
  id bigint generated always as identity primary key,
  task_id uuid not null,
  name text not null,
  detail json,
  created_at timestamptz not null default now()
) with (
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200000
);
create index task_events_task on task_events (task_id, id);
comment on table task_events is 'The timeline of a task, for its owner: what happened when, tries included.';

create table refused_creates (
  id uuid primary key,
  outcome text not null,
  refused_at timestamptz not null default now()
);
comment on table refused_creates is 'New tasks that were refused by a repeat, after the answer to their first statement was lost; should that one still come, it writes nothing. Kept for an hour.';
