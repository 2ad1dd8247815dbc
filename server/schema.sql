-- The database after all migrations. Written by `npm run schema`; never edited by hand.

create type task_end as (
  id uuid,
  epoch integer,
  state text,
  captured bigint,
  transfer_id uuid,
  provider text,
  model_version text,
  result_error text,
  result_message text,
  result_usage json,
  outputs json
);

create sequence dispatch_rounds;
comment on sequence dispatch_rounds is 'Numbers the rounds of the dispatchers of all nodes, so that one knows whether another had its turn since.';

create table accounts (
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  disabled_at timestamp with time zone,
  open_tasks_max integer,
  former_name text,
  constraint accounts_pkey PRIMARY KEY (id),
  constraint accounts_former_name_key UNIQUE (former_name),
  constraint accounts_name_key UNIQUE (name),
  constraint accounts_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint accounts_open_tasks_max_check CHECK ((open_tasks_max > 0))
);
comment on table accounts is 'Who pays: owns keys, balances, tasks and files.';
comment on column accounts.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';
comment on column accounts.former_name is 'Its first name, once it has another one: it still finds the account, and no other account takes it.';

create table api_keys (
  id uuid not null,
  account_id uuid not null,
  mode text not null,
  name text not null,
  kind text not null default 'key'::text,
  role text not null default 'member'::text,
  hint text not null,
  strict boolean not null default false,
  reads_per_10s integer,
  created_at timestamp with time zone not null default now(),
  disabled_at timestamp with time zone,
  open_tasks_max integer,
  models text[],
  addresses text[],
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  agents_live boolean not null default false,
  agents_confirm_above bigint,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_agents_confirm_above_check CHECK ((agents_confirm_above >= 0)),
  constraint api_keys_kind_check CHECK ((kind = ANY (ARRAY['key'::text, 'playground'::text]))),
  constraint api_keys_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text]))),
  constraint api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint api_keys_open_tasks_max_check CHECK ((open_tasks_max > 0)),
  constraint api_keys_reads_per_10s_check CHECK ((reads_per_10s > 0)),
  constraint api_keys_role_check CHECK ((role = ANY (ARRAY['reader'::text, 'member'::text, 'owner'::text]))),
  constraint api_keys_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id)
);
comment on table api_keys is 'API keys: who may call, as what, and how often. What opens one is in key_secrets.';
comment on column api_keys.kind is 'A key that programs send, or the owner of the tasks that people make while they are signed in: that one has no secret.';
comment on column api_keys.role is 'What it may do in its account: a reader reads, a member also spends, an owner also manages.';
comment on column api_keys.hint is 'First and last letters of its newest secret.';
comment on column api_keys.reads_per_10s is 'Calls other than create per 10 s in each process; null is the setting of the server.';
comment on column api_keys.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';
comment on column api_keys.models is 'Models that it may use; null is all.';
comment on column api_keys.addresses is 'Where it may call from, as addresses and ranges (CIDR); null is anywhere.';
comment on column api_keys.last_used_at is 'Written at most once a minute.';
comment on column api_keys.agents_live is 'Whether agents may use it over MCP if it is a live key; a test key they may always use.';
comment on column api_keys.agents_confirm_above is 'Micro-credits above which a person has to agree to the create of an agent; null is never.';
CREATE INDEX api_keys_account ON api_keys USING btree (account_id);
CREATE UNIQUE INDEX api_keys_playground ON api_keys USING btree (account_id, mode) WHERE (kind = 'playground'::text);

create table assets (
  id uuid not null,
  account_id uuid not null,
  name text not null,
  kind text not null,
  url text not null,
  created_at timestamp with time zone not null default now(),
  constraint assets_pkey PRIMARY KEY (id),
  constraint assets_kind_check CHECK ((kind = ANY (ARRAY['image'::text, 'video'::text, 'audio'::text]))),
  constraint assets_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint assets_url_check CHECK ((length(url) <= 2048))
);
comment on table assets is 'What an input may call asset://<id>: an address of a picture, clip or sound, kept for its account. The file itself stays where it is.';
CREATE INDEX assets_account ON assets USING btree (account_id, id DESC);

create table attempts (
  task_id uuid not null,
  epoch integer not null,
  provider text not null,
  state text not null,
  reference json,
  detail text,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  credential_id uuid,
  offer text,
  account_id uuid,
  key_id uuid,
  model text,
  usual_seconds integer not null default 60,
  intent_at timestamp with time zone,
  look_at timestamp with time zone,
  looked_at timestamp with time zone,
  reason text,
  is_late boolean not null default false,
  used json,
  cost_nanos bigint,
  made_at timestamp with time zone,
  unreadable_at timestamp with time zone,
  kept json,
  constraint attempts_pkey PRIMARY KEY (task_id, epoch),
  constraint attempts_cost_nanos_check CHECK ((cost_nanos >= 0)),
  constraint attempts_state_check CHECK ((state = ANY (ARRAY['assigned'::text, 'intent'::text, 'accepted'::text, 'rejected'::text, 'unknown'::text, 'succeeded'::text, 'failed'::text, 'abandoned'::text])))
) with (fillfactor=50, autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=20000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=50000);
comment on table attempts is 'One try of a task at one provider, written as intent before anything leaves.';
comment on column attempts.state is 'assigned: to an offer and a credential, nothing was sent; intent: it may have been; unknown: it may run.';
comment on column attempts.look_at is 'When the provider is asked next; null for one that nobody has to ask about.';
comment on column attempts.is_late is 'Its task has ended without it; what still comes of it is the operator''s, and no client waits for its place.';
comment on column attempts.cost_nanos is 'What the operator pays for it, in billionths of a US dollar, as far as the provider reports its use.';
comment on column attempts.made_at is 'When its provider first said that it had made it while the files could not be had: nothing else is started for the task.';
comment on column attempts.unreadable_at is 'The first answer that could not be read, with no readable one since.';
comment on column attempts.kept is 'The files of it that are stored already, by their place among its outputs, while others are still asked for.';
CREATE INDEX attempts_looks ON attempts USING btree (credential_id, look_at) WHERE (look_at IS NOT NULL);
CREATE INDEX attempts_marked ON attempts USING btree (task_id) WHERE ((ended_at IS NULL) AND ((made_at IS NOT NULL) OR (unreadable_at IS NOT NULL)));
CREATE INDEX attempts_open ON attempts USING btree (provider) WHERE (ended_at IS NULL);

