// The SQL of the dispatcher: what waits, what runs, and the claim of what was chosen. A round is one transaction under
// one lock, so that the caps hold for all nodes together; a node that does not get the lock asks again.
import type { PoolClient } from 'pg';
import { plainArray, rawJsonTypes } from '../db/pool.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Book } from '../lib/money.ts';
import type { TriedOffer } from '../tasks/attempts.store.ts';
import { ATTEMPT_IS_OPEN, TASK_COLUMNS } from '../tasks/columns.ts';
import type { TaskRow, TaskState } from '../tasks/task.ts';

const LOCK = 'reelay dispatch';
const QUEUES_MAX = 20_000;

/** A due task. */
export interface Candidate {
  id: string;
  account_id: string;
  key_id: string;
  book: Book;
  model: string;
  state: TaskState;
  /** The open attempt of a task that its worker left, or that has to be cancelled. */
  live_provider: string | null;
  live_state: string | null;
  tried: TriedOffer[] | null;
  /** What is known of its render, if the built-in renderer may make it. */
  draft: { waits: boolean; work: number } | null;
}

/** A candidate as it is read: with the part of its input from which the worker estimates the work of a render. */
export type CandidateRow = Omit<Candidate, 'draft'> & { draft: { waits: boolean; input: JsonObject } | null };

/** How many attempts are open, for each thing that has a cap. */
export interface Loads {
  accounts: Map<string, number>;
  keys: Map<string, number>;
  models: Map<string, number>;
  credentials: Map<string, number>;
}

/** How many starts a credential may make now, for those with a cap on requests a minute. */
export type RateRooms = Map<string, number>;

export interface Caps {
  accounts: Map<string, number>;
  keys: Map<string, number>;
  models: Map<string, number>;
}

/**
 * Takes the right to dispatch if no other node has it; the lock ends with the transaction. Returns the number of the round:
 * two that follow each other without a gap had no round of any node between them.
 */
export async function takeDispatchLock(client: PoolClient): Promise<number | undefined> {
  const { rows } = await client.query<{ round: number | null }>({
    name: 'dispatch-lock',
    text: `select case when pg_try_advisory_xact_lock(hashtext('${LOCK}'))
             then nextval('dispatch_rounds')::double precision end as round`,
  });
  return rows[0].round ?? undefined;
}

/** The condition of the index tasks_skipping_render. */
const IS_UNRENDERED = `due_at is not null and state = 'pending' and skips_render`;

const CANDIDATE_COLUMNS = `t.id, t.account_id, t.key_id, t.book, t.model, t.state,
  case when t.epoch > 0 then (
    select json_agg(json_build_object('offer', a.offer, 'credential_id', a.credential_id, 'state', a.state,
      'reason', a.reason))
    from attempts a where a.task_id = t.id) end as tried,
  case when t.book = 'test' or t.model like 'reelay/%' then json_build_object(
    'waits', coalesce(t.skips_render, false),
    'input', json_strip_nulls(json_build_object('duration', t.input -> 'duration', 'resolution', t.input -> 'resolution',
      'aspect_ratio', t.input -> 'aspect_ratio'))) end as draft`;

/**
 * The oldest due tasks of every account and model. The queues are found by steps through the index, so that a queue of a
 * million costs no more than one of a hundred. Tasks past their deadline are left to the worker's sweep.
 * @param look.queueMax how many tasks of one queue. @param look.fullKeys keys that may start nothing more.
 */
export async function readCandidates(
  client: PoolClient,
  look: { queueMax: number; fullKeys: readonly string[] },
): Promise<CandidateRow[]> {
  const { rows } = await client.query<CandidateRow>({
    name: 'dispatch-candidates',
    text: `with recursive queue as (
             (select account_id, model from tasks where due_at is not null order by account_id, model limit 1)
             union all
             select n.account_id, n.model from queue q, lateral (
               select account_id, model from tasks
               where due_at is not null and (account_id, model) > (q.account_id, q.model)
               order by account_id, model limit 1) n
           )
           select ${CANDIDATE_COLUMNS}, live.provider as live_provider, live.state as live_state
           from (select * from queue limit $1) q
           cross join lateral (
             select id, account_id, key_id, book, model, input, state, epoch, due_at, skips_render from tasks
             where account_id = q.account_id and model = q.model and due_at <= now() and deadline_at > now()
               and not (key_id = any ($3) and state = 'pending')
             order by due_at limit $2) t
           left join lateral (
             select provider, state from attempts a
             where t.epoch > 0 and a.task_id = t.id and ${ATTEMPT_IS_OPEN} order by a.epoch desc limit 1) live on true`,
    values: [QUEUES_MAX, look.queueMax, plainArray(look.fullKeys)],
  });
  return rows;
}

