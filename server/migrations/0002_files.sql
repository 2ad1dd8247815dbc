-- Files in storage. Runs on an empty table: no lock or size risk.

create table files (
  id uuid primary key,
  account_id uuid not null,
  kind text not null check (kind in ('upload', 'result')),
  key text not null unique check (length(key) between 1 and 200),
  content_type text not null,
  size_bytes bigint check (size_bytes > 0),
  sha256 bytea check (length(sha256) = 32),
  task_id uuid,
  state text not null default 'pending' check (state in ('pending', 'ready')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  check ((kind = 'result') = (task_id is not null)),
  check ((size_bytes is null) = (sha256 is null)),
  check (state = 'pending' or sha256 is not null)
);
create index files_expiry on files (expires_at);
create index files_account on files (account_id, created_at desc);
create index files_task on files (task_id) where task_id is not null;
comment on table files is 'Uploads and results in storage. The row is written before the object and removed after it, so no object is without a row.';
comment on column files.sha256 is 'Of the content that was checked; set before the object is stored, and the object never changes after that.';
comment on column files.expires_at is 'End of retention: the clean-up removes object and row after it.';
