-- What keys have used, by day. A new table: no lock or size risk.

create table usage_days (
  account_id uuid not null,
  book text not null check (book in ('live', 'test')),
  day date not null,
  key_id uuid not null,
  model text not null,
  succeeded integer not null default 0,
  failed integer not null default 0,
  cancelled integer not null default 0,
  expired integer not null default 0,
  credits bigint not null default 0 check (credits >= 0),
  primary key (account_id, book, day, key_id, model)
) with (
  fillfactor = 70,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000
);
comment on table usage_days is 'Ended tasks and their micro-credits by the day (UTC) on which they were created. Each settlement adds to it under the lock of the balance; it stays when tasks are removed.';
