// Fills a database with a long history, as the engine would have left it: ended tasks over sixty days with their attempts,
// timelines, money, callbacks and files. The rows are made by PostgreSQL itself, fifty thousand tasks a statement.
// Only for a database that nothing else uses: it switches the checks of foreign keys off for its connection.
import type { Pool, PoolClient, QueryConfig } from 'pg';

export interface History {
  /** Ended tasks. */
  tasks: number;
  /** The accounts that share them; the first one has 40 percent. */
  accountIds: readonly string[];
  /** The account at a provider that made all of them. */
  credentialId: string;
}

const CHUNK = 50_000;
/** The pool's own limit is meant for the server. */
const QUERY_TIMEOUT_MS = 3_600_000;

/** An id whose time is `ms`, the rest from a digest, so that a second run makes the same ids. */
const MAKE_ID = `create or replace function pg_temp.id_at(ms bigint, digest text, salt text) returns uuid
  language sql immutable parallel safe as $$
  select (lpad(to_hex(ms), 12, '0') || '7' || substr(x, 1, 3) || '8' || substr(x, 4, 3) || substr(x, 7, 12))::uuid
  from (select md5(digest || salt) x) s $$`;

/** The models of the history; the first accounts use all of them. */
const FILLED_MODELS = [
  'bytedance/seedance1-0-pro-t2v',
  'bytedance/seedance1-0-pro-i2v',
  'bytedance/seedance1-0-lite-t2v',
  'bytedance/seedance1-5-pro-t2v',
  'bytedance/seedance2-0-t2v',
  'bytedance/seedance2-0-i2v',
  'runway/gen4-5-t2v',
  'bytedance/seedance1-0-pro-fast-t2v',
  'bytedance/seedance2-0-mini-t2v',
];

/** The tasks of a chunk, with all that the other tables repeat of them. */
const MAKE_CHUNK = `create temporary table chunk on commit drop as
  select n, s.at, s.done, s.h, pg_temp.id_at((extract(epoch from s.at) * 1000)::bigint, s.h, 'task') as id,
    pg_temp.id_at((extract(epoch from s.done) * 1000)::bigint, s.h, 'transfer') as transfer_id,
    pg_temp.id_at((extract(epoch from s.done) * 1000)::bigint, s.h, 'callback') as callback_id,
    pg_temp.id_at((extract(epoch from s.done) * 1000)::bigint, s.h, 'file') as file_id,
    a.id as account_id, a.keys[1 + (n / 10) % array_length(a.keys, 1)] as key_id,
    ($5::text[])[1 + s.dice % array_length($5::text[], 1)] as model,
    case when s.chance < 92 then 'succeeded' when s.chance < 97 then 'failed' when s.chance < 99 then 'cancelled'
      else 'expired' end as state,
    (10 + (n % 150)) * 1000000::bigint as price
  from (
    select n, $3::timestamptz + make_interval(secs => n * $4::double precision) as at,
      $3::timestamptz + make_interval(secs => n * $4::double precision + 60 + n % 120) as done, md5(n::text) as h,
      hashint8(n) & 1048575 as dice, (hashint8(n + 7) & 1048575) % 100 as chance,
      (hashint8(n + 13) & 1048575) as account_dice
    from generate_series($1::bigint, $2::bigint - 1) n
  ) s
  join pg_temp.filled_accounts a on a.ix = case when n % 10 < 4 then 0 else 1 + s.account_dice % ($6::integer - 1) end`;

