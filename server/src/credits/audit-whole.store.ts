// The looks of the audit of the whole ledger. What grows for ever is read in ranges of ids, each by a statement of its own, so
// that no snapshot is old while the rest is read: rows that are past their end never change, and each promise is about
// rows that one statement sees together. A proof that found nothing is kept as a mark, so that the next one begins there.
import type { Pool, PoolClient } from 'pg';
import { CHECKPOINT_ID, FIRST_ID, LOOKS } from './audit-recent.store.ts';

/** Transfers or tasks that a statement reads. */
const RANGE_ROWS = 50_000;
/** The setting that says how far the ledger is proven for ever. */
export const MARK = 'ledger_proven';
export const FIRST_OF_ALL = '00000000-0000-0000-0000-000000000000';

/** The tables whose ids bound the ranges. */
export type Ranged = 'transfers' | 'tasks';

/** Ids from `low` on and below `high`; null is without end. */
export interface IdRange {
  low: string;
  high: string | null;
}

/** Ranges that join, without a gap before, between or behind. */
export async function* rangesOf(
  client: Pool | PoolClient,
  table: Ranged,
  { low, high }: IdRange,
): AsyncGenerator<IdRange> {
  for (let from = low; ; ) {
    const { rows } = await client.query<{ id: string }>(
      `select id from ${table} where id >= $1 and ($2::uuid is null or id < $2) order by id
       offset ${RANGE_ROWS} limit 1`,
      [from, high],
    );
    const next = rows[0]?.id;
    yield { low: from, high: next ?? high };
    if (next === undefined) return;
    from = next;
  }
}

/** Micro-credits by account and book. */
export type Sums = Map<string, bigint>;

interface SumRow {
  owner: string;
  posted: bigint;
}

/** What the transfers of a range add to each balance. */
export async function addTransfers(
  client: Pool | PoolClient,
  { low, high }: IdRange,
  sums: Sums,
): Promise<void> {
  const { rows } = await client.query<SumRow>(
    `select account_id || ' ' || book as owner, sum(amount)::bigint as posted
     from transfers where id >= $1 and id < $2 and kind <> 'loss' group by 1`,
    [low, high],
  );
  for (const { owner, posted } of rows) sums.set(owner, (sums.get(owner) ?? 0n) + posted);
}

export interface Checkpoint {
  /** The sums have all transfers below it. */
  id: string;
  sums: Sums;
}

export async function readCheckpoint(client: Pool | PoolClient): Promise<Checkpoint> {
  const { rows } = await client.query<{ id: string; sums: Record<string, string> }>(
    `select ${CHECKPOINT_ID} as id,
       (select coalesce(json_object_agg(account_id || ' ' || book, posted::text), '{}') from ledger_checkpoints) as sums`,
  );
  return { id: rows[0].id, sums: toSums(rows[0].sums) };
}

function toSums(found: Record<string, string>): Sums {
  return new Map(Object.entries(found).map(([owner, posted]) => [owner, BigInt(posted)]));
}

/** How far the ledger is proven for ever, and what the transfers below that add up to. */
export async function readProven(client: Pool | PoolClient): Promise<Checkpoint> {
  const { rows } = await client.query<{ id: string; sums: Record<string, string> }>(
    `select coalesce((select value #>> '{}' from settings where name = '${MARK}'), '${FIRST_OF_ALL}') as id,
       (select coalesce(json_object_agg(account_id || ' ' || book, proven::text), '{}') from ledger_checkpoints) as sums`,
  );
  return { id: rows[0].id, sums: toSums(rows[0].sums) };
}

/** The id below which all tasks have ended and all transfers are in the checkpoint: nothing below it can change. */
export async function readSettledId(client: Pool | PoolClient): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `with open as materialized (select id from tasks where due_at is not null)
     select least(${CHECKPOINT_ID}, ${FIRST_ID}, (select id from open order by id limit 1)) as id`,
  );
  return rows[0].id;
}

/** Keeps a proof, with the sums that it found. */
export async function saveProven(client: Pool | PoolClient, { id, sums }: Checkpoint): Promise<void> {
  await client.query(
    `with kept as (
       update ledger_checkpoints c set proven = s.value::bigint
       from json_each_text($2) s where c.account_id || ' ' || c.book = s.key
     )
     insert into settings (name, value) values ('${MARK}', to_jsonb($1::text))
     on conflict (name) do update set value = excluded.value`,
    [id, JSON.stringify(Object.fromEntries([...sums].map(([owner, posted]) => [owner, String(posted)])))],
  );
}

/** A look at a range: at the rows of one table by their ids. */
export interface RangedLook {
  over: Ranged;
  /** With $1, the first id, and $2, the id behind the last one or null. */
  sql: string;
}

const inRange = (id: string) => `${id} >= $1 and ($2::uuid is null or ${id} < $2)`;

const ENDED = `${inRange('t.id')} and t.due_at is null`;

/** By the id of the invariant. */
export const RANGED: Readonly<Record<string, RangedLook>> = {
  L1: { over: 'transfers', sql: LOOKS.signs(inRange) },
  L2: { over: 'transfers', sql: LOOKS.owners(inRange) },
  L6: { over: 'transfers', sql: LOOKS.charges(inRange) },
  L7: { over: 'tasks', sql: LOOKS.amounts(ENDED) },
  L8: { over: 'tasks', sql: LOOKS.ends(ENDED) },
  L11: {
    over: 'tasks',
    sql: `select t.id::text as subject from tasks t where ${inRange('t.id')} and coalesce(t.price_version, '') = ''`,
  },
  L12: { over: 'transfers', sql: LOOKS.references(inRange) },
};