create table audit_lines (
  id uuid not null,
  created_at timestamp with time zone not null default now(),
  actor_kind text not null,
  actor_id uuid,
  actor_name text not null,
  action text not null,
  subject text not null,
  account_id uuid,
  before jsonb,
  after jsonb,
  origin text not null,
  address text,
  request_id text,
  constraint audit_lines_pkey PRIMARY KEY (id),
  constraint audit_lines_action_check CHECK ((action ~ '^[a-z_]+[.][a-z_]+$'::text)),
  constraint audit_lines_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'token'::text, 'key'::text, 'command'::text, 'server'::text])))
);
comment on table audit_lines is 'Who did what to what, from where: a line for each act of an operator and each change of access. Never changed or removed.';
comment on column audit_lines.actor_id is 'The person or key, where it was one.';
comment on column audit_lines.subject is 'Id or name of what was acted on.';
comment on column audit_lines.account_id is 'The account that it concerns; no reference, so that a line outlives it.';
comment on column audit_lines.before is 'What differs, as it was; null for what was made. Never a secret.';
comment on column audit_lines.origin is 'The route or command, as POST /api/v1/operator/keys or reelay keys create.';
CREATE INDEX audit_lines_account ON audit_lines USING btree (account_id, id DESC) WHERE (account_id IS NOT NULL);
CREATE INDEX audit_lines_action ON audit_lines USING btree (action, id DESC);
CREATE INDEX audit_lines_subject ON audit_lines USING btree (subject, id DESC);
CREATE TRIGGER audit_lines_append_only BEFORE DELETE OR UPDATE ON audit_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_lines_never_emptied BEFORE TRUNCATE ON audit_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table backup_codes (
  person_id uuid not null,
  digest bytea not null,
  constraint backup_codes_pkey PRIMARY KEY (person_id, digest),
  constraint backup_codes_digest_check CHECK ((length(digest) = 32)),
  constraint backup_codes_person_id_fkey FOREIGN KEY (person_id) REFERENCES second_factors(person_id) ON DELETE CASCADE
);
comment on table backup_codes is 'Codes that stand in for one of the second factor, each once, as HMAC-SHA-256 under the secret of the server.';

create table balance_notices (
  account_id uuid not null,
  book text not null,
  receiver text not null,
  threshold bigint not null,
  callback_url text,
  is_mailed boolean not null,
  mail_to text,
  is_below boolean not null,
  crossed_at timestamp with time zone,
  constraint balance_notices_pkey PRIMARY KEY (account_id, book, receiver),
  constraint balance_notices_book_check CHECK ((book = ANY (ARRAY['live'::text, 'test'::text]))),
  constraint balance_notices_check CHECK (((mail_to IS NOT NULL) = (receiver = 'operator'::text))),
  constraint balance_notices_receiver_check CHECK ((receiver = ANY (ARRAY['owners'::text, 'operator'::text]))),
  constraint balance_notices_threshold_check CHECK (((threshold >= 1) AND (threshold <= '1000000000000000'::bigint)))
);
comment on table balance_notices is 'Below which balance the owners of a book, or the operator, want a notice, and how. A receiver without a row gets none.';
comment on column balance_notices.mail_to is 'The address of the operator. Owners have the addresses of their memberships.';
comment on column balance_notices.is_below is 'Whether what is free was below the threshold at the last look. A notice is written when this becomes true.';

create table balances (
  account_id uuid not null,
  book text not null,
  posted bigint not null default 0,
  held bigint not null default 0,
  constraint balances_pkey PRIMARY KEY (account_id, book),
  constraint balances_book_check CHECK ((book = ANY (ARRAY['live'::text, 'test'::text]))),
  constraint balances_held_check CHECK ((held >= 0)),
  constraint balances_no_overdraft CHECK (((posted - held) >= 0))
) with (fillfactor=50);
comment on table balances is 'Micro-credits of an account in a book: posted is the sum of its transfers, held that of the prices of its open tasks.';

create table callback_secrets (
  id uuid not null,
  account_id uuid not null,
  test_mode boolean not null,
  sealed bytea not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  constraint callback_secrets_pkey PRIMARY KEY (id)
);
comment on table callback_secrets is 'Signing secrets of an account, apart for test and live, sealed with a key that is not in the database. One without an end is the current one.';
CREATE INDEX callback_secrets_account ON callback_secrets USING btree (account_id, test_mode);
CREATE UNIQUE INDEX callback_secrets_current ON callback_secrets USING btree (account_id, test_mode) WHERE (expires_at IS NULL);

create table callbacks (
  id uuid not null,
  task_id uuid,
  account_id uuid not null,
  url text not null,
  test_mode boolean not null,
  state text not null default 'pending'::text,
  tries integer not null default 0,
  scheduled_tries integer not null default 0,
  next_try_at timestamp with time zone default now(),
  created_at timestamp with time zone not null default now(),
  completed_at timestamp with time zone,
  occasion text not null default 'end'::text,
  body text,
  replayed_at timestamp with time zone,
  replay_id uuid,
  constraint callbacks_pkey PRIMARY KEY (id),
  constraint callbacks_once UNIQUE (task_id, occasion),
  constraint callbacks_check CHECK (((scheduled_tries >= 0) AND (scheduled_tries <= tries))),
  constraint callbacks_check1 CHECK (((task_id IS NULL) = (body IS NOT NULL))),
  constraint callbacks_check2 CHECK (((state = 'pending'::text) = (next_try_at IS NOT NULL))),
  constraint callbacks_check3 CHECK (((state = 'pending'::text) = (completed_at IS NULL))),
  constraint callbacks_occasion_check CHECK ((occasion = ANY (ARRAY['end'::text, 'late'::text, 'balance'::text]))),
  constraint callbacks_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'gone'::text, 'failed'::text]))),
  constraint callbacks_tries_check CHECK ((tries >= 0))
) with (fillfactor=80, autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=20000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=50000);
comment on table callbacks is 'What a receiver is told about the end of a task, or about a balance. The id is the webhook-id of every try.';
comment on column callbacks.tries is 'Tries of any kind; scheduled_tries are those that count against the schedule.';
comment on column callbacks.body is 'What is posted; null for a callback about a task, whose body is the task as it is at the moment of the try.';
comment on column callbacks.replayed_at is 'When it was last asked to be sent again, which may be once in ten seconds.';
comment on column callbacks.replay_id is 'The call that last asked to send it again, so that a repeat of that call is not refused for it.';
CREATE INDEX callbacks_account ON callbacks USING btree (account_id, test_mode, id DESC);
CREATE INDEX callbacks_completed ON callbacks USING btree (completed_at) WHERE (completed_at IS NOT NULL);
CREATE INDEX callbacks_given_up ON callbacks USING btree (account_id, test_mode, id) WHERE (state = ANY (ARRAY['failed'::text, 'gone'::text]));
CREATE INDEX callbacks_pending ON callbacks USING btree (account_id, test_mode, id DESC) WHERE (completed_at IS NULL);
CREATE INDEX callbacks_special ON callbacks USING btree (account_id, test_mode, id DESC) WHERE (occasion <> 'end'::text);

create table create_limits (
  key_id uuid not null,
  creates_max integer not null,
  window_seconds integer not null default 10,
  arrival_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  credits_day_max bigint,
  credits_total_max bigint,
  spent bigint not null default 0,
  spent_today bigint not null default 0,
  spent_on date,
  constraint create_limits_pkey PRIMARY KEY (key_id),
  constraint create_limits_creates_max_check CHECK ((creates_max > 0)),
  constraint create_limits_credits_day_max_check CHECK ((credits_day_max >= 0)),
  constraint create_limits_credits_total_max_check CHECK ((credits_total_max >= 0)),
  constraint create_limits_window_seconds_check CHECK ((window_seconds > 0)),
  constraint create_limits_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys(id)
) with (fillfactor=50);
comment on table create_limits is 'How fast a key may create and how much it may spend, with what counts towards it. The counters change under the lock of the balance.';
comment on column create_limits.arrival_at is 'The theoretical arrival time of GCRA, on the database clock.';
comment on column create_limits.spent is 'Micro-credits: what open tasks of the key hold, and what its ended ones were charged.';
comment on column create_limits.spent_today is 'The same of the tasks that were created on the day spent_on (UTC).';

