-- Assets: names that clients give to addresses of media. A new table: no lock or size risk.

create table assets (
  id uuid primary key,
  account_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  kind text not null check (kind in ('image', 'video', 'audio')),
  url text not null check (length(url) <= 2048),
  created_at timestamptz not null default now()
);
create index assets_account on assets (account_id, id desc);
comment on table assets is 'What an input may call asset://<id>: an address of a picture, clip or sound, kept for its account. The file itself stays where it is.';
