-- Files in storage, and the functions that bound the living uploads of an account. A new table: no lock or size risk.

create table files (
  id uuid primary key,
  account_id uuid not null,
  kind text not null check (kind in ('upload', 'result', 'thumbnail')),
  key text not null unique check (length(key) between 1 and 200),
  content_type text not null,
  size_bytes bigint check (size_bytes > 0),
  sha256 bytea check (length(sha256) = 32),
  task_id uuid,
  state text not null default 'pending' check (state in ('pending', 'ready')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  reserved_bytes bigint not null default 0 check (reserved_bytes >= 0),
  poster_due timestamptz,
  poster_tries smallint not null default 0,
  check ((kind = 'result') = (task_id is not null)),
  check ((size_bytes is null) = (sha256 is null)),
  check (state = 'pending' or sha256 is not null)
) with (
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000
);
create index files_expiry on files (expires_at);
create index files_account on files (account_id, created_at desc);
create index files_task on files (task_id) where task_id is not null;
create index files_uploads on files (account_id) where kind = 'upload';
create index files_poster_due on files (poster_due) where poster_due is not null;
comment on table files is 'Uploads, results and small pictures of them in storage. The row is written before the object and removed after it, so no object is without a row.';
comment on column files.sha256 is 'Of the content that was checked; set before the object is stored, and the object never changes after that.';
comment on column files.expires_at is 'End of retention: the clean-up removes object and row after it.';
comment on column files.poster_due is 'When a worker next makes a small picture of it; null when there is one, or can be none.';
comment on column files.reserved_bytes is 'Announced by the uploads to this key that are under way; what a killed process left of it goes with the row.';

-- What an account has in uploads, in the order of the locks that guard them: taken before the count is read, so that of
-- many requests at once each counts the ones before it.
create function lock_uploads(p_accounts uuid[]) returns void language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(k.key) from (
    select distinct hashtextextended('reelay uploads ' || a.id, 0) as key from unnest(p_accounts) a (id) order by 1) k;
end $$;
comment on function lock_uploads is 'Until the end of the transaction nobody else reserves uploads for these accounts.';

create function count_uploads(p_account uuid, out files integer, out bytes bigint, out first_ends_at timestamptz)
language sql volatile as $$
  -- What is announced becomes what is kept: of a file that is being stored both are known, and are the same bytes.
  select count(*), coalesce(sum(greatest(size_bytes, reserved_bytes)), 0), min(expires_at)
  from files where account_id = p_account and kind = 'upload'
$$;
comment on function count_uploads is 'Uploads of an account that are kept or under way.';

create function reserve_uploads(p_files json, p_files_max integer, p_bytes_max bigint)
returns table (id uuid, taken boolean, files integer, bytes bigint, first_ends_at timestamptz)
language plpgsql volatile as $$
begin
  perform lock_uploads(array(select i."accountId" from json_to_recordset(p_files) i ("accountId" uuid)));
  return query
  with wanted as (
    select i.*, f.id is not null as is_there,
      count(*) filter (where f.id is null) over (partition by i."accountId" order by i.id) as place
    from json_to_recordset(p_files) i (id uuid, "accountId" uuid, key text, "contentType" text, "createdAt" timestamptz,
      "expiresAt" timestamptz)
    left join files f on f.id = i.id
  ), had as materialized (
    select a.account_id, c.* from (select distinct "accountId" as account_id from wanted) a
    cross join lateral count_uploads(a.account_id) c
  ), judged as materialized (
    -- One that is there already was written by this very request, whose answer was lost.
    select w.*, h.files, h.bytes, h.first_ends_at,
      w.is_there or (h.files + w.place <= p_files_max and h.bytes < p_bytes_max) as taken
    from wanted w join had h on h.account_id = w."accountId"
  ), written as (
    insert into files (id, account_id, kind, key, content_type, created_at, expires_at)
    select j.id, j."accountId", 'upload', j.key, j."contentType", j."createdAt", j."expiresAt"
    from judged j where j.taken and not j.is_there
  )
  select j.id, j.taken, j.files, j.bytes, j.first_ends_at from judged j;
end $$;
comment on function reserve_uploads is 'Writes the rows of new uploads as far as the limits of their accounts allow; says for each whether, and what the account had.';

create function reserve_upload_bytes(p_key text, p_bytes bigint, p_bytes_max bigint)
returns table (taken boolean, files integer, bytes bigint, first_ends_at timestamptz)
language plpgsql volatile as $$
declare
  v_account uuid;
begin
  select f.account_id into v_account from files f where f.key = p_key and f.kind = 'upload';
  if not found then return; end if;
  perform lock_uploads(array[v_account]);
  return query
  with had as materialized (select c.* from count_uploads(v_account) c),
  written as (
    update files f set reserved_bytes = f.reserved_bytes + p_bytes from had h
    where f.key = p_key and h.bytes - greatest(f.size_bytes, f.reserved_bytes)
      + greatest(f.size_bytes, f.reserved_bytes + p_bytes) <= p_bytes_max
    returning f.id
  )
  select exists (select from written), h.files, h.bytes, h.first_ends_at from had h;
end $$;
comment on function reserve_upload_bytes is 'Sets the announced bytes of an upload aside, as far as the limit of its account allows; no row when there is no such upload.';
