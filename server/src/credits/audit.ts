// Proves the invariants of the ledger by reading it: all of it once a day and on demand, and each minute what has
// moved lately (audit-recent.store.ts). A row found here is a bug or a manual change of the database, and must never
// be repaired silently.
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { HOUR_MS } from '../lib/time.ts';
import { advanceCheckpoints, RECENT } from './audit-recent.store.ts';

/** One invariant and the query that lists its violations. */
interface Invariant {
  id: string;
  promise: string;
  sql: string;
}

/** The audit of each minute, and that of each day. */
export type AuditScope = 'recent' | 'whole';

/** Where the result of each audit is kept, by the name of a setting. */
export const AUDIT_SETTINGS: Record<AuditScope, string> = {
  recent: 'ledger_audit',
  whole: 'ledger_audit_whole',
};

/** What an audit found: rows by the invariant that they break. */
export interface AuditResult {
  /** Seconds since 1970. */
  at: number;
  violations: Record<string, number>;
}

/** A task may be between its end and a reader's view of it for this long. */
const GRACE = `interval '1 minute'`;

export const INVARIANTS: readonly Invariant[] = [
  {
    id: 'L1',
    promise: 'the postings of every transfer add up to zero',
    sql: 'select transfer_id::text as subject from postings group by 1 having sum(amount) <> 0',
  },
  {
    id: 'L2',
    promise: 'all postings of a book add up to zero',
    sql: `select t.book as subject from postings p join transfers t on t.id = p.transfer_id
          group by 1 having sum(p.amount) <> 0`,
  },
  {
    id: 'L3',
    promise: 'no account has less than it has set aside',
    sql: `select account_id || ' ' || book as subject from balances where posted - held < 0 or held < 0`,
  },
  {
    id: 'L4',
    promise: 'each balance equals its postings and its open holds',
    sql: `select b.account_id || ' ' || b.book as subject from balances b
          left join (select t.account_id, t.book, sum(p.amount) as posted from transfers t
                     join postings p on p.transfer_id = t.id and p.ledger = 'account' group by 1, 2) p
            using (account_id, book)
          left join (select h.account_id, h.book, sum(h.amount) as held from holds h
                     where not exists (select from settlements s where s.task_id = h.task_id) group by 1, 2) h
            using (account_id, book)
          where b.posted <> coalesce(p.posted, 0) or b.held <> coalesce(h.held, 0)`,
  },
  {
    id: 'L5',
    promise: 'every open task has its hold, of its own price, and every open hold its task',
    sql: `select t.id::text as subject from tasks t left join holds h on h.task_id = t.id
          where t.due_at is not null
            and (h.task_id is null or h.amount <> t.price or h.account_id <> t.account_id or h.book <> t.book)
          union all
          select h.task_id::text from holds h
          where not exists (select from settlements s where s.task_id = h.task_id)
            and not exists (select from tasks t where t.id = h.task_id)`,
  },
  {
    id: 'L6',
    promise: 'a hold has at most one settlement, and each settlement a hold',
    sql: `select s.task_id::text as subject from settlements s left join holds h using (task_id) where h.task_id is null`,
  },
  {
    id: 'L7',
    promise: 'no more was captured than held, and the transfer says the same amount',
    sql: `select s.task_id::text as subject from settlements s join holds h using (task_id)
          left join postings p on p.transfer_id = s.transfer_id and p.ledger = 'account'
          where s.captured > h.amount or s.captured <> coalesce(-p.amount, 0)`,
  },
  {
    id: 'L8',
    promise: 'a task has ended exactly when its hold is settled, in the way of its state',
    sql: `select t.id::text as subject from tasks t left join settlements s on s.task_id = t.id
          where (t.due_at is null and (s.task_id is null
              or s.kind <> case t.state when 'succeeded' then 'capture' when 'expired' then 'expire' else 'void' end
              or s.captured <> t.captured))
             or (t.due_at is not null and s.task_id is not null)
             or (t.due_at is not null and t.deadline_at < now() - ${GRACE})`,
  },
  {
    id: 'L9',
    promise: 'the tables of the ledger refuse changes',
    sql: `select n.name as subject from unnest(array['transfers', 'postings', 'holds', 'settlements']) n (name)
          where not exists (select from pg_trigger t where t.tgname = n.name || '_append_only' and t.tgenabled = 'O')`,
  },
  {
    id: 'L10',
    promise: 'amounts are whole numbers within range',
    sql: `select c.table_name || '.' || c.column_name as subject from information_schema.columns c
          where c.table_schema = 'public' and c.data_type <> 'bigint' and (c.table_name, c.column_name) in
            (('balances', 'posted'), ('balances', 'held'), ('postings', 'amount'), ('holds', 'amount'),
             ('settlements', 'captured'), ('tasks', 'price'), ('tasks', 'captured'))`,
  },
  {
    id: 'L11',
    promise: 'each hold names the version of the price that it was made with',
    sql: `select task_id::text as subject from holds where price_version = ''`,
  },
  {
    id: 'L12',
    promise: 'a payment is credited once',
    sql: `select external_reference as subject from transfers where external_reference is not null
          group by 1 having count(*) > 1`,
  },
  {
    id: 'L13',
    promise: 'each key has spent what its tasks hold and were charged',
    // Exactly that while no task of the account was removed at the end of its retention; no less ever.
    sql: `select r.key_id::text as subject from create_limits r join api_keys k on k.id = r.key_id
          left join (select key_id, sum(case when due_at is null then captured else price end) as owed
                     from tasks group by 1) o using (key_id)
          where r.spent < coalesce(o.owed, 0) or r.spent_today not between 0 and r.spent
            or (r.spent > coalesce(o.owed, 0) and not exists (select from holds h where h.account_id = k.account_id
              and not exists (select from tasks t where t.id = h.task_id)))`,
  },
];

export interface Violation {
  invariant: string;
  promise: string;
  /** The id of the row that breaks it. */
  subject: string;
}

/** A whole ledger may take long to read; only a dead connection takes this long. */
const QUERY_TIMEOUT_MS = HOUR_MS;

/** Reads the whole ledger in one snapshot; an empty list is the proof. */
export function auditLedger(pool: Pool): Promise<Violation[]> {
  return inSnapshot(pool, (client) => findViolations(client, ({ sql }) => sql));
}

/** Proves the open tasks and what has moved lately, and every balance; its cost does not grow with the history. */
export function auditRecent(pool: Pool): Promise<Violation[]> {
  return inSnapshot(pool, async (client) => {
    await advanceCheckpoints(client);
    return findViolations(client, ({ id, sql }) => RECENT[id] ?? sql);
  });
}

async function findViolations(
  client: PoolClient,
  sqlOf: (invariant: Invariant) => string,
): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const invariant of INVARIANTS) {
    const text = `select subject from (${sqlOf(invariant)}) found limit 100`;
    const query: QueryConfig & { query_timeout: number } = { text, query_timeout: QUERY_TIMEOUT_MS };
    const { rows } = await client.query<{ subject: string }>(query);
    const { id, promise } = invariant;
    for (const { subject } of rows) violations.push({ invariant: id, promise, subject });
  }
  return violations;
}

async function inSnapshot<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read');
    await client.query('set local statement_timeout = 0');
    const result = await work(client);
    await client.query('commit');
    return result;
  } finally {
    // A broken transaction goes with its connection; a committed one goes back to the pool.
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}
