-- The audit log of operators' acts and of changes of access. A new table: no lock or size risk.

create table audit_lines (
  id uuid primary key,
  created_at timestamptz not null default now(),
  actor_kind text not null check (actor_kind in ('person', 'token', 'key', 'command', 'server')),
  actor_id uuid,
  actor_name text not null,
  action text not null check (action ~ '^[a-z_]+[.][a-z_]+$'),
  subject text not null,
  account_id uuid,
  before jsonb,
  after jsonb,
  origin text not null,
  address text,
  request_id text
);
create index audit_lines_account on audit_lines (account_id, id desc) where account_id is not null;
create index audit_lines_action on audit_lines (action, id desc);
create index audit_lines_subject on audit_lines (subject, id desc);
comment on table audit_lines is 'Who did what to what, from where: a line for each act of an operator and each change of access. Never changed or removed.';
comment on column audit_lines.actor_id is 'The person or key, where it was one.';
comment on column audit_lines.subject is 'Id or name of what was acted on.';
comment on column audit_lines.account_id is 'The account that it concerns; no reference, so that a line outlives it.';
comment on column audit_lines.before is 'What differs, as it was; null for what was made. Never a secret.';
comment on column audit_lines.origin is 'The route or command, as POST /api/v1/operator/keys or reelay keys create.';

create trigger audit_lines_append_only before update or delete on audit_lines
  for each statement execute function refuse_change();
create trigger audit_lines_never_emptied before truncate on audit_lines
  for each statement execute function refuse_change();