create table credential_rates (
  credential_id uuid not null,
  arrival_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  constraint credential_rates_pkey PRIMARY KEY (credential_id)
) with (fillfactor=50);
comment on table credential_rates is 'Rate limit of starts at a provider account: the theoretical arrival time of GCRA, on the database clock.';

create table credential_usage (
  credential_id uuid not null,
  day date not null default ((now() AT TIME ZONE 'UTC'::text))::date,
  succeeded integer not null default 0,
  failed integer not null default 0,
  cost_nanos bigint not null default 0,
  stripe smallint not null default (pg_backend_pid() % 16),
  constraint credential_usage_pkey PRIMARY KEY (credential_id, day, stripe)
) with (fillfactor=50);
comment on table credential_usage is 'What provider accounts made and cost by day (UTC), in billionths of a US dollar; kept when attempts are removed.';

create table credentials (
  id uuid not null,
  provider text not null,
  name text not null,
  source text not null,
  sealed bytea not null,
  fingerprint bytea not null,
  hint text not null,
  requests_per_minute integer,
  open_tasks_max integer,
  weight integer not null default 1,
  enabled boolean not null default true,
  retired_at timestamp with time zone,
  cooling_until timestamp with time zone,
  cool_reason text,
  troubles integer not null default 0,
  last_ok_at timestamp with time zone,
  last_trouble_at timestamp with time zone,
  balance jsonb,
  balance_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint credentials_pkey PRIMARY KEY (id),
  constraint credentials_provider_fingerprint_key UNIQUE (provider, fingerprint),
  constraint credentials_check CHECK (((balance IS NULL) = (balance_at IS NULL))),
  constraint credentials_fingerprint_check CHECK ((length(fingerprint) = 32)),
  constraint credentials_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint credentials_open_tasks_max_check CHECK ((open_tasks_max > 0)),
  constraint credentials_provider_check CHECK (((length(provider) >= 1) AND (length(provider) <= 64))),
  constraint credentials_requests_per_minute_check CHECK ((requests_per_minute > 0)),
  constraint credentials_source_check CHECK ((source = ANY (ARRAY['environment'::text, 'operator'::text]))),
  constraint credentials_troubles_check CHECK ((troubles >= 0)),
  constraint credentials_weight_check CHECK ((weight > 0))
);
comment on table credentials is 'Accounts at providers. A retired one takes no new task and stays as long as attempts name it: they are followed with it.';
comment on column credentials.sealed is 'All fields as JSON, AES-256-GCM under a key that is not in the database, bound to provider and id.';
comment on column credentials.fingerprint is 'HMAC of the fields that tell the account (its keys), to know it again without opening anything.';
comment on column credentials.cooling_until is 'Takes no new task before, on the clock of the database; cool_reason says why, also after it has returned.';
comment on column credentials.troubles is 'Troubles in a row for cool_reason: each doubles the next cool-down.';
CREATE UNIQUE INDEX credentials_name ON credentials USING btree (provider, name) WHERE (retired_at IS NULL);

create table deliveries (
  callback_id uuid not null,
  number integer not null,
  trigger text not null,
  sent_at timestamp with time zone not null,
  duration_ms integer not null,
  http_status integer,
  error text,
  response_head text,
  constraint deliveries_pkey PRIMARY KEY (callback_id, number),
  constraint deliveries_duration_ms_check CHECK ((duration_ms >= 0)),
  constraint deliveries_number_check CHECK ((number > 0)),
  constraint deliveries_trigger_check CHECK ((trigger = ANY (ARRAY['schedule'::text, 'replay'::text, 'copy'::text]))),
  constraint deliveries_callback_id_fkey FOREIGN KEY (callback_id) REFERENCES callbacks(id) ON DELETE CASCADE
) with (autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=20000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=50000);
comment on table deliveries is 'One try of a callback: when, how long, what came back or why nothing did. Append-only.';
comment on column deliveries.response_head is 'The first 1 KiB of the answer as text, without control characters.';

create table entry_tries (
  digest bytea not null,
  arrival_at timestamp with time zone not null,
  constraint entry_tries_pkey PRIMARY KEY (digest),
  constraint entry_tries_digest_check CHECK ((length(digest) = 32))
);
comment on table entry_tries is 'Tries to get in, and mails that others ask for, by the SHA-256 of what is counted: an address or an email. arrival_at is the theoretical arrival time of GCRA; once it is past, the row says nothing and goes.';
CREATE INDEX entry_tries_arrival ON entry_tries USING btree (arrival_at);

create table files (
  id uuid not null,
  account_id uuid not null,
  kind text not null,
  key text not null,
  content_type text not null,
  size_bytes bigint,
  sha256 bytea,
  task_id uuid,
  state text not null default 'pending'::text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  reserved_bytes bigint not null default 0,
  poster_due timestamp with time zone,
  poster_tries smallint not null default 0,
  constraint files_pkey PRIMARY KEY (id),
  constraint files_key_key UNIQUE (key),
  constraint files_check CHECK (((kind = 'result'::text) = (task_id IS NOT NULL))),
  constraint files_check1 CHECK (((size_bytes IS NULL) = (sha256 IS NULL))),
  constraint files_check2 CHECK (((state = 'pending'::text) OR (sha256 IS NOT NULL))),
  constraint files_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
  constraint files_kind_check CHECK ((kind = ANY (ARRAY['upload'::text, 'result'::text, 'thumbnail'::text]))),
  constraint files_reserved_bytes_check CHECK ((reserved_bytes >= 0)),
  constraint files_sha256_check CHECK ((length(sha256) = 32)),
  constraint files_size_bytes_check CHECK ((size_bytes > 0)),
  constraint files_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'ready'::text])))
) with (autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=20000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=50000);
comment on table files is 'Uploads, results and small pictures of them in storage. The row is written before the object and removed after it, so no object is without a row.';
comment on column files.sha256 is 'Of the content that was checked; set before the object is stored, and the object never changes after that.';
comment on column files.expires_at is 'End of retention: the clean-up removes object and row after it.';
comment on column files.reserved_bytes is 'Announced by the uploads to this key that are under way; what a killed process left of it goes with the row.';
comment on column files.poster_due is 'When a worker next makes a small picture of it; null when there is one, or can be none.';
CREATE INDEX files_account ON files USING btree (account_id, created_at DESC);
CREATE INDEX files_expiry ON files USING btree (expires_at);
CREATE INDEX files_poster_due ON files USING btree (poster_due) WHERE (poster_due IS NOT NULL);
CREATE INDEX files_task ON files USING btree (task_id) WHERE (task_id IS NOT NULL);
CREATE INDEX files_uploads ON files USING btree (account_id) WHERE (kind = 'upload'::text);

