-- What operators change about models, and the effect templates. New tables: no lock or size risk.

create table model_settings (
  model text primary key,
  enabled boolean not null default true,
  maintenance boolean not null default false,
  price jsonb,
  open_tasks_max integer check (open_tasks_max > 0)
);
comment on table model_settings is 'What an operator changed about a model of the catalogue: switches and price rule.';
comment on column model_settings.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';

create table templates (
  catalogue text not null,
  template_id text not null,
  item jsonb not null,
  position integer not null,
  enabled boolean not null default true,
  primary key (catalogue, template_id)
);
create index templates_order on templates (catalogue, position, template_id) where enabled;
comment on table templates is 'Effect templates as they are listed; unknown fields of an import are kept in item.';
