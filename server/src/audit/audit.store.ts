// The SQL of the audit log: lines are added and read, never changed.
import type { Pool, PoolClient } from 'pg';
import { type JsonObject, stringifyStorable, toStorable } from '../lib/json.ts';

/** `token` is the operator token, `server` is Reelay itself, as when it makes the first key. */
export type ActorKind = 'person' | 'token' | 'key' | 'command' | 'server';

export interface AuditRow {
  id: string;
  created_at: Date;
  actor_kind: ActorKind;
  actor_id: string | null;
  actor_name: string;
  action: string;
  subject: string;
  account_id: string | null;
  before: JsonObject | null;
  after: JsonObject | null;
  origin: string;
  address: string | null;
  request_id: string | null;
}

export type NewAuditRow = Omit<AuditRow, 'created_at'>;

/** Adds a line once: an earlier run, whose answer was lost, may have added it. */
export async function insertLine(client: Pool | PoolClient, line: NewAuditRow): Promise<void> {
  await client.query(
    `insert into audit_lines (id, actor_kind, actor_id, actor_name, action, subject, account_id, before, after,
       origin, address, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (id) do nothing`,
    [
      line.id,
      line.actor_kind,
      line.actor_id,
      toStorable(line.actor_name),
      line.action,
      toStorable(line.subject),
      line.account_id,
      line.before && stringifyStorable(line.before),
      line.after && stringifyStorable(line.after),
      toStorable(line.origin),
      line.address,
      line.request_id,
    ],
  );
}

/** What is undefined does not narrow. */
export interface AuditFilter {
  /** A name as `key.create`, or its noun. */
  action?: string | undefined;
  /** Id or name. */
  actor?: string | undefined;
  subject?: string | undefined;
  accountId?: string | undefined;
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

export interface AuditPage extends AuditFilter {
  /** Id of the last line of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Lines that match, newest first. */
export async function listLines(pool: Pool, page: AuditPage): Promise<AuditRow[]> {
  const { rows } = await pool.query<AuditRow>(
    `select * from audit_lines
     where ($1::uuid is null or id < $1)
       and ($2::text is null or action = $2 or starts_with(action, $2 || '.'))
       and ($3::text is null or actor_id::text = $3 or actor_name = $3)
       and ($4::text is null or subject = $4)
       and ($5::uuid is null or account_id = $5)
       and ($6::timestamptz is null or created_at >= $6)
       and ($7::timestamptz is null or created_at < $7)
     order by id desc limit $8`,
    [page.before, page.action, page.actor, page.subject, page.accountId, page.from, page.to, page.limit],
  );
  return rows;
}
