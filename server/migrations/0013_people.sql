-- People, how they sign in, and what they may do in which account. New tables: no lock or size risk.
-- people, sessions, sign_ins and verifications have the columns that better-auth 1.7 reads and writes.

create table people (
  id uuid primary key,
  email text not null unique check (email = lower(email) and length(email) between 3 and 254),
  email_verified boolean not null default false,
  name text not null check (length(name) between 1 and 100),
  image text,
  is_operator boolean not null default false,
  has_second_factor boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table people is 'Who can sign in. An address stands for one person, in small letters.';
comment on column people.is_operator is 'Runs the instance: may do at the operator API what its token may.';

create table second_factors (
  person_id uuid primary key references people on delete cascade,
  sealed bytea not null,
  confirmed_at timestamptz,
  last_step integer not null default 0,
  wrong_codes integer not null default 0,
  wrong_since timestamptz,
  created_at timestamptz not null default now()
);
comment on table second_factors is 'The secret behind the codes of a person, sealed under the secret of the server. It counts from confirmed_at on.';
comment on column second_factors.last_step is 'The half minute, since 1970, of the last code that was taken: neither that code nor an earlier one is taken again.';

create table backup_codes (
  person_id uuid not null references second_factors on delete cascade,
  digest bytea not null check (length(digest) = 32),
  primary key (person_id, digest)
);
comment on table backup_codes is 'Codes that stand in for one of the second factor, each once, as HMAC-SHA-256 under the secret of the server.';

create table sign_ins (
  id uuid primary key,
  person_id uuid not null references people on delete cascade,
  provider_id text not null,
  account_id text not null,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index sign_ins_person on sign_ins (person_id);
comment on table sign_ins is 'The ways in which a person signs in: credential is a password, of which the scrypt hash is kept.';
comment on column sign_ins.account_id is 'Who the person is at that provider; of a password the id of the person.';

create table sessions (
  id uuid primary key,
  person_id uuid not null references people on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index sessions_person on sessions (person_id);
comment on table sessions is 'Who is signed in. The cookie is the token with a signature under the secret of the server, so this table alone opens nothing.';

create table verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verifications_identifier on verifications (identifier);
comment on table verifications is 'What is under way while a person signs in elsewhere or confirms an address; short-lived.';

create table memberships (
  person_id uuid not null references people on delete cascade,
  account_id uuid not null references accounts,
  role text not null check (role in ('reader', 'member', 'owner')),
  created_at timestamptz not null default now(),
  primary key (person_id, account_id)
);
create index memberships_account on memberships (account_id);
comment on table memberships is 'What a person may do in an account.';

create table invitations (
  id uuid primary key,
  kind text not null check (kind in ('join', 'password')),
  digest bytea not null unique check (length(digest) = 32),
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  account_id uuid references accounts,
  role text check (role in ('reader', 'member', 'owner')),
  is_operator boolean not null default false,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check ((account_id is null) = (role is null)),
  check (kind = 'password' or is_operator or account_id is not null)
);
create index invitations_account on invitations (account_id);
comment on table invitations is 'Links by which one address joins, each once: into an account, as an operator, or to choose another password. The link holds a token of which this is the SHA-256.';

create table setup_links (
  is_only boolean primary key default true check (is_only),
  digest bytea not null check (length(digest) = 32),
  expires_at timestamptz not null
);
comment on table setup_links is 'The link that makes its user the first operator: the newest counts, and it is gone once it was used.';

create table entry_tries (
  digest bytea primary key check (length(digest) = 32),
  arrival_at timestamptz not null
);
create index entry_tries_arrival on entry_tries (arrival_at);
comment on table entry_tries is 'Tries to get in, and mails that others ask for, by the SHA-256 of what is counted: an address or an email. arrival_at is the theoretical arrival time of GCRA; once it is past, the row says nothing and goes.';
