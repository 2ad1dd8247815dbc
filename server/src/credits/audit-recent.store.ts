// The looks of the audit of each minute, for the invariants whose whole look reads a table that grows for ever: the same
// promise over the open tasks and over what has moved lately. Balances are proven whole even so: their older transfers are
// kept as sums, which move forward by what has become old. It relies on ids that sort by time, and leaves two hours for
// clocks that differ.
import type { Pool, PoolClient } from 'pg';

/** Ids of rows that were made in the last two hours are not below it. */
export const FIRST_ID = `(lpad(to_hex((extract(epoch from now() - interval '2 hours') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`;
const ENDED_LATELY = `t.completed_at > now() - interval '15 minutes'`;
const SETTING = 'ledger_checkpoint';
/** The sums hold all transfers below it. */
export const CHECKPOINT_ID = `coalesce((select (value #>> '{}')::uuid from settings where name = '${SETTING}'), '00000000-0000-0000-0000-000000000000')`;

/** Rows that break a promise, by a condition that says which rows are looked at. */
export const LOOKS = {
  signs: (where: (id: string) => string) =>
    `select t.id::text as subject from transfers t where ${where('t.id')}
     and not case t.kind when 'grant' then t.amount > 0 when 'adjust' then t.amount <> 0 else t.amount < 0 end`,
  owners: (where: (id: string) => string) =>
    `select t.id::text as subject from transfers t where ${where('t.id')}
     and not exists (select from balances b where b.account_id = t.account_id and b.book = t.book)`,
  /** Captures of a task that names another one. */
  charges: (where: (id: string) => string) =>
    `select t.id::text as subject from transfers t join tasks k on k.id = t.task_id
     where ${where('t.id')} and t.kind = 'capture' and k.transfer_id is distinct from t.id`,
  amounts: (where: string) =>
    `select t.id::text as subject from tasks t left join transfers x on x.id = t.transfer_id
     where ${where} and (t.captured > t.price or t.captured <> coalesce(-x.amount, 0)
       or (x.kind, x.account_id, x.book, x.task_id) <> ('capture', t.account_id, t.book, t.id))`,
  ends: (where: string) =>
    `select t.id::text as subject from tasks t
     where ${where} and (t.captured is null or (t.captured <> 0 and t.state <> 'succeeded'))`,
  references: (where: (id: string) => string) =>
    `select t.external_reference as subject from transfers t
     where ${where('t.id')} and t.external_reference is not null and exists
       (select from transfers o where o.external_reference = t.external_reference and o.id <> t.id)`,
} as const;
const isRecent = (id: string) => `${id} >= ${FIRST_ID}`;

/**
 * Proves each balance by the sums of old transfers and by those after them.
 * @param low an id of a checkpoint that was read before: the planner knows how little lies behind a value, and would read
 * all transfers for one that it has yet to ask for. The checkpoint may have moved on since.
 */
export function lookAtBalances(low: string): string {
  return `select b.account_id || ' ' || b.book as subject from balances b
    left join ledger_checkpoints c using (account_id, book)
    left join (select account_id, book, sum(amount) as posted from transfers
               where id >= '${low}' and id >= ${CHECKPOINT_ID} and kind <> 'loss' group by 1, 2) p using (account_id, book)
    left join (select account_id, book, sum(price) as held from tasks where due_at is not null group by 1, 2) h
      using (account_id, book)
    where b.posted <> coalesce(c.posted, 0) + coalesce(p.posted, 0) or b.held <> coalesce(h.held, 0)`;
}

/** Open tasks that are settled, or should be. */
export const OPEN_ENDS = `select t.id::text as subject from tasks t where t.due_at is not null
  and (t.deadline_at < now() - interval '1 minute' or t.captured is not null or t.transfer_id is not null)`;

/** By the id of the invariant. One that is not here is cheap to prove whole. */
export const RECENT: Readonly<Record<string, string>> = {
  L1: LOOKS.signs(isRecent),
  L2: LOOKS.owners(isRecent),
  L6: LOOKS.charges(isRecent),
  L7: LOOKS.amounts(ENDED_LATELY),
  L8: `${LOOKS.ends(ENDED_LATELY)} union all ${OPEN_ENDS}`,
  L11: `select id::text as subject from tasks where ${isRecent('id')} and coalesce(price_version, '') = ''`,
  L12: LOOKS.references(isRecent),
  L13: `select r.key_id::text as subject from create_limits r
        join (select key_id, sum(owed) as owed from (
                select key_id, price as owed from tasks where due_at is not null
                union all
                select key_id, captured from tasks where due_at is null and id >= ${FIRST_ID}) t group by 1) o
          using (key_id)
        where r.spent < o.owed or r.spent_today not between 0 and r.spent`,
};

/** Transfers that one step adds to the sums. */
const STEP_ROWS = 100_000;

/**
 * Adds to the sums what has become old since the last time, in short steps. @returns the checkpoint, or one before it.
 */
export async function advanceCheckpoints(client: Pool | PoolClient): Promise<string> {
  for (;;) {
    const { rows } = await client.query<{ low: string; high: string; is_last: boolean }>(
      `select low, coalesce(step.id, high) as high, step.id is null as is_last
       from (select ${CHECKPOINT_ID} as low, greatest(${CHECKPOINT_ID}, ${FIRST_ID}) as high) span
       left join lateral (select id from transfers where id >= span.low and id < span.high order by id
         offset ${STEP_ROWS} limit 1) step on true`,
    );
    const [{ low, high, is_last: isLast }] = rows;
    await addToSums(client, low, high);
    if (isLast) return high;
  }
}

/** Nothing when another process has done this step. */
async function addToSums(client: Pool | PoolClient, low: string, high: string): Promise<void> {
  await client.query(
    `with moved as (
       insert into settings as s (name, value) values ('${SETTING}', to_jsonb($2::text))
       on conflict (name) do update set value = excluded.value where s.value = to_jsonb($1::text) returning name
     ), hourly as materialized (
       select account_id, book, hour_of_id(id) as hour, sum(amount) as posted from transfers
       where id >= $1::uuid and id < $2::uuid and kind <> 'loss' and exists (select from moved)
       group by 1, 2, 3
     ), kept as (
       insert into ledger_hours as h (account_id, book, hour, posted) select * from hourly
       on conflict (account_id, book, hour) do update set posted = h.posted + excluded.posted
     )
     insert into ledger_checkpoints as c (account_id, book, posted)
     select account_id, book, sum(posted) from hourly group by 1, 2
     on conflict (account_id, book) do update set posted = c.posted + excluded.posted`,
    [low, high],
  );
}
