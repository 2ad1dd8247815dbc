// The SQL of callbacks, deliveries and their secrets. Times are those of the database, except when a try was sent.
import type { Pool, PoolClient } from 'pg';

export type CallbackState = 'pending' | 'delivered' | 'gone' | 'failed';

/** What it is about: the end of a task, a result that came after it, or a balance. */
export type Occasion = 'end' | 'late' | 'balance';

/** Why a try is made. Only those of the schedule count against its ten. */
export type Trigger = 'schedule' | 'replay' | 'copy';

export interface CallbackRow {
  id: string;
  /** Null where it is about no task. */
  task_id: string | null;
  occasion: Occasion;
  account_id: string;
  url: string;
  test_mode: boolean;
  state: CallbackState;
  tries: number;
  scheduled_tries: number;
  next_try_at: Date | null;
  created_at: Date;
  completed_at: Date | null;
}

export interface DeliveryRow {
  number: number;
  trigger: Trigger;
  sent_at: Date;
  duration_ms: number;
  http_status: number | null;
  error: string | null;
  response_head: string | null;
}

/** A callback with what it takes to send it. */
export interface SendableRow extends CallbackRow {
  /** Null for a callback about a task. */
  body: string | null;
  /** Newest first; empty until the account's first secret is made. */
  sealed_secrets: Buffer[];
}

export interface NewCallback {
  id: string;
  /** Undefined where it is about no task; then it has a body. */
  taskId?: string;
  body?: string;
  accountId: string;
  url: string;
  testMode: boolean;
  occasion: Occasion;
}

const CALLBACK_COLUMNS = `c.id, c.task_id, c.occasion, c.account_id, c.url, c.test_mode, c.state, c.tries,
  c.scheduled_tries, c.next_try_at, c.created_at, c.completed_at`;

