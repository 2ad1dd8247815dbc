-- Switches and marks of the whole installation. A new table: no lock or size risk.

create table settings (
  name text primary key,
  value jsonb not null
);
comment on table settings is 'Switches that operators flip while the system runs, as maintenance.';