create table inbox_requests (
  id uuid not null,
  inbox_id uuid not null,
  received_at timestamp with time zone not null default clock_timestamp(),
  method text not null,
  query text not null,
  headers jsonb not null,
  body bytea not null,
  body_bytes integer not null,
  signature text not null,
  constraint inbox_requests_pkey PRIMARY KEY (id),
  constraint inbox_requests_check CHECK ((body_bytes >= length(body))),
  constraint inbox_requests_signature_check CHECK ((signature = ANY (ARRAY['valid'::text, 'invalid'::text, 'absent'::text]))),
  constraint inbox_requests_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES inboxes(id) ON DELETE CASCADE
);
comment on table inbox_requests is 'What was posted to an inbox: the last 50 requests, one megabyte at most.';
comment on column inbox_requests.body is 'Its first bytes; body_bytes is how many there were.';
comment on column inbox_requests.signature is 'Whether it verified when it came, by a secret that the account had at that moment.';
CREATE INDEX inbox_requests_inbox ON inbox_requests USING btree (inbox_id, id DESC);

create table inboxes (
  id uuid not null,
  account_id uuid not null,
  test_mode boolean not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint inboxes_pkey PRIMARY KEY (id)
);
comment on table inboxes is 'Addresses of this server that keep what is posted to them for a day. The code of the address follows from the id and the secret of the server.';
CREATE INDEX inboxes_account ON inboxes USING btree (account_id, test_mode, id DESC);
CREATE INDEX inboxes_expiry ON inboxes USING btree (expires_at);

create table invitations (
  id uuid not null,
  kind text not null,
  digest bytea not null,
  email text not null,
  account_id uuid,
  role text,
  is_operator boolean not null default false,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint invitations_pkey PRIMARY KEY (id),
  constraint invitations_digest_key UNIQUE (digest),
  constraint invitations_check CHECK (((account_id IS NULL) = (role IS NULL))),
  constraint invitations_check1 CHECK (((kind = 'password'::text) OR is_operator OR (account_id IS NOT NULL))),
  constraint invitations_digest_check CHECK ((length(digest) = 32)),
  constraint invitations_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
  constraint invitations_kind_check CHECK ((kind = ANY (ARRAY['join'::text, 'password'::text]))),
  constraint invitations_role_check CHECK ((role = ANY (ARRAY['reader'::text, 'member'::text, 'owner'::text]))),
  constraint invitations_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id)
);
comment on table invitations is 'Links by which one address joins, each once: into an account, as an operator, or to choose another password. The link holds a token of which this is the SHA-256.';
CREATE INDEX invitations_account ON invitations USING btree (account_id);

create table key_secrets (
  digest bytea not null,
  key_id uuid not null,
  hint text not null,
  created_at timestamp with time zone not null default now(),
  ends_at timestamp with time zone,
  constraint key_secrets_pkey PRIMARY KEY (digest),
  constraint key_secrets_digest_check CHECK ((length(digest) = 32)),
  constraint key_secrets_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys(id)
);
comment on table key_secrets is 'What opens a key, by HMAC digest; the secret itself is shown once and never stored. After a rotation the earlier one works until ends_at.';
CREATE INDEX key_secrets_key ON key_secrets USING btree (key_id);

create table ledger_checkpoints (
  account_id uuid not null,
  book text not null,
  posted bigint not null,
  proven bigint not null default 0,
  constraint ledger_checkpoints_pkey PRIMARY KEY (account_id, book),
  constraint ledger_checkpoints_book_check CHECK ((book = ANY (ARRAY['live'::text, 'test'::text])))
);
comment on table ledger_checkpoints is 'Sums of the transfers before one that the settings name, so that the audit of each minute adds up the rest only.';
comment on column ledger_checkpoints.proven is 'Sum of the transfers before the id up to which the audit of each day has proved the ledger; it begins there.';

create table ledger_exports (
  month date not null,
  transfers bigint not null,
  charges bigint not null,
  charged bigint not null,
  sha256 bytea not null,
  exported_at timestamp with time zone not null default now(),
  summed_at timestamp with time zone,
  constraint ledger_exports_pkey PRIMARY KEY (month),
  constraint ledger_exports_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);
comment on table ledger_exports is 'Closed months (UTC) of which a file was written: what is in it, and its SHA-256. Its charges are kept as sums alone from summed_at on.';
comment on column ledger_exports.charged is 'Sum of the charges of all accounts in both books, in micro-credits: below zero.';

create table ledger_hours (
  account_id uuid not null,
  book text not null,
  hour integer not null,
  posted bigint not null,
  constraint ledger_hours_pkey PRIMARY KEY (account_id, book, hour),
  constraint ledger_hours_book_check CHECK ((book = ANY (ARRAY['live'::text, 'test'::text])))
);
comment on table ledger_hours is 'What the transfers below the checkpoint add to a balance, by the hour of their ids since 1970: a statement shows old balances without adding up what came after them.';

create table ledger_months (
  month date not null,
  account_id uuid not null,
  book text not null,
  charges bigint not null,
  charged bigint not null,
  constraint ledger_months_pkey PRIMARY KEY (month, account_id, book),
  constraint ledger_months_book_check CHECK ((book = ANY (ARRAY['live'::text, 'test'::text]))),
  constraint ledger_months_month_fkey FOREIGN KEY (month) REFERENCES ledger_exports(month)
);
comment on table ledger_months is 'What stands for the charges of old months that were removed: their number and their sum, below zero. Grants, corrections and losses are never removed.';

create table memberships (
  person_id uuid not null,
  account_id uuid not null,
  role text not null,
  created_at timestamp with time zone not null default now(),
  constraint memberships_pkey PRIMARY KEY (person_id, account_id),
  constraint memberships_role_check CHECK ((role = ANY (ARRAY['reader'::text, 'member'::text, 'owner'::text]))),
  constraint memberships_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
  constraint memberships_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE
);
comment on table memberships is 'What a person may do in an account.';
CREATE INDEX memberships_account ON memberships USING btree (account_id);

create table model_examples (
  id uuid not null,
  task_id uuid not null,
  model text not null,
  book text not null,
  prompt text,
  output json not null,
  files_until timestamp with time zone not null,
  chosen_at timestamp with time zone not null default now(),
  constraint model_examples_pkey PRIMARY KEY (id),
  constraint model_examples_task_id_key UNIQUE (task_id),
  constraint model_examples_book_check CHECK ((book = ANY (ARRAY['live'::text, 'test'::text])))
);
comment on table model_examples is 'Results that an operator shows to every account on the page of their model. Their files are kept while the row is there.';
comment on column model_examples.files_until is 'When its files would have gone, had it not been chosen: what they go back to.';
CREATE INDEX model_examples_model ON model_examples USING btree (model, id DESC);

create table model_prices (
  model text not null,
  starts_at timestamp with time zone not null,
  price jsonb,
  constraint model_prices_pkey PRIMARY KEY (model, starts_at)
);
comment on table model_prices is 'Prices that an operator set, each with the moment from which it holds; null is the price of the data file again.';

create table model_settings (
  model text not null,
  enabled boolean not null default true,
  maintenance boolean not null default false,
  open_tasks_max integer,
  offers jsonb,
  constraint model_settings_pkey PRIMARY KEY (model),
  constraint model_settings_open_tasks_max_check CHECK ((open_tasks_max > 0))
);
comment on table model_settings is 'What an operator changed about a model of the catalogue: switches, caps and the choice among its offers.';
comment on column model_settings.open_tasks_max is 'Tasks of it that may be at providers at once; further ones wait in pending.';
comment on column model_settings.offers is 'By the name of an offer: order, weight and whether it is on, where an operator set them.';