/** What each table gets of a chunk, in an order in which every row finds those that it names. */
const INSERTS = [
  `insert into tasks (id, account_id, key_id, book, model, input, callback_url, state, epoch, due_at, deadline_at, price,
     captured, price_version, transfer_id, provider, model_version, result_error, result_message, result_usage, outputs,
     created_at, started_at, completed_at, idempotency_key, request_digest)
   select id, account_id, key_id, 'live', model,
     json_build_object('prompt', 'Night falls over a harbour town; lanterns sway, and the wet quay mirrors every window. '
       || repeat(h, 7), 'resolution', '720p', 'aspect_ratio', '16:9', 'duration', 8, 'camera_fixed', false),
     case when n % 3 = 0 then 'https://client.example/api/callback/' || substr(h, 1, 20) end, state, 2, null,
     at + interval '1 hour', price, case when state = 'succeeded' then price else 0 end,
     '2026-11-21', case when state = 'succeeded' then transfer_id end, 'ark',
     case when state = 'succeeded' then 'seedance-1-0-pro-250528' end,
     case state when 'succeeded' then null when 'failed' then 'content_refused' when 'expired' then 'task_expired'
       else 'cancelled' end,
     case state when 'succeeded' then 'success' else 'The provider refused the content of this request' end,
     case when state = 'succeeded' then '{"completion_tokens":48600,"total_tokens":48600}'::json else '{}'::json end,
     case when state = 'succeeded' then json_build_array(json_build_object('key',
       'results/' || id || '/' || substr(h, 1, 22) || '.mp4', 'kind', 'video', 'contentType', 'video/mp4',
       'sizeBytes', 4000000 + n % 1000000, 'sha256', h || h)) else '[]'::json end,
     at, at + interval '1 second', done, case when n % 2 = 0 then 'order-' || h end,
     case when n % 2 = 0 then decode(h || h, 'hex') end
   from chunk order by n`,
  `insert into attempts (task_id, epoch, provider, state, reference, created_at, ended_at, credential_id, offer, account_id,
     key_id, model, intent_at, looked_at, reason, used, cost_nanos)
   select id, 1, 'ark', case when state = 'succeeded' then 'succeeded' else 'failed' end,
     json_build_object('id', 'cgt-20261130-' || substr(h, 1, 8)), at + interval '1 second', done, $1, 'ark', account_id,
     key_id, model, at + interval '1 second', done, case when state = 'failed' then 'content_refused' end,
     '{"unit":"token","amount":48600}'::json, 120000000
   from chunk order by n`,
  `insert into task_events (task_id, name, detail, created_at)
   select id, e.name, e.detail, case e.k when 1 then at + interval '1 second' when 2 then at + interval '20 seconds'
     else done end
   from chunk, lateral (values (1, 'attempt.accepted', '{"attempt" : 1, "provider" : "ark"}'::json),
     (2, 'task.progress', '{"percent":50}'),
     (3, 'task.' || state, json_build_object('credits', price / 1000000))) e (k, name, detail)
   order by n, e.k`,
  `insert into transfers (id, kind, book, account_id, task_id, amount)
   select transfer_id, 'capture', 'live', account_id, id, -price from chunk where state = 'succeeded' order by 1`,
  `insert into callbacks (id, task_id, account_id, url, test_mode, state, tries, scheduled_tries, next_try_at, created_at,
     completed_at)
   select callback_id, id, account_id, 'https://client.example/api/callback/' || substr(h, 1, 20), false, 'delivered', 1, 1,
     null, done, done + interval '1 second'
   from chunk where n % 3 = 0 order by 1`,
  `insert into deliveries (callback_id, number, trigger, sent_at, duration_ms, http_status, response_head)
   select callback_id, 1, 'schedule', done, 40, 200, 'ok' from chunk where n % 3 = 0 order by 1`,
  `insert into files (id, account_id, kind, key, content_type, size_bytes, sha256, task_id, state, created_at, expires_at)
   select file_id, account_id, 'result', 'results/' || id || '/' || substr(h, 1, 22) || '.mp4', 'video/mp4', 4000000,
     decode(h || h, 'hex'), id, 'ready', done, done + interval '14 days'
   from chunk where state = 'succeeded' and done > now() - interval '14 days' order by 1`,
  `insert into usage_days as u (account_id, book, day, key_id, model, succeeded, failed, cancelled, expired, credits)
   select account_id, 'live', (at at time zone 'UTC')::date, key_id, model, count(*) filter (where state = 'succeeded'),
     count(*) filter (where state = 'failed'), count(*) filter (where state = 'cancelled'),
     count(*) filter (where state = 'expired'), coalesce(sum(price) filter (where state = 'succeeded'), 0)
   from chunk group by 2, account_id, 3, key_id, model
   on conflict (account_id, book, day, key_id, model) do update set succeeded = u.succeeded + excluded.succeeded,
     failed = u.failed + excluded.failed, cancelled = u.cancelled + excluded.cancelled,
     expired = u.expired + excluded.expired, credits = u.credits + excluded.credits`,
  `update balances b set posted = posted - s.charged
   from (select account_id, sum(price) as charged from chunk where state = 'succeeded' group by 1) s
   where b.account_id = s.account_id and b.book = 'live'`,
  `update create_limits l set spent = spent + s.charged
   from (select key_id, sum(price) as charged from chunk where state = 'succeeded' group by 1) s
   where l.key_id = s.key_id`,
];

/** Writes the history, evenly over sixty days until ten minutes ago, then reads all of it for the statistics. */
export async function fillHistory(pool: Pool, history: History): Promise<void> {
  const { tasks, accountIds } = history;
  const client = await pool.connect();
  try {
    await client.query(
      `set session_replication_role = replica; set synchronous_commit = off; set statement_timeout = 0`,
    );
    await client.query(MAKE_ID);
    await client.query(
      `create temporary table filled_accounts as select a.place - 1 as ix, a.id,
         (select array_agg(k.id order by k.name) from api_keys k where k.account_id = a.id and k.mode = 'live') as keys
       from unnest('{${accountIds.join(',')}}'::uuid[]) with ordinality a (id, place)`,
    );
    const spanSeconds = 60 * 86_400 - 600;
    const start = new Date(Date.now() - 60 * 86_400_000);
    for (let from = 0; from < tasks; from += CHUNK) {
      const to = Math.min(tasks, from + CHUNK);
      await client.query('begin');
      await fillChunk(client, history, [from, to, start, spanSeconds / tasks]);
      await client.query('commit');
    }
    await run(client, 'vacuum analyze', []);
  } finally {
    client.release(true);
  }
}

async function fillChunk(
  client: PoolClient,
  { credentialId, accountIds }: History,
  times: readonly [from: number, to: number, start: Date, secondsEach: number],
): Promise<void> {
  await run(client, MAKE_CHUNK, [...times, FILLED_MODELS, accountIds.length]);
  for (const text of INSERTS) await run(client, text, text.includes('$1') ? [credentialId] : []);
}

async function run(client: PoolClient, text: string, values: unknown[]): Promise<void> {
  const query: QueryConfig & { query_timeout: number } = { text, values, query_timeout: QUERY_TIMEOUT_MS };
  await client.query(query);
}