/** At most so many tasks of one account that need no renderer are begun in a round. */
const UNRENDERED_ACCOUNT_MAX = 32;

/** The oldest due tasks that need no renderer, of every account, found in the same way. */
export async function readUnrendered(
  client: PoolClient,
  fullKeys: readonly string[],
): Promise<CandidateRow[]> {
  const { rows } = await client.query<CandidateRow>({
    name: 'dispatch-unrendered',
    text: `with recursive account as (
             (select account_id from tasks where ${IS_UNRENDERED} order by account_id limit 1)
             union all
             select n.account_id from account a, lateral (
               select account_id from tasks where ${IS_UNRENDERED} and account_id > a.account_id
               order by account_id limit 1) n
           )
           select ${CANDIDATE_COLUMNS}, null as live_provider, null as live_state
           from (select * from account limit $1) q
           cross join lateral (
             select id, account_id, key_id, book, model, input, state, epoch, due_at, skips_render from tasks
             where ${IS_UNRENDERED} and account_id = q.account_id and due_at <= now() and deadline_at > now()
               and not key_id = any ($2)
             order by due_at limit ${UNRENDERED_ACCOUNT_MAX}) t`,
    values: [QUEUES_MAX, plainArray(fullKeys)],
  });
  return rows;
}

export async function readLoads(client: PoolClient): Promise<Loads> {
  const { rows } = await client.query({
    name: 'dispatch-loads',
    // An ended task does not count for its client; its job that still runs counts for the provider account.
    text: `select account_id, key_id, model, credential_id,
             (count(*) filter (where not is_late))::integer as open,
             (count(*) filter (where not is_late or state = 'accepted'))::integer as there
           from attempts where ended_at is null
           group by grouping sets ((account_id), (key_id), (model), (credential_id))`,
  });
  const loads: Loads = { accounts: new Map(), keys: new Map(), models: new Map(), credentials: new Map() };
  for (const row of rows) {
    if (row.account_id !== null) loads.accounts.set(row.account_id, row.open);
    else if (row.key_id !== null) loads.keys.set(row.key_id, row.open);
    else if (row.model !== null) loads.models.set(row.model, row.open);
    else if (row.credential_id !== null) loads.credentials.set(row.credential_id, row.there);
  }
  return loads;
}

export async function readCaps(client: PoolClient): Promise<Caps> {
  const { rows } = await client.query<{ kind: keyof Caps; name: string; cap: number }>({
    name: 'dispatch-caps',
    text: `select 'accounts' as kind, id::text as name, open_tasks_max as cap from accounts where open_tasks_max is not null
           union all
           select 'keys', id::text, open_tasks_max from api_keys where open_tasks_max is not null
           union all
           select 'models', model, open_tasks_max from model_settings where open_tasks_max is not null`,
  });
  const caps: Caps = { accounts: new Map(), keys: new Map(), models: new Map() };
  for (const { kind, name, cap } of rows) caps[kind].set(name, cap);
  return caps;
}

/** A burst may take what fits into so many seconds of the minute. */
const RATE_WINDOW_SECONDS = 6;

/** GCRA on the database clock: how many starts fit now, by credential. */
export async function readRateRooms(
  client: PoolClient,
  rates: readonly { id: string; requestsPerMinute: number }[],
): Promise<RateRooms> {
  if (rates.length === 0) return new Map();
  const { rows } = await client.query<{ id: string; room: number }>({
    name: 'dispatch-rates',
    text: `select c.id, greatest(0, floor((greatest(${RATE_WINDOW_SECONDS}, 60.0 / c.rate)
               - extract(epoch from greatest(coalesce(r.arrival_at, now()), now()) - now())) * c.rate / 60.0))::integer as room
           from unnest($1::uuid[], $2::integer[]) c (id, rate) left join credential_rates r on r.credential_id = c.id`,
    values: [
      plainArray(rates.map(({ id }) => id)),
      plainArray(rates.map(({ requestsPerMinute }) => requestsPerMinute)),
    ],
  });
  return new Map(rows.map(({ id, room }) => [id, room]));
}