create table nodes (
  id uuid not null,
  host text not null,
  process_id integer not null,
  started_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  constraint nodes_pkey PRIMARY KEY (id)
);
comment on table nodes is 'Running processes; one that has not been seen for a while is dead and its tasks are free again.';

create table people (
  id uuid not null,
  email text not null,
  email_verified boolean not null default false,
  name text not null,
  image text,
  is_operator boolean not null default false,
  has_second_factor boolean not null default false,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint people_pkey PRIMARY KEY (id),
  constraint people_email_key UNIQUE (email),
  constraint people_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
  constraint people_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);
comment on table people is 'Who can sign in. An address stands for one person, in small letters.';
comment on column people.is_operator is 'Runs the instance: may do at the operator API what its token may.';

create table refused_creates (
  id uuid not null,
  outcome text not null,
  refused_at timestamp with time zone not null default now(),
  constraint refused_creates_pkey PRIMARY KEY (id)
);
comment on table refused_creates is 'New tasks that were refused by a repeat, after the answer to their first statement was lost; should that one still come, it writes nothing. Kept for an hour.';

create table second_factors (
  person_id uuid not null,
  sealed bytea not null,
  confirmed_at timestamp with time zone,
  last_step integer not null default 0,
  wrong_codes integer not null default 0,
  wrong_since timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint second_factors_pkey PRIMARY KEY (person_id),
  constraint second_factors_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE
);
comment on table second_factors is 'The secret behind the codes of a person, sealed under the secret of the server. It counts from confirmed_at on.';
comment on column second_factors.last_step is 'The half minute, since 1970, of the last code that was taken: neither that code nor an earlier one is taken again.';

create table sessions (
  id uuid not null,
  person_id uuid not null,
  token text not null,
  expires_at timestamp with time zone not null,
  ip_address text,
  user_agent text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_token_key UNIQUE (token),
  constraint sessions_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE
);
comment on table sessions is 'Who is signed in. The cookie is the token with a signature under the secret of the server, so this table alone opens nothing.';
CREATE INDEX sessions_person ON sessions USING btree (person_id);

create table settings (
  name text not null,
  value jsonb not null,
  constraint settings_pkey PRIMARY KEY (name)
);
comment on table settings is 'Switches that operators flip while the system runs, as maintenance.';

create table setup_links (
  is_only boolean not null default true,
  digest bytea not null,
  expires_at timestamp with time zone not null,
  constraint setup_links_pkey PRIMARY KEY (is_only),
  constraint setup_links_digest_check CHECK ((length(digest) = 32)),
  constraint setup_links_is_only_check CHECK (is_only)
);
comment on table setup_links is 'The link that makes its user the first operator: the newest counts, and it is gone once it was used.';

create table sign_ins (
  id uuid not null,
  person_id uuid not null,
  provider_id text not null,
  account_id text not null,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint sign_ins_pkey PRIMARY KEY (id),
  constraint sign_ins_provider_id_account_id_key UNIQUE (provider_id, account_id),
  constraint sign_ins_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE
);
comment on table sign_ins is 'The ways in which a person signs in: credential is a password, of which the scrypt hash is kept.';
comment on column sign_ins.account_id is 'Who the person is at that provider; of a password the id of the person.';
CREATE INDEX sign_ins_person ON sign_ins USING btree (person_id);

create table sign_ups (
  email text not null,
  digest bytea not null,
  expires_at timestamp with time zone not null,
  constraint sign_ups_pkey PRIMARY KEY (email),
  constraint sign_ups_digest_key UNIQUE (digest),
  constraint sign_ups_digest_check CHECK ((length(digest) = 32)),
  constraint sign_ups_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254))))
);
comment on table sign_ups is 'Links by which an address makes a person and an account, each once. The link holds a token of which this is the SHA-256; an address that belongs to a person has a row too, for a token that nobody was given.';

create table task_events (
  id bigint not null generated always as identity,
  task_id uuid not null,
  name text not null,
  detail json,
  created_at timestamp with time zone not null default now(),
  constraint task_events_pkey PRIMARY KEY (id)
) with (autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=100000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=200000);
comment on table task_events is 'The timeline of a task, for its owner: what happened when, tries included.';
CREATE INDEX task_events_task ON task_events USING btree (task_id, id);

