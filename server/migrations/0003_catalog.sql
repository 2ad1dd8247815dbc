-- What operators change about models, and the effect templates. New tables: no lock or size risk.

create table model_settings (
  model text primary key,
  enabled boolean not null default true,
  maintenance boolean not null default false,
  open_tasks_max integer check (open_tasks_max > 0),
  offers jsonb
);
comment on table model_settings is 'What an operator changed about a model of the catalogue: switches, caps and the choice among its offers.';
comment on column model_settings.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';

comment on column model_settings.offers is 'By the name of an offer: order, weight and whether it is on, where an operator set them.';

create table model_prices (
  model text not null,
  starts_at timestamptz not null,
  price jsonb,
  primary key (model, starts_at)
);
comment on table model_prices is 'Prices that an operator set, each with the moment from which it holds; null is the price of the data file again.';

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

create table template_covers (
  catalogue text not null,
  template_id text not null,
  source text not null,
  image bytea check (length(image) <= 40960),
  version text,
  fault text,
  tried_at timestamptz not null default now(),
  primary key (catalogue, template_id),
  foreign key (catalogue, template_id) references templates on delete cascade,
  check ((image is null) = (version is null)),
  check ((image is null) = (fault is not null))
);
comment on table template_covers is 'Small pictures of imported templates, made from the addresses in their entries, so that no page loads pictures from other hosts.';
comment on column template_covers.source is 'The address that it was made from; another one in the entry makes it out of date.';
comment on column template_covers.fault is 'Why there is none; it is tried again after a day.';

-- Without a foreign key: the row goes after its object, so that no object is left behind by a template that is gone.
create table template_previews (
  catalogue text not null,
  template_id text not null,
  source text not null,
  key text not null unique check (length(key) between 1 and 200),
  version text,
  content_type text,
  size_bytes integer check (size_bytes > 0),
  fault text,
  tried_at timestamptz not null default now(),
  primary key (catalogue, template_id),
  check ((version is null) = (content_type is null) and (version is null) = (size_bytes is null)),
  check (version is null or fault is null)
);
comment on table template_previews is 'Copies of the preview videos of imported templates; the videos are in storage. With neither version nor fault a copy is being made.';
comment on column template_previews.source is 'The address that it was copied from; another one in the entry makes it out of date.';
comment on column template_previews.fault is 'Why there is none; it is tried again after a day.';
