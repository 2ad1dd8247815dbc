// Proves the invariants of the ledger by reading it: all of it on demand, each day what was not proved before
// (audit-whole.store.ts), and each minute what has moved lately (audit-recent.store.ts). A row found here is a bug or a
// manual change of the database, and must never be repaired silently. Each statement has a snapshot of its own, and none
// is held from one to the next: what an old snapshot keeps alive would make every task slower.
import type { Pool, PoolClient } from 'pg';
import { advanceCheckpoints, lookAtBalances, OPEN_ENDS, RECENT } from './audit-recent.store.ts';
import {
  addTransfers,
  type Checkpoint,
  FIRST_OF_ALL,
  type IdRange,
  RANGED,
  rangesOf,
  readCheckpoint,
  readProven,
  readSettledId,
  type Sums,
  saveProven,
} from './audit-whole.store.ts';
import { readSummed, WRONG_MONTHS } from './months.store.ts';

/** One invariant, and the query that lists those of its violations that cost the same however long the history is. */
interface Invariant {
  id: string;
  promise: string;
  sql?: string;
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

const FINDINGS_MAX = 100;

export const INVARIANTS: readonly Invariant[] = [
  { id: 'L1', promise: 'every transfer moves an amount with the sign of its kind' },
  { id: 'L2', promise: 'every transfer belongs to a balance' },
  {
    id: 'L3',
    promise: 'no account has less than it has set aside',
    sql: `select account_id || ' ' || book as subject from balances where posted - held < 0 or held < 0`,
  },
  {
    id: 'L4',
    promise: 'each balance equals its transfers and what its open tasks hold',
    sql: `select account_id || ' ' || book as subject from ledger_checkpoints
          full join (select account_id, book, sum(posted) as hours from ledger_hours group by 1, 2) h using (account_id, book)
          where posted is distinct from hours`,
  },
  {
    id: 'L5',
    promise: 'every open task belongs to a balance, and holds its price',
    sql: `select t.id::text as subject from tasks t left join balances b using (account_id, book)
          where t.due_at is not null and (b.account_id is null or t.price not between 0 and b.held)`,
  },
  { id: 'L6', promise: 'each charge is that of one task, and a task has one at most' },
  { id: 'L7', promise: 'no more was captured than held, and the transfer says the same amount' },
  {
    id: 'L8',
    promise: 'a task has ended exactly when what it held is settled, in the way of its state',
    sql: OPEN_ENDS,
  },
  {
    id: 'L9',
    promise: 'transfers, and the money of tasks, refuse changes',
    sql: `select n.name as subject from unnest(array['transfers_append_only', 'tasks_price_stays', 'tasks_charge_stays']) n (name)
          where not exists (select from pg_trigger t where t.tgname = n.name and t.tgenabled = 'O')`,
  },
  {
    id: 'L10',
    promise: 'amounts are whole numbers within range',
    sql: `select c.table_name || '.' || c.column_name as subject from information_schema.columns c
          where c.table_schema = 'public' and c.data_type <> 'bigint' and (c.table_name, c.column_name) in
            (('balances', 'posted'), ('balances', 'held'), ('transfers', 'amount'), ('tasks', 'price'),
             ('tasks', 'captured'))`,
  },
  { id: 'L11', promise: 'each task names the version of the price that it holds' },
  { id: 'L12', promise: 'a payment is credited once' },
  {
    id: 'L13',
    promise: 'each key has spent what its tasks hold and were charged',
    sql: `select r.key_id::text as subject from create_limits r
          left join (select key_id, sum(owed) as owed from (
              select key_id, credits as owed from usage_days
              union all select key_id, price from tasks where due_at is not null) u group by 1) o using (key_id)
          where r.spent <> coalesce(o.owed, 0) or r.spent_today not between 0 and r.spent`,
  },
  { id: 'L14', promise: 'the sums of a month are those of the file that was made of it', sql: WRONG_MONTHS },
];

export interface Violation {
  invariant: string;
  promise: string;
  /** The id of the row that breaks it. */
  subject: string;
}

/** Reads the whole ledger; an empty list is the proof. */
export async function auditLedger(client: Pool | PoolClient): Promise<Violation[]> {
  const summed = await readSummed(client);
  const violations = await proveFrom(client, FIRST_OF_ALL, summed);
  // A month that began to be summed meanwhile took rows away that this audit had yet to add up.
  const isMoved = (await readSummed(client)).id !== summed.id;
  return isMoved ? auditLedger(client) : violations;
}

/**
 * The audit of each day: it reads what no earlier one has proved. Without a violation the mark of what is proven moves on:
 * below it all tasks have ended, and no row changes any more.
 */
export async function auditDay(client: Pool | PoolClient): Promise<Violation[]> {
  const proven = await readProven(client);
  return proveFrom(client, proven.id, proven, (more) => saveProven(client, more));
}

/** Proves the open tasks and what has moved lately, and every balance; its cost does not grow with the history. */
export async function auditRecent(client: Pool | PoolClient): Promise<Violation[]> {
  const looks: Record<string, string> = { ...RECENT, L4: lookAtBalances(await advanceCheckpoints(client)) };
  const found = new Findings();
  for (const { id, sql } of INVARIANTS) await found.look(client, id, looks[id] ?? sql);
  return found.inOrder();
}

/** What looks have found, at most a hundred rows for each invariant. */
class Findings {
  readonly #subjects = new Map<string, string[]>();