create table tasks (
  id uuid not null,
  account_id uuid not null,
  key_id uuid not null,
  book text not null,
  model text not null,
  input json not null,
  callback_url text,
  door text not null default 'crun'::text,
  state text not null default 'pending'::text,
  epoch integer not null default 0,
  node_id uuid,
  due_at timestamp with time zone default now(),
  deadline_at timestamp with time zone not null,
  cancel_requested_at timestamp with time zone,
  cancel_requested_by text,
  price bigint not null,
  captured bigint,
  provider text,
  model_version text,
  result_error text,
  result_message text,
  result_usage json,
  outputs json,
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  completed_at timestamp with time zone,
  idempotency_key text,
  request_digest bytea,
  skips_render boolean,
  source text not null default 'api'::text,
  metadata json,
  sent json,
  resent integer,
  price_version text,
  transfer_id uuid,
  constraint tasks_pkey PRIMARY KEY (id),
  constraint tasks_book_check CHECK ((book = ANY (ARRAY['live'::text, 'test'::text]))),
  constraint tasks_cancel_requested_by_check CHECK ((cancel_requested_by = ANY (ARRAY['client'::text, 'operator'::text]))),
  constraint tasks_check CHECK (((due_at IS NULL) = (state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text, 'expired'::text])))),
  constraint tasks_check1 CHECK (((due_at IS NULL) = (completed_at IS NOT NULL))),
  constraint tasks_source_check CHECK ((source = ANY (ARRAY['api'::text, 'playground'::text]))),
  constraint tasks_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'storing'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text, 'expired'::text])))
) with (fillfactor=70, autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=20000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=50000);
comment on table tasks is 'What a client asked for and how far it got. Ids are UUIDs that sort by time of creation.';
comment on column tasks.door is 'The dialect of the API that it was created in, which is that of its callback.';
comment on column tasks.epoch is 'Counts claims; every write of a worker names the epoch that it claimed, so a late one changes nothing.';
comment on column tasks.due_at is 'When a worker should look next; a lease is a due_at in the future. Null once the task has ended.';
comment on column tasks.price is 'Micro-credits held at create; captured is what was charged in the end, null until then.';
comment on column tasks.skips_render is 'Whether it asks for a scenario that fails or waits before it would be rendered; null stands for no.';
comment on column tasks.source is 'Where it was made: by a key, or by a person in the playground.';
comment on column tasks.metadata is 'Short texts of the client''s own, by name; null when there are none.';
comment on column tasks.sent is 'The name of the model and the input as the client spelled them; null where model and input are spelled so.';
comment on column tasks.resent is 'The last attempt of its client to send its create again under no idempotency key; null if there was none.';
comment on column tasks.price_version is 'The version of the price that it was created with; an audit finds a task without one.';
comment on column tasks.transfer_id is 'The transfer by which it was charged; null when nothing was.';
CREATE INDEX tasks_account ON tasks USING btree (account_id, book, id DESC);
CREATE INDEX tasks_completed ON tasks USING btree (completed_at) WHERE (completed_at IS NOT NULL);
CREATE INDEX tasks_due ON tasks USING btree (account_id, model, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX tasks_ended ON tasks USING btree (account_id, book, model, state, id DESC) WHERE (completed_at IS NOT NULL);
CREATE INDEX tasks_ended_key ON tasks USING btree (account_id, book, key_id, id DESC) WHERE (completed_at IS NOT NULL);
CREATE INDEX tasks_ended_name ON tasks USING btree (account_id, book, ((sent ->> 'model'::text)), id DESC) WHERE ((completed_at IS NOT NULL) AND (sent IS NOT NULL));
CREATE UNIQUE INDEX tasks_idempotency ON tasks USING btree (account_id, book, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE INDEX tasks_metadata ON tasks USING gin (metadata_terms(account_id, book, metadata)) WHERE (metadata IS NOT NULL);
CREATE INDEX tasks_node ON tasks USING btree (node_id) WHERE (node_id IS NOT NULL);
CREATE INDEX tasks_skipping_render ON tasks USING btree (account_id, due_at) WHERE ((due_at IS NOT NULL) AND (state = 'pending'::text) AND skips_render);
CREATE TRIGGER tasks_charge_stays BEFORE UPDATE OF captured, transfer_id ON tasks FOR EACH ROW WHEN ((old.completed_at IS NOT NULL)) EXECUTE FUNCTION refuse_new_price();
CREATE TRIGGER tasks_price_stays BEFORE UPDATE OF account_id, book, price, price_version ON tasks FOR EACH STATEMENT EXECUTE FUNCTION refuse_new_price();

create table template_covers (
  catalogue text not null,
  template_id text not null,
  source text not null,
  image bytea,
  version text,
  fault text,
  tried_at timestamp with time zone not null default now(),
  constraint template_covers_pkey PRIMARY KEY (catalogue, template_id),
  constraint template_covers_check CHECK (((image IS NULL) = (version IS NULL))),
  constraint template_covers_check1 CHECK (((image IS NULL) = (fault IS NOT NULL))),
  constraint template_covers_image_check CHECK ((length(image) <= 40960)),
  constraint template_covers_catalogue_template_id_fkey FOREIGN KEY (catalogue, template_id) REFERENCES templates(catalogue, template_id) ON DELETE CASCADE
);
comment on table template_covers is 'Small pictures of imported templates, made from the addresses in their entries, so that no page loads pictures from other hosts.';
comment on column template_covers.source is 'The address that it was made from; another one in the entry makes it out of date.';
comment on column template_covers.fault is 'Why there is none; it is tried again after a day.';

create table template_previews (
  catalogue text not null,
  template_id text not null,
  source text not null,
  key text not null,
  version text,
  content_type text,
  size_bytes integer,
  fault text,
  tried_at timestamp with time zone not null default now(),
  constraint template_previews_pkey PRIMARY KEY (catalogue, template_id),
  constraint template_previews_key_key UNIQUE (key),
  constraint template_previews_check CHECK ((((version IS NULL) = (content_type IS NULL)) AND ((version IS NULL) = (size_bytes IS NULL)))),
  constraint template_previews_check1 CHECK (((version IS NULL) OR (fault IS NULL))),
  constraint template_previews_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
  constraint template_previews_size_bytes_check CHECK ((size_bytes > 0))
);
comment on table template_previews is 'Copies of the preview videos of imported templates; the videos are in storage. With neither version nor fault a copy is being made.';
comment on column template_previews.source is 'The address that it was copied from; another one in the entry makes it out of date.';
comment on column template_previews.fault is 'Why there is none; it is tried again after a day.';

create table templates (
  catalogue text not null,
  template_id text not null,
  item jsonb not null,
  "position" integer not null,
  enabled boolean not null default true,
  constraint templates_pkey PRIMARY KEY (catalogue, template_id)
);
comment on table templates is 'Effect templates as they are listed; unknown fields of an import are kept in item.';
CREATE INDEX templates_order ON templates USING btree (catalogue, "position", template_id) WHERE enabled;

create table transfers (
  id uuid not null,
  account_id uuid not null,
  task_id uuid,
  amount bigint not null,
  kind text not null,
  book text not null,
  reason text,
  external_reference text,
  constraint transfers_pkey PRIMARY KEY (id),
  constraint transfers_amount_check CHECK (((amount >= '-1000000000000000'::bigint) AND (amount <= '1000000000000000'::bigint))),
  constraint transfers_book_check CHECK ((book = ANY (ARRAY['live'::text, 'test'::text]))),
  constraint transfers_form CHECK (
CASE kind
    WHEN 'grant'::text THEN (amount > 0)
    WHEN 'adjust'::text THEN (amount <> 0)
    ELSE ((amount < 0) AND (task_id IS NOT NULL))
END),
  constraint transfers_kind_check CHECK ((kind = ANY (ARRAY['grant'::text, 'adjust'::text, 'capture'::text, 'loss'::text])))
) with (autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=100000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=200000, autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=500000);
comment on table transfers is 'One movement of credits with its reason, from one side to another, which its kind says. Its id has the time. Append-only.';
comment on column transfers.amount is 'Micro-credits that the account gains (of a loss: the operator, below zero). The other side, which is grants, adjustments or revenue, gains the negative.';
CREATE INDEX transfers_account ON transfers USING btree (account_id, book, id DESC);
CREATE INDEX transfers_losses ON transfers USING btree (id) WHERE (kind = 'loss'::text);
CREATE UNIQUE INDEX transfers_reference ON transfers USING btree (external_reference) WHERE (external_reference IS NOT NULL);
CREATE TRIGGER transfers_append_only BEFORE DELETE OR UPDATE ON transfers FOR EACH STATEMENT EXECUTE FUNCTION refuse_transfer_change();

create table usage_days (
  account_id uuid not null,
  book text not null,
  day date not null,
  key_id uuid not null,
  model text not null,
  succeeded integer not null default 0,
  failed integer not null default 0,
  cancelled integer not null default 0,
  expired integer not null default 0,
  credits bigint not null default 0,
  constraint usage_days_pkey PRIMARY KEY (account_id, book, day, key_id, model),
  constraint usage_days_book_check CHECK ((book = ANY (ARRAY['live'::text, 'test'::text]))),
  constraint usage_days_credits_check CHECK ((credits >= 0))
) with (fillfactor=70, autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=20000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=50000);
comment on table usage_days is 'Ended tasks and their micro-credits by the day (UTC) on which they were created. Each settlement adds to it under the lock of the balance; it stays when tasks are removed.';

create table verifications (
  id uuid not null,
  identifier text not null,
  value text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint verifications_pkey PRIMARY KEY (id)
);
comment on table verifications is 'What is under way while a person signs in elsewhere or confirms an address; short-lived.';
CREATE INDEX verifications_identifier ON verifications USING btree (identifier);

CREATE OR REPLACE FUNCTION count_uploads(p_account uuid, OUT files integer, OUT bytes bigint, OUT first_ends_at timestamp with time zone)
 RETURNS record
 LANGUAGE sql
AS $function$
  -- What is announced becomes what is kept: of a file that is being stored both are known, and are the same bytes.
  select count(*), coalesce(sum(greatest(size_bytes, reserved_bytes)), 0), min(expires_at)
  from files where account_id = p_account and kind = 'upload'
$function$;
comment on function count_uploads(uuid) is 'Uploads of an account that are kept or under way.';

CREATE OR REPLACE FUNCTION create_tasks(caller_accounts uuid[], caller_keys uuid[], caller_books text[], caller_doors text[], ids uuid[], callers integer[], models text[], inputs text[], callback_urls text[], prices bigint[], price_versions text[], idempotency_keys text[], request_digests bytea[], lifetimes bigint[], render_skippers uuid[], caller_sources text[], metadatas text[], sents text[], is_repeat boolean)
 RETURNS TABLE(outcomes text[], known_ids uuid[], rates integer[], lefts integer[], waits bigint[])
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  moment timestamptz;
  today date;
  is_budgeted boolean;
begin
  perform from balances b
    where (b.account_id, b.book) in (select * from unnest(caller_accounts, caller_books))
    order by b.account_id, b.book for update;
  select bool_or(least(l.credits_day_max, l.credits_total_max) is not null) into is_budgeted from (
    select r.credits_day_max, r.credits_total_max from create_limits r where r.key_id = any (caller_keys)
    order by r.key_id for update
  ) l;
  moment := clock_timestamp();
  today := (moment at time zone 'UTC')::date;

  if not is_repeat and exists (select from refused_creates r where r.id = any (ids)) then
    raise exception 'this statement was repeated and refused before it came';
  end if;
  if is_repeat or array_length(array_remove(idempotency_keys, null), 1) > 0 then
    select array_agg(coalesce(i.own_id, t.id) order by i.place),
      array_agg(case when i.own_id is not null then 'written'
                     when i.refusal is not null then i.refusal
                     when t.request_digest = i.request_digest then 'replayed'
                     when t.id is not null then 'conflict' end
        order by i.place)
    into known_ids, outcomes
    from (
      select n.*, case when is_repeat then (select o.id from tasks o where o.id = n.id) end as own_id,
        case when is_repeat then (select r.outcome from refused_creates r where r.id = n.id) end as refusal
      from unnest(ids, callers, idempotency_keys, request_digests) with ordinality
        n (id, caller, idempotency_key, request_digest, place)
    ) i
    left join tasks t on t.account_id = caller_accounts[i.caller] and t.book = caller_books[i.caller]
      and t.idempotency_key = i.idempotency_key;
  end if;

  -- Of the tasks of a key with a budget those go on that it covers even if all before them are taken.
  if is_budgeted then
    select array_agg(coalesce(i.known, case when i.price > i.free or i.running > i.free then 'over' end) order by i.place)
    into outcomes
    from (
      select t.place, t.known, t.price, k.free,
        sum(case when t.known is null and t.price <= k.free then t.price else 0 end)
          over (partition by k.key_id order by t.place) as running
      from unnest(callers, prices, outcomes) with ordinality t (caller, price, known, place)
      left join (
        select r.key_id, least(r.credits_total_max - r.spent,
          r.credits_day_max - case when r.spent_on = today then r.spent_today else 0 end) as free
        from create_limits r where r.key_id = any (caller_keys)
      ) k on k.key_id = caller_keys[t.caller]
    ) i;
  end if;

  with caller as materialized (
    select c.place, c.account_id, c.book, r.key_id, r.creates_max, r.window_seconds * 1000::double precision / r.creates_max as step_ms,
      extract(epoch from (greatest(r.arrival_at, moment) - moment))::double precision * 1000 as ahead_ms,
      r.window_seconds * 1000::double precision as window_ms, b.posted - b.held as available
    from unnest(caller_accounts, caller_keys, caller_books) with ordinality c (account_id, key_id, book, place)
    join create_limits r using (key_id) join balances b using (account_id, book)
  ), item as materialized (
    select i.place, i.price, i.known, c.place as caller, c.key_id, c.account_id, c.book, c.available, c.creates_max,
      row_number() over (partition by c.key_id, i.known is null order by i.place) as nth,
      floor((c.window_ms - c.ahead_ms) / c.step_ms)::integer as room, c.step_ms, c.ahead_ms - c.window_ms as over_ms
    from unnest(callers, prices, outcomes) with ordinality i (caller, price, known, place)
    left join caller c on c.place = i.caller
  ), priced as materialized (
    select i.*, i.known is null and i.nth <= i.room as admitted,
      sum(case when i.known is null and i.nth <= i.room then i.price else 0 end)
        over (partition by i.account_id, i.book order by i.place) as running
    from item i
  ), spent as materialized (
    select p.account_id, p.book, sum(p.price)::bigint as total
    from priced p where p.admitted and p.running <= p.available group by 1, 2
  ), decided as materialized (
    select p.place, p.key_id, p.price, p.creates_max, p.known,
      greatest(0, case when p.known is null then p.room - p.nth else p.room end)::integer as creates_left,
      case when p.admitted is false and p.known is null then ceil(p.over_ms + p.nth * p.step_ms)
           when p.room < 1 then ceil(p.over_ms + p.step_ms)
           else ceil(p.step_ms) end::bigint as retry_ms,
      case when p.known is not null then p.known
           when p.key_id is null then 'unknown_key'
           when not p.admitted then 'limited'
           when p.running <= p.available then 'created'
           when p.price > p.available - coalesce(s.total, 0) then 'short'
           else 'retry' end as outcome
    from priced p left join spent s using (account_id, book)
  ), charge as (
    update balances b set held = b.held + s.total
    from spent s where b.account_id = s.account_id and b.book = s.book and s.total > 0
  ), passed as (
    update create_limits r
    set arrival_at = greatest(r.arrival_at, moment)
      + make_interval(secs => (d.used * r.window_seconds)::double precision / r.creates_max),
      spent = r.spent + d.spent, spent_on = today,
      spent_today = case when r.spent_on = today then r.spent_today else 0 end + d.spent
    from (select x.key_id, count(*) as used,
        coalesce(sum(x.price) filter (where x.outcome = 'created'), 0)::bigint as spent
      from decided x
      where x.known is null and x.outcome in ('created', 'short') group by 1) d
    where r.key_id = d.key_id
  )
  select array_agg(d.outcome order by d.place), array_agg(d.creates_max order by d.place),
    array_agg(d.creates_left order by d.place), array_agg(d.retry_ms order by d.place)
  into outcomes, rates, lefts, waits from decided d;

  -- What was taken by now is spent: what the rest does not cover is refused. The others come again, unless the rate or the
  -- balance refuses them: such a batch would otherwise come once for each of its tasks.
  if is_budgeted then
    select array_agg(case
        when t.outcome <> 'over' then t.outcome
        when t.price > r.credits_total_max - r.spent then concat_ws(':', 'over_total', r.spent, r.credits_total_max)
        when t.price > r.credits_day_max - d.spent then concat_ws(':', 'over_day', d.spent, r.credits_day_max)
        when t.creates_left < 1 then 'limited'
        when t.price > b.posted - b.held then 'short'
        else 'retry' end
      order by t.place)
    into outcomes
    from unnest(callers, prices, outcomes, lefts) with ordinality t (caller, price, outcome, creates_left, place)
    left join create_limits r on r.key_id = caller_keys[t.caller]
    left join balances b on b.account_id = caller_accounts[t.caller] and b.book = caller_books[t.caller],
    lateral (select case when r.spent_on = today then r.spent_today else 0 end as spent) d;
  end if;

  insert into tasks (id, account_id, key_id, book, door, model, input, callback_url, price, price_version, deadline_at,
    due_at, created_at, idempotency_key, request_digest, skips_render, source, metadata, sent)
  select n.id, caller_accounts[n.caller], caller_keys[n.caller], caller_books[n.caller], caller_doors[n.caller],
    n.model, n.input::json,
    n.callback_url, n.price, n.price_version, moment + n.lifetime * interval '1 millisecond', moment, moment, n.idempotency_key, n.request_digest,
    nullif(n.id = any (render_skippers), false), caller_sources[n.caller], n.metadata::json, n.sent::json
  from unnest(ids, callers, models, inputs, callback_urls, prices, price_versions, idempotency_keys, request_digests,
    lifetimes, metadatas, sents, outcomes)
    n (id, caller, model, input, callback_url, price, price_version, idempotency_key, request_digest, lifetime, metadata, sent, outcome)
  where n.outcome = 'created';

  if is_repeat then
    insert into refused_creates (id, outcome)
    select n.id, n.outcome from unnest(ids, outcomes) n (id, outcome)
    where n.outcome not in ('created', 'written', 'replayed')
    on conflict (id) do nothing;
    delete from refused_creates where id in (
      select r.id from refused_creates r where r.refused_at < now() - interval '1 hour' for update skip locked);
  end if;

  return next;
end $function$;

CREATE OR REPLACE FUNCTION first_id_at(moment timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$function$;

CREATE OR REPLACE FUNCTION hour_of_id(id uuid)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select (('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 3600000)::integer
$function$;

CREATE OR REPLACE FUNCTION lock_uploads(p_accounts uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock(k.key) from (
    select distinct hashtextextended('reelay uploads ' || a.id, 0) as key from unnest(p_accounts) a (id) order by 1) k;
end $function$;
comment on function lock_uploads(uuid[]) is 'Until the end of the transaction nobody else reserves uploads for these accounts.';

CREATE OR REPLACE FUNCTION metadata_terms(account_id uuid, book text, metadata json)
 RETURNS bigint[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_agg(hashtextextended(account_id::text || book || e'\x1f' || m.key || e'\x1f' || m.value, 0))
  from json_each_text(metadata) m (key, value)
$function$;

CREATE OR REPLACE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION refuse_new_price()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the money of a task never changes' using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION refuse_transfer_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and current_setting('reelay.is_summing', true) = 'yes' then return null; end if;
  raise exception 'transfers is append-only' using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION reserve_upload_bytes(p_key text, p_bytes bigint, p_bytes_max bigint)
 RETURNS TABLE(taken boolean, files integer, bytes bigint, first_ends_at timestamp with time zone)
 LANGUAGE plpgsql
AS $function$
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
end $function$;
comment on function reserve_upload_bytes(text,bigint,bigint) is 'Sets the announced bytes of an upload aside, as far as the limit of its account allows; no row when there is no such upload.';

CREATE OR REPLACE FUNCTION reserve_uploads(p_files json, p_files_max integer, p_bytes_max bigint)
 RETURNS TABLE(id uuid, taken boolean, files integer, bytes bigint, first_ends_at timestamp with time zone)
 LANGUAGE plpgsql
AS $function$
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
end $function$;
comment on function reserve_uploads(json,integer,bigint) is 'Writes the rows of new uploads as far as the limits of their accounts allow; says for each whether, and what the account had.';

CREATE OR REPLACE FUNCTION settle_tasks(batch_json json)
 RETURNS TABLE(id uuid, epoch integer)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  -- Balances are locked first, in the order of their keys, as the creates do: no two batches wait in a ring.
  perform from balances b
    where (b.account_id, b.book) in (
      select t.account_id, t.book from json_populate_recordset(null::task_end, batch_json) e
      join tasks t on t.id = e.id and t.epoch = e.epoch)
    order by b.account_id, b.book for update;
  return query
  with ending as materialized (
    select e.* from json_populate_recordset(null::task_end, batch_json) e
  ), ended as (
    update tasks t set
      state = e.state, due_at = null, node_id = null, completed_at = clock_timestamp(),
      captured = case when e.state = 'succeeded' then least(e.captured, t.price) else 0 end,
      transfer_id = case when e.state = 'succeeded' and least(e.captured, t.price) > 0 then e.transfer_id end,
      provider = coalesce(e.provider, t.provider), model_version = coalesce(e.model_version, t.model_version),
      result_error = e.result_error, result_message = e.result_message,
      result_usage = e.result_usage, outputs = e.outputs
    from ending e
    where t.id = e.id and t.epoch = e.epoch and t.completed_at is null
    returning t.id, t.epoch, t.account_id, t.book, t.key_id, t.model, t.created_at, t.state, t.price, t.captured, t.transfer_id
  ), moved as (
    insert into transfers (id, kind, book, account_id, task_id, amount)
    select d.transfer_id, 'capture', d.book, d.account_id, d.id, -d.captured from ended d where d.captured > 0
  ), released as (
    update balances b set held = b.held - s.held, posted = b.posted - s.captured
    from (select account_id, book, sum(price) as held, sum(captured) as captured from ended group by 1, 2) s
    where b.account_id = s.account_id and b.book = s.book
  ), unspent as (
    -- What a task gives back is free again for its key; of the day only where that day is not over.
    update create_limits r set spent = r.spent - s.back, spent_today = r.spent_today - s.back_today
    from (
      select d.key_id, sum(d.price - d.captured) as back,
        coalesce(sum(d.price - d.captured) filter (
          where (d.created_at at time zone 'UTC')::date = l.spent_on), 0) as back_today
      from ended d join create_limits l using (key_id) where d.price > d.captured group by 1
    ) s
    where r.key_id = s.key_id
  ), used as (
    -- Nobody else adds to these rows now: they belong to the balances that are locked.
    insert into usage_days as u (account_id, book, day, key_id, model, succeeded, failed, cancelled, expired, credits)
    select d.account_id, d.book, (d.created_at at time zone 'UTC')::date, d.key_id, d.model,
      count(*) filter (where d.state = 'succeeded'), count(*) filter (where d.state = 'failed'),
      count(*) filter (where d.state = 'cancelled'), count(*) filter (where d.state = 'expired'), sum(d.captured)
    from ended d group by 1, 2, 3, 4, 5
    on conflict (account_id, book, day, key_id, model) do update set succeeded = u.succeeded + excluded.succeeded,
      failed = u.failed + excluded.failed, cancelled = u.cancelled + excluded.cancelled,
      expired = u.expired + excluded.expired, credits = u.credits + excluded.credits
  ), told as (
    insert into task_events (task_id, name, detail)
    select d.id, 'task.' || d.state, json_build_object('credits', trim_scale(d.captured / 1000000.0)) from ended d
  )
  select ended.id, ended.epoch from ended;
end $function$;