/** Writes callbacks, except where the task has one already. Gives the ids that were written. */
export async function insertCallbacks(
  client: PoolClient,
  callbacks: readonly NewCallback[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>({
    name: 'callbacks-insert',
    text: `insert into callbacks (id, task_id, account_id, url, test_mode, occasion, body)
           select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::boolean[], $6::text[], $7::text[])
           on conflict (task_id, occasion) do nothing returning id`,
    values: [
      callbacks.map((callback) => callback.id),
      callbacks.map((callback) => callback.taskId),
      callbacks.map((callback) => callback.accountId),
      callbacks.map((callback) => callback.url),
      callbacks.map((callback) => callback.testMode),
      callbacks.map((callback) => callback.occasion),
      callbacks.map((callback) => callback.body),
    ],
  });
  return new Set(rows.map((row) => row.id));
}

/** Reads callbacks by id, with their account's secrets of this moment. */
export async function readSendable(pool: Pool, ids: readonly string[]): Promise<Map<string, SendableRow>> {
  const { rows } = await pool.query<SendableRow>({
    name: 'callbacks-sendable',
    text: `select ${CALLBACK_COLUMNS}, c.body, array(
             select s.sealed from callback_secrets s
             where s.account_id = c.account_id and s.test_mode = c.test_mode and (s.expires_at is null or s.expires_at > now())
             order by s.expires_at desc nulls first) as sealed_secrets
           from callbacks c where c.id = any($1::uuid[])`,
    values: [ids],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

export interface DeliveryRecord {
  callbackId: string;
  trigger: Trigger;
  /** How many tries of the schedule had been made when this one began. */
  step: number;
  /** What the callback becomes by this try. */
  state: CallbackState;
  /** Until the next try; null when there is none. */
  delayMs: number | null;
  sentAtMs: number;
  durationMs: number;
  httpStatus: number | null;
  error: string | null;
  responseHead: string | null;
}

/**
 * Writes tries of different callbacks. Each is logged; it moves the callback on only when it is the try that the
 * schedule was at, so that one which was made twice (its first sender died before this) counts once. A success or a
 * "gone" ends the callback whatever the trigger. On a repeat what is in the log already is left as it is. Gives the ids
 * whose next try is now to be added as a job.
 */
export async function recordDeliveries(
  client: PoolClient,
  records: readonly DeliveryRecord[],
  isRepeat = false,
): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string; awaits_next: boolean }>({
    name: 'callbacks-record',
    text: `
    with record as (
      select * from json_to_recordset($1) as r ("callbackId" uuid, trigger text, step integer, state text,
        "delayMs" double precision, "sentAtMs" double precision, "durationMs" integer, "httpStatus" integer,
        error text, "responseHead" text)
    ), verdict as materialized (
      select r.*, c.tries + 1 as number,
        r.trigger = 'schedule' and c.state = 'pending' and c.scheduled_tries = r.step as is_due,
        case when r.state in ('delivered', 'gone') then r.state
             when r.trigger = 'schedule' and c.state = 'pending' and c.scheduled_tries = r.step then r.state
             else c.state end as new_state
      from record r join callbacks c on c.id = r."callbackId"
      where not $2::boolean or not exists (
        select from deliveries d where d.callback_id = c.id and d.trigger = r.trigger
          and d.sent_at = to_timestamp(r."sentAtMs" / 1000))
      order by c.id for no key update of c
    ), changed as (
      update callbacks c set
        tries = v.number,
        scheduled_tries = c.scheduled_tries + case when v.is_due then 1 else 0 end,
        state = v.new_state,
        next_try_at = case when v.new_state <> 'pending' then null
                               when v.is_due then now() + v."delayMs" * interval '1 millisecond'
                               else c.next_try_at end,
        completed_at = case when v.new_state = 'pending' then null
                            when v.new_state = c.state then c.completed_at
                            else now() end
      from verdict v where c.id = v."callbackId"
    ), logged as (
      insert into deliveries (callback_id, number, trigger, sent_at, duration_ms, http_status, error, response_head)
      select v."callbackId", v.number, v.trigger, to_timestamp(v."sentAtMs" / 1000), v."durationMs",
        v."httpStatus", v.error, v."responseHead"
      from verdict v
    )
    select v."callbackId" as id, v.is_due and v.new_state = 'pending' as awaits_next from verdict v`,
    values: [JSON.stringify(records), isRepeat],
  });
  return new Set(rows.filter((row) => row.awaits_next).map((row) => row.id));
}

/** An account in one of its two modes: a test key must not reach what belongs to the live ones. */
export interface CallbackOwner {
  accountId: string;
  testMode: boolean;
}

export interface CallbackFilter {
  /** Of all accounts if left out; for operators only. */
  owner?: CallbackOwner | undefined;
  /** Those of an account in both of its modes; for operators only. */
  accountId?: string | undefined;
  state?: CallbackState | undefined;
  taskId?: string | undefined;
  /** About any of these; about anything if left out. */
  occasions?: readonly Occasion[] | undefined;
  /** Those made before the callback of this id. */
  before?: string | undefined;
  limit: number;
}

/** What makes a partial index fit is written out: the planner cannot compare it with a parameter. */
const IN_STATE: Record<CallbackState, string> = {
  pending: 'c.completed_at is null',
  delivered: `c.state = 'delivered'`,
  failed: `c.state in ('failed', 'gone') and c.state = 'failed'`,
  gone: `c.state in ('failed', 'gone') and c.state = 'gone'`,
};

/** Callbacks, newest first. */
export async function listCallbacks(pool: Pool, filter: CallbackFilter): Promise<CallbackRow[]> {
  const { owner, state, occasions } = filter;
  const accountId = owner?.accountId ?? filter.accountId;
  const isSpecial = occasions?.includes('end') === false;
  const page = `select ${CALLBACK_COLUMNS} from callbacks c
    where ${accountId === undefined ? '$1::uuid is null and $2::boolean[] is null' : 'c.account_id = $1 and c.test_mode = m.test_mode'}
      and ${state ? IN_STATE[state] : 'true'} and ${isSpecial ? `c.occasion <> 'end'` : 'true'}
      and ($3::uuid is null or c.task_id = $3) and ($4::uuid is null or c.id < $4)
      and ($5::text[] is null or c.occasion = any ($5))
    order by c.id desc limit $6`;
  const { rows } = await pool.query<CallbackRow>(
    accountId === undefined
      ? page
      : `select l.* from unnest($2::boolean[]) m (test_mode), lateral (${page}) l order by l.id desc limit $6`,
    [
      accountId,
      accountId === undefined ? undefined : owner ? [owner.testMode] : [false, true],
      filter.taskId,
      filter.before,
      occasions,
      filter.limit,
    ],
  );
  return rows;
}

export async function readCallback(
  client: Pool | PoolClient,
  id: string,
  owner: CallbackOwner | undefined,
): Promise<CallbackRow | undefined> {
  const { rows } = await client.query<CallbackRow>(
    `select ${CALLBACK_COLUMNS} from callbacks c
     where c.id = $1 and ($2::uuid is null or (c.account_id = $2 and c.test_mode = $3))`,
    [id, owner?.accountId, owner?.testMode],
  );
  return rows[0];
}

export interface ReplayableRow extends CallbackRow {
  /** Since it was last asked for; null when it never was. */
  replayed_seconds: number | null;
  /** The call that asked last. */
  replay_id: string | null;
}

/** Reads a callback, which no other call can replay until the transaction ends. */
export async function lockForReplay(
  client: PoolClient,
  id: string,
  owner: CallbackOwner | undefined,
): Promise<ReplayableRow | undefined> {
  const { rows } = await client.query<ReplayableRow>(
    `select ${CALLBACK_COLUMNS}, c.replay_id, extract(epoch from clock_timestamp() - c.replayed_at)::float8 as replayed_seconds
     from callbacks c where c.id = $1 and ($2::uuid is null or (c.account_id = $2 and c.test_mode = $3))
     for no key update of c`,
    [id, owner?.accountId, owner?.testMode],
  );
  return rows[0];
}

export async function markReplayed(client: PoolClient, id: string, replayId: string): Promise<void> {
  await client.query('update callbacks set replayed_at = clock_timestamp(), replay_id = $2 where id = $1', [
    id,
    replayId,
  ]);
}

/**
 * Marks callbacks of an owner that were given up as replayed, oldest first, but for those that were a moment ago or have a
 * full log. A repeat of the call finds what it has marked. @returns what to send.
 */
export async function markFailedReplayed(
  client: PoolClient,
  { accountId, testMode }: CallbackOwner,
  { replayId, everySeconds, triesMax, limit }: ReplayBounds,
): Promise<{ id: string; url: string }[]> {
  const { rows } = await client.query<{ id: string; url: string }>(
    `with failed as (
       select id from callbacks where account_id = $1 and test_mode = $2 and state in ('failed', 'gone')
         and tries < $5 and (replay_id = $3 or replayed_at is null
           or abs(extract(epoch from clock_timestamp() - replayed_at)) >= $4)
       order by id limit $6 for no key update skip locked
     ), marked as (
       update callbacks c set replayed_at = clock_timestamp(), replay_id = $3
       from failed f where c.id = f.id returning c.id, c.url
     )
     select id, url from marked order by id`,
    [accountId, testMode, replayId, everySeconds, triesMax, limit],
  );
  return rows;
}

export interface ReplayBounds {
  /** The call that asks. */
  replayId: string;
  everySeconds: number;
  triesMax: number;
  limit: number;
}

/** Tries of a callback, first to last. */
export async function listDeliveries(pool: Pool, callbackId: string, limit: number): Promise<DeliveryRow[]> {
  const { rows } = await pool.query<DeliveryRow>(
    `select number, trigger, sent_at, duration_ms, http_status, error, response_head
     from deliveries where callback_id = $1 order by number limit $2`,
    [callbackId, limit],
  );
  return rows;
}

/** The last try of each of these callbacks that has one. */
export async function readLastDeliveries(
  pool: Pool,
  callbackIds: readonly string[],
): Promise<Map<string, DeliveryRow>> {
  const { rows } = await pool.query<DeliveryRow & { callback_id: string }>(
    `select d.* from unnest($1::uuid[]) i (id) cross join lateral (
       select callback_id, number, trigger, sent_at, duration_ms, http_status, error, response_head
       from deliveries where callback_id = i.id order by number desc limit 1) d`,
    [callbackIds],
  );
  return new Map(rows.map((row) => [row.callback_id, row]));
}

/** Deletes callbacks that ended longer ago than this, with their deliveries. Gives how many. */
export async function deleteOldCallbacks(pool: Pool, days: number, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from callbacks where id in (
       select id from callbacks where completed_at < now() - $1 * interval '1 day'
       order by completed_at limit $2)`,
    [days, limit],
  );
  return rowCount ?? 0;
}

/** Lets one caller at a time change the secrets of an owner, until its transaction ends. */
export async function lockSecrets(client: PoolClient, owner: CallbackOwner): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('callback secrets ' || $1, 0))`, [
    owner.accountId,
  ]);
}

export async function readCurrentSecret(
  client: Pool | PoolClient,
  owner: CallbackOwner,
): Promise<Buffer | undefined> {
  const { rows } = await client.query<{ sealed: Buffer }>(
    'select sealed from callback_secrets where account_id = $1 and test_mode = $2 and expires_at is null',
    [owner.accountId, owner.testMode],
  );
  return rows[0]?.sealed;
}

/** When the current secret was made, and until when an earlier one signs beside it. */
export async function readSecretTimes(
  pool: Pool,
  { accountId, testMode }: CallbackOwner,
): Promise<{ created_at: Date | null; earlier_until: Date | null }> {
  const { rows } = await pool.query<{ created_at: Date | null; earlier_until: Date | null }>(
    `select max(created_at) filter (where expires_at is null) as created_at,
       max(expires_at) filter (where expires_at > now()) as earlier_until
     from callback_secrets where account_id = $1 and test_mode = $2`,
    [accountId, testMode],
  );
  return rows[0];
}

/** Ends every secret of the owner after the overlap at the latest, and forgets those that have ended. */
export async function expireSecrets(
  client: PoolClient,
  { accountId, testMode }: CallbackOwner,
  overlapHours: number,
): Promise<void> {
  await client.query(
    `update callback_secrets set expires_at = least(expires_at, now() + $3 * interval '1 hour')
     where account_id = $1 and test_mode = $2`,
    [accountId, testMode, overlapHours],
  );
  await client.query(
    'delete from callback_secrets where account_id = $1 and test_mode = $2 and expires_at <= now()',
    [accountId, testMode],
  );
}

export async function hasSecret(client: PoolClient, id: string): Promise<boolean> {
  const { rowCount } = await client.query('select from callback_secrets where id = $1', [id]);
  return rowCount === 1;
}

export async function insertSecret(
  client: PoolClient,
  { id, owner, sealed }: { id: string; owner: CallbackOwner; sealed: Buffer },
): Promise<void> {
  await client.query(
    'insert into callback_secrets (id, account_id, test_mode, sealed) values ($1, $2, $3, $4)',
    [id, owner.accountId, owner.testMode, sealed],
  );
}