/** Counts starts against the rates of credentials. */
export async function countStarts(
  client: PoolClient,
  starts: readonly { id: string; count: number; requestsPerMinute: number }[],
): Promise<void> {
  if (starts.length === 0) return;
  await client.query({
    name: 'dispatch-count',
    text: `insert into credential_rates as r (credential_id, arrival_at)
           select c.id, now() + make_interval(secs => c.count * 60.0 / c.rate)
           from unnest($1::uuid[], $2::integer[], $3::integer[]) c (id, count, rate)
           on conflict (credential_id) do update
             set arrival_at = greatest(r.arrival_at, now()) + (excluded.arrival_at - now())`,
    values: [
      plainArray(starts.map(({ id }) => id)),
      plainArray(starts.map(({ count }) => count)),
      plainArray(starts.map(({ requestsPerMinute }) => requestsPerMinute)),
    ],
  });
}

/** Where a due task goes: to a new attempt, or back to the one that it has. */
export type Assignment = { taskId: string } & (NewAttempt | { kind: 'resume'; provider: string });

/** A new attempt at an offer: `local` in this process, with a place of the renderer or without; else at an account. */
type NewAttempt = { provider: string; offer: string; usualSeconds: number } & (
  | { kind: 'local'; needsRender: boolean }
  | { kind: 'start'; credentialId: string }
);

/** The columns of the attempt that an assignment begins; a task that has an attempt gets none. */
interface AttemptColumns {
  provider: string | null;
  offer: string | null;
  credentialId: string | null;
  usualSeconds: number | null;
}

function columnsOf(assignment: Assignment): AttemptColumns {
  switch (assignment.kind) {
    case 'local':
      return { ...assignment, credentialId: null };
    case 'start':
      return assignment;
    case 'resume':
      return { provider: null, offer: null, credentialId: null, usualSeconds: null };
  }
}

/** A task that this node has claimed, with its assignment. */
export interface ClaimedTask extends TaskRow {
  assignment: Assignment;
}

/**
 * Claims the tasks and writes their attempts. An earlier attempt that was assigned and never begun is abandoned here,
 * since nothing was sent for it.
 */
export async function claimAssigned(
  client: PoolClient,
  claim: { nodeId: string; leaseMs: number; assignments: readonly Assignment[] },
): Promise<ClaimedTask[]> {
  const { assignments } = claim;
  const columns = assignments.map(columnsOf);
  const { rows } = await client.query<TaskRow>({
    name: 'dispatch-claim',
    text: `with picked as (
             select * from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::integer[])
               p (id, provider, offer, credential_id, usual_seconds)
           ), locked as materialized (
             select t.id from tasks t join picked p using (id) order by t.id for no key update of t
           ), t as (
             update tasks t set epoch = t.epoch + 1, node_id = $1, due_at = now() + make_interval(secs => $2 / 1000.0),
               state = case when t.state = 'pending' then 'running' else t.state end,
               started_at = coalesce(t.started_at, now())
             from picked p join locked using (id) where t.id = p.id and coalesce(t.due_at, 'infinity') <= now() returning ${TASK_COLUMNS}
           ), unbegun as (
             update attempts a set state = 'abandoned', detail = 'nothing was sent', ended_at = now()
             from t where a.task_id = t.id and a.epoch < t.epoch and a.state = 'assigned'
           ), begun as (
             insert into attempts (task_id, epoch, provider, offer, credential_id, account_id, key_id, model, usual_seconds, state)
             select t.id, t.epoch, p.provider, p.offer, p.credential_id, t.account_id, t.key_id, t.model, p.usual_seconds, 'assigned'
             from t join picked p on p.id = t.id where p.provider is not null
           )
           select * from t`,
    values: [
      claim.nodeId,
      claim.leaseMs,
      plainArray(assignments.map(({ taskId }) => taskId)),
      plainArray(columns.map(({ provider }) => provider)),
      columns.map(({ offer }) => offer),
      plainArray(columns.map(({ credentialId }) => credentialId)),
      plainArray(columns.map(({ usualSeconds }) => usualSeconds)),
    ],
    types: rawJsonTypes,
  });
  const byTask = new Map(assignments.map((assignment) => [assignment.taskId, assignment]));
  return rows.map((row) => ({ ...row, assignment: byTask.get(row.id) as Assignment }));
}
