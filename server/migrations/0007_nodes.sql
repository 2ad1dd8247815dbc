-- The processes that share the database. A new table: no lock or size risk.

create table nodes (
  id uuid primary key,
  host text not null,
  process_id integer not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
comment on table nodes is 'Running processes; one that has not been seen for a while is dead and its tasks are free again.';
