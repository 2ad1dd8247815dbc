// The SQL of inboxes and what was posted to them. Times are those of the database.
import type { Pool, PoolClient } from 'pg';
import type { CallbackOwner } from './callbacks.store.ts';

export interface InboxRow {
  id: string;
  account_id: string;
  test_mode: boolean;
  created_at: Date;
  expires_at: Date;
}

/** Whether a request was signed by a secret of its inbox's account; `absent` without a signature. */
export type SignatureState = 'valid' | 'invalid' | 'absent';

export interface InboxRequestRow {
  id: string;
  received_at: Date;
  method: string;
  query: string;
  headers: Record<string, string>;
  /** The first bytes. */
  body: Buffer;
  body_bytes: number;
  signature: SignatureState;
}

export interface NewInboxRequest {
  id: string;
  inboxId: string;
  method: string;
  query: string;
  headers: Record<string, string>;
  body: Buffer;
  bodyBytes: number;
  signature: SignatureState;
}

const INBOX_COLUMNS = 'id, account_id, test_mode, created_at, expires_at';

/** Lets one caller at a time add an inbox to an account, until its transaction ends. */
export async function lockInboxes(client: PoolClient, { accountId }: CallbackOwner): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('inboxes ' || $1, 0))`, [accountId]);
}

/** Writes an inbox; one of the same id is of an earlier run of this, and is given as it is. */
export async function insertInbox(
  client: PoolClient,
  { id, owner, hours }: { id: string; owner: CallbackOwner; hours: number },
): Promise<InboxRow> {
  const { rows } = await client.query<InboxRow>(
    `insert into inboxes (id, account_id, test_mode, expires_at)
     values ($1, $2, $3, now() + $4 * interval '1 hour')
     on conflict (id) do update set id = excluded.id returning ${INBOX_COLUMNS}`,
    [id, owner.accountId, owner.testMode, hours],
  );
  return rows[0];
}

/** The inboxes of an account that have not ended, newest first. */
export async function listInboxes(
  client: Pool | PoolClient,
  { accountId, testMode }: CallbackOwner,
  limit: number,
): Promise<InboxRow[]> {
  const { rows } = await client.query<InboxRow>(
    `select ${INBOX_COLUMNS} from inboxes where account_id = $1 and test_mode = $2 and expires_at > now()
     order by id desc limit $3`,
    [accountId, testMode, limit],
  );
  return rows;
}

/** An inbox that has not ended. @param owner left out where the address itself is the permission. */
export async function readInbox(
  client: Pool | PoolClient,
  id: string,
  owner?: CallbackOwner,
): Promise<InboxRow | undefined> {
  const { rows } = await client.query<InboxRow>(
    `select ${INBOX_COLUMNS} from inboxes
     where id = $1 and expires_at > now() and ($2::uuid is null or (account_id = $2 and test_mode = $3))`,
    [id, owner?.accountId, owner?.testMode],
  );
  return rows[0];
}

/** Removes an inbox with what is in it. @returns whether the owner had it. */
export async function deleteInbox(pool: Pool, id: string, owner: CallbackOwner): Promise<boolean> {
  const { rowCount } = await pool.query(
    'delete from inboxes where id = $1 and account_id = $2 and test_mode = $3',
    [id, owner.accountId, owner.testMode],
  );
  return rowCount === 1;
}

/** The secrets of an owner that sign now, sealed. */
export async function readSealedSecrets(pool: Pool, owner: CallbackOwner): Promise<Buffer[]> {
  const { rows } = await pool.query<{ sealed: Buffer }>(
    `select sealed from callback_secrets
     where account_id = $1 and test_mode = $2 and (expires_at is null or expires_at > now())
     order by expires_at desc nulls first`,
    [owner.accountId, owner.testMode],
  );
  return rows.map(({ sealed }) => sealed);
}

/**
 * Keeps a request and removes the oldest ones beyond the limits. The row of the inbox is locked first, so that requests
 * that come at once are counted one after the other. @returns false when the inbox has ended.
 */
export async function insertRequest(
  client: PoolClient,
  request: NewInboxRequest,
  limits: { requests: number; bytes: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from inboxes where id = $1 and expires_at > now() for no key update',
    [request.inboxId],
  );
  if (rowCount === 0) return false;
  await client.query(
    `insert into inbox_requests (id, inbox_id, method, query, headers, body, body_bytes, signature)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
    [
      request.id,
      request.inboxId,
      request.method,
      request.query,
      JSON.stringify(request.headers),
      request.body,
      request.bodyBytes,
      request.signature,
    ],
  );
  await client.query(
    `delete from inbox_requests r using (
       select id, row_number() over newest as place,
         sum(length(body) + length(headers::text) + length(query)) over newest as bytes
       from inbox_requests where inbox_id = $1 window newest as (order by id desc)
     ) k where r.id = k.id and (k.place > $2 or k.bytes > $3)`,
    [request.inboxId, limits.requests, limits.bytes],
  );
  return true;
}

/** What is in an inbox, newest first. */
export async function listRequests(pool: Pool, inboxId: string, limit: number): Promise<InboxRequestRow[]> {
  const { rows } = await pool.query<InboxRequestRow>(
    `select id, received_at, method, query, headers, body, body_bytes, signature
     from inbox_requests where inbox_id = $1 order by id desc limit $2`,
    [inboxId, limit],
  );
  return rows;
}

/** Removes up to `limit` inboxes that have ended. @returns how many. */
export async function deleteEndedInboxes(pool: Pool, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from inboxes where id in (select id from inboxes where expires_at <= now() order by expires_at limit $1)`,
    [limit],
  );
  return rowCount ?? 0;
}
