// The looks of the audit of each minute, for the invariants whose whole look reads a table that grows for ever: the same
// promise over the open tasks and over what has moved lately. Balances are proven whole even so: their older postings are
// kept as sums, which move forward by what has become old. It relies on ids that sort by time, and leaves two hours for
// clocks that differ.
import type { Pool, PoolClient } from 'pg';

/** Ids of rows that were made in the last two hours are not below it. */
export const FIRST_ID = `(lpad(to_hex((extract(epoch from now() - interval '2 hours') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`;
const ENDED_LATELY = `t.completed_at > now() - interval '15 minutes'`;
const SETTING = 'ledger_checkpoint';
/** The sums hold all transfers below it. */
export const CHECKPOINT_ID = `coalesce((select (value #>> '{}')::uuid from settings where name = '${SETTING}'), '00000000-0000-0000-0000-000000000000')`;
const KIND_OF_STATE = `case t.state when 'succeeded' then 'capture' when 'expired' then 'expire' else 'void' end`;

/**
 * Proves each balance by the sums of old postings and by those after them.
 * @param low an id of a checkpoint that was read before: the planner knows how little lies behind a value, and would read
 * all postings for one that it has yet to ask for. The checkpoint may have moved on since.
 */
export function lookAtBalances(low: string): string {
  return `select b.account_id || ' ' || b.book as subject from balances b
    left join ledger_checkpoints c using (account_id, book)
    left join (select t.account_id, t.book, sum(p.amount) as posted from transfers t
               join postings p on p.transfer_id = t.id and p.ledger = 'account'
               where t.id >= '${low}' and t.id >= ${CHECKPOINT_ID} group by 1, 2) p using (account_id, book)
    left join (select account_id, book, sum(price) as held from tasks where due_at is not null group by 1, 2) h
      using (account_id, book)
    where b.posted <> coalesce(c.posted, 0) + coalesce(p.posted, 0) or b.held <> coalesce(h.held, 0)`;
}

/** By the id of the invariant. One that is not here is cheap to prove whole. */
export const RECENT: Readonly<Record<string, string>> = {
  L1: `select transfer_id::text as subject from postings where transfer_id >= ${FIRST_ID}
       group by transfer_id having sum(amount) <> 0`,
  L2: `select t.book as subject from postings p join transfers t on t.id = p.transfer_id
       where p.transfer_id >= ${FIRST_ID} group by 1 having sum(p.amount) <> 0`,
  L5: `select t.id::text as subject from tasks t left join holds h on h.task_id = t.id
       where t.due_at is not null
         and (h.task_id is null or h.amount <> t.price or h.account_id <> t.account_id or h.book <> t.book)
       union all
       select h.task_id::text from holds h where h.task_id >= ${FIRST_ID}
         and not exists (select from settlements s where s.task_id = h.task_id)
         and not exists (select from tasks t where t.id = h.task_id)`,
  L6: `select s.task_id::text as subject from tasks t join settlements s on s.task_id = t.id
       where ${ENDED_LATELY} and not exists (select from holds h where h.task_id = s.task_id)`,
  L7: `select s.task_id::text as subject from tasks t join settlements s on s.task_id = t.id
       join holds h on h.task_id = t.id
       left join postings p on p.transfer_id = s.transfer_id and p.ledger = 'account'
       where ${ENDED_LATELY} and (s.captured > h.amount or s.captured <> coalesce(-p.amount, 0))`,
  L8: `select t.id::text as subject from tasks t left join settlements s on s.task_id = t.id
       where ${ENDED_LATELY} and (s.task_id is null or s.kind <> ${KIND_OF_STATE} or s.captured <> t.captured)
       union all
       select t.id::text from tasks t where t.due_at is not null
         and (t.deadline_at < now() - interval '1 minute'
           or exists (select from settlements s where s.task_id = t.id))`,
  L11: `select task_id::text as subject from holds where task_id >= ${FIRST_ID} and price_version = ''`,
  L12: `select t.external_reference as subject from transfers t
        where t.id >= ${FIRST_ID} and t.external_reference is not null and exists
        (select from transfers o where o.external_reference = t.external_reference and o.id <> t.id)`,
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
       select t.account_id, t.book, hour_of_id(t.id) as hour, sum(p.amount) as posted from transfers t
         join postings p on p.transfer_id = t.id and p.ledger = 'account'
       where t.id >= $1::uuid and t.id < $2::uuid and exists (select from moved)
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