  add(id: string, subjects: readonly string[]): void {
    const known = this.#subjects.get(id) ?? [];
    this.#subjects.set(id, known.concat(subjects).slice(0, FINDINGS_MAX));
  }

  async look(
    client: Pool | PoolClient,
    id: string,
    sql: string | undefined,
    values: unknown[] = [],
  ): Promise<void> {
    if (sql === undefined) return;
    const text = `select subject from (${sql}) found limit ${FINDINGS_MAX}`;
    const { rows } = await client.query<{ subject: string }>(text, values);
    this.add(
      id,
      rows.map(({ subject }) => subject),
    );
  }

  inOrder(): Violation[] {
    return INVARIANTS.flatMap(({ id, promise }) =>
      (this.#subjects.get(id) ?? []).map((subject) => ({ invariant: id, promise, subject })),
    );
  }
}

/**
 * @param low from where on rows are looked at.
 * @param start from where on transfers are added up, and to what.
 */
async function proveFrom(
  client: Pool | PoolClient,
  low: string,
  start: Checkpoint,
  keep?: (proven: Checkpoint) => Promise<void>,
): Promise<Violation[]> {
  const found = new Findings();
  await advanceCheckpoints(client);
  for (const { id, sql } of INVARIANTS) await found.look(client, id, sql);
  const settledId = await readSettledId(client);
  const checkpoint = await readCheckpoint(client);
  await found.look(client, 'L4', lookAtBalances(checkpoint.id));
  await lookAtRanges(client, low, found);
  const sums = new Map(start.sums);
  const middle = settledId > start.id ? settledId : start.id;
  await addRanges(client, { low: start.id, high: middle }, sums);
  const provenNow = { id: middle, sums: new Map(sums) };
  await addRanges(client, { low: middle, high: checkpoint.id }, sums);
  found.add('L4', differing(checkpoint.sums, sums));
  const violations = found.inOrder();
  if (violations.length === 0) await keep?.(provenNow);
  return violations;
}

async function lookAtRanges(client: Pool | PoolClient, low: string, found: Findings): Promise<void> {
  const looks = Object.entries(RANGED);
  for (const over of ['transfers', 'tasks'] as const) {
    for await (const { low: from, high } of rangesOf(client, over, { low, high: null })) {
      for (const [id, { sql }] of looks.filter(([, look]) => look.over === over))
        await found.look(client, id, sql, [from, high]);
    }
  }
}

async function addRanges(client: Pool | PoolClient, whole: IdRange, sums: Sums): Promise<void> {
  for await (const range of rangesOf(client, 'transfers', whole)) await addTransfers(client, range, sums);
}

/** The owners whose sums are not the same. */
function differing(some: Sums, others: Sums): string[] {
  const owners = new Set([...some.keys(), ...others.keys()]);
  return [...owners].filter((owner) => (some.get(owner) ?? 0n) !== (others.get(owner) ?? 0n));
}
