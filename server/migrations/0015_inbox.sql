-- Inboxes: addresses of this server to try callbacks with. New tables: no lock or size risk.

create table inboxes (
  id uuid primary key,
  account_id uuid not null,
  test_mode boolean not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index inboxes_account on inboxes (account_id, test_mode, id desc);
create index inboxes_expiry on inboxes (expires_at);
comment on table inboxes is 'Addresses of this server that keep what is posted to them for a day. The code of the address follows from the id and the secret of the server.';

create table inbox_requests (
  id uuid primary key,
  inbox_id uuid not null references inboxes on delete cascade,
  received_at timestamptz not null default clock_timestamp(),
  method text not null,
  query text not null,
  headers jsonb not null,
  body bytea not null,
  body_bytes integer not null check (body_bytes >= length(body)),
  signature text not null check (signature in ('valid', 'invalid', 'absent'))
);
create index inbox_requests_inbox on inbox_requests (inbox_id, id desc);
comment on table inbox_requests is 'What was posted to an inbox: the last 50 requests, one megabyte at most.';
comment on column inbox_requests.body is 'Its first bytes; body_bytes is how many there were.';
comment on column inbox_requests.signature is 'Whether it verified when it came, by a secret that the account had at that moment.';
