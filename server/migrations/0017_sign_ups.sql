-- Open sign-up. New table: no lock or size risk.

create table sign_ups (
  email text primary key check (email = lower(email) and length(email) between 3 and 254),
  digest bytea not null unique check (length(digest) = 32),
  expires_at timestamptz not null
);
comment on table sign_ups is 'Links by which an address makes a person and an account, each once. The link holds a token of which this is the SHA-256; an address that belongs to a person has a row too, for a token that nobody was given.';
