-- Tries of tasks at providers. A new table: no lock or size risk.

create table attempts (
  task_id uuid not null,
  epoch integer not null,
  provider text not null,
  state text not null
    check (state in ('assigned', 'intent', 'accepted', 'rejected', 'unknown', 'succeeded', 'failed', 'abandoned')),
  reference json,
  detail text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  credential_id uuid,
  offer text,
  account_id uuid,
  key_id uuid,
  model text,
  usual_seconds integer not null default 60,
  intent_at timestamptz,
  look_at timestamptz,
  looked_at timestamptz,
  reason text,
  is_late boolean not null default false,
  used json,
  cost_nanos bigint check (cost_nanos >= 0),
  made_at timestamptz,
  unreadable_at timestamptz,
  kept json,
  primary key (task_id, epoch)
) with (
  -- Written five times on its way: a new version that finds room beside the old one changes one page, not two.
  fillfactor = 50,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000
);
create index attempts_looks on attempts (credential_id, look_at) where look_at is not null;
create index attempts_open on attempts (provider) where ended_at is null;
-- For the figures and for operators: next to none.
create index attempts_marked on attempts (task_id)
  where ended_at is null and (made_at is not null or unreadable_at is not null);
comment on table attempts is 'One try of a task at one provider, written as intent before anything leaves.';
comment on column attempts.state is 'assigned: to an offer and a credential, nothing was sent; intent: it may have been; unknown: it may run.';
comment on column attempts.look_at is 'When the provider is asked next; null for one that nobody has to ask about.';
comment on column attempts.is_late is 'Its task has ended without it; what still comes of it is the operator''s, and no client waits for its place.';
comment on column attempts.cost_nanos is 'What the operator pays for it, in billionths of a US dollar, as far as the provider reports its use.';
comment on column attempts.made_at is 'When its provider first said that it had made it while the files could not be had: nothing else is started for the task.';
comment on column attempts.unreadable_at is 'The first answer that could not be read, with no readable one since.';
comment on column attempts.kept is 'The files of it that are stored already, by their place among its outputs, while others are still asked for.';

-- No table: its numbers have gaps where a round was undone, which is what they are asked for.
create sequence dispatch_rounds;
comment on sequence dispatch_rounds is 'Numbers the rounds of the dispatchers of all nodes, so that one knows whether another had its turn since.';
