import { expect, it } from 'vitest';
import { createTestApi } from '../http/testing.ts';
import { INVARIANTS } from './audit.ts';
import { advanceCheckpoints, RECENT } from './audit-recent.store.ts';

const api = await createTestApi();
const { pool, credits } = api.core;

const UNLOCK = ['transfers', 'postings', 'holds', 'settlements']
  .map((table) => `alter table ${table} disable trigger ${table}_append_only;`)
  .join('');

/** What a change by hand or a bug could do; exactly one check must find each. */
const DAMAGE: Record<string, string> = {
  L1: `${UNLOCK} update postings set amount = amount + 1 where ledger = 'revenue'`,
  L2: `${UNLOCK} update postings set amount = amount + 1 where ledger = 'grants'`,
  L3: 'alter table balances drop constraint balances_no_overdraft; update balances set held = posted + 1',
  L4: 'update balances set held = held + 1 where posted - held > 0',
  L5: `${UNLOCK} update holds set amount = amount + 1 where task_id not in (select task_id from settlements)`,
  L6: `${UNLOCK} alter table settlements drop constraint settlements_task_id_fkey;
       delete from holds where task_id in (select task_id from settlements)`,
  L7: `${UNLOCK} update settlements set captured = captured + 1 where kind = 'capture'`,
  L8: `${UNLOCK} delete from settlements`,
  L9: 'alter table postings disable trigger postings_append_only',
  L10: 'alter table balances alter column held type numeric',
  L11: `${UNLOCK} update holds set price_version = ''`,
  L12: `${UNLOCK} alter table transfers drop constraint transfers_external_reference_key;
        update transfers set external_reference = 'the same payment'`,
  L13: 'update create_limits set spent = spent - 1, spent_today = spent_today - 1 where spent > 0',
};

/** What only the look at the whole can find: that a key is charged with more than it has used. */
const OVERCHARGE = 'update create_limits set spent = spent + 1';

async function makeHistory(): Promise<void> {
  const body = { model: 'vidu/q1-r2v', input: { prompt: 'x', img_urls: ['https://example.com/a.jpg'] } };
  for (let count = 0; count < 2; count++) {
    const caller = await api.openAccount();
    const ids: string[] = [];
    for (let task = 0; task < 3; task++) ids.push(String((await api.create(caller, body)).data.task_id));
    await api.endTask(ids[0], 'succeeded');
    await api.endTask(ids[1], 'failed');
  }
}

await makeHistory();

it('finds nothing in a ledger that only the server has written', async () => {
  expect(await credits.audit()).toEqual([]);
  expect(await credits.auditRecent()).toEqual([]);
});

it('watches every invariant from L1 to L13', () => {
  expect(INVARIANTS.map(({ id }) => id)).toEqual(Object.keys(DAMAGE));
});

const LOOKS = INVARIANTS.flatMap(({ id, promise, sql }) => [
  { id, promise, sql, scope: 'whole' },
  { id, promise, sql: RECENT[id] ?? sql, scope: 'recent' },
]);

it.each(LOOKS)(
  '$id reports it when in the $scope ledger it is not true that $promise',
  async ({ id, sql }) => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const before = await client.query(sql);
      expect(before.rows).toEqual([]);
      await client.query(DAMAGE[id]);
      const { rows } = await client.query<{ subject: string }>(sql);
      expect(rows.length).toBeGreaterThan(0);
      for (const { subject } of rows) expect(subject).not.toBe('');
    } finally {
      await client.query('rollback');
      client.release();
    }
  },
);

it.each(LOOKS.filter(({ id }) => id === 'L5'))(
  'L5 sees in the $scope ledger credits held for a task that is no more',
  async ({ sql }) => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const { rowCount } = await client.query('delete from tasks where due_at is not null');
      expect((await client.query(sql)).rowCount).toBe(rowCount);
    } finally {
      await client.query('rollback');
      client.release();
    }
  },
);

it('sees once a day that a key is charged with more than its tasks, as long as all of them are there', async () => {
  const sql = INVARIANTS.find(({ id }) => id === 'L13')?.sql ?? '';
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(OVERCHARGE);
    expect((await client.query(sql)).rowCount).toBeGreaterThan(0);
    await client.query('delete from tasks where due_at is null');
    expect((await client.query(sql)).rows).toEqual([]);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

it('keeps balances proven when their postings have become old', async () => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    // A day passes: every id of the ledger is older than what the check of each minute reads.
    await client.query(`${UNLOCK}
      delete from ledger_checkpoints; delete from settings where name = 'ledger_checkpoint';
      alter table postings drop constraint postings_transfer_id_fkey;
      alter table settlements drop constraint settlements_transfer_id_fkey;
      update postings set transfer_id = ('00' || substr(transfer_id::text, 3))::uuid;
      update settlements set transfer_id = ('00' || substr(transfer_id::text, 3))::uuid;
      update transfers set id = ('00' || substr(id::text, 3))::uuid`);
    for (let minute = 0; minute < 2; minute++) {
      await advanceCheckpoints(client);
      expect((await client.query(RECENT.L4)).rows).toEqual([]);
    }
    const { rows } = await client.query<{ sums: number }>(
      'select count(*)::integer as sums from ledger_checkpoints',
    );
    expect(rows[0].sums).toBeGreaterThan(0);
    await client.query('update balances set posted = posted + 1');
    expect((await client.query(RECENT.L4)).rows.length).toBeGreaterThan(0);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

it.each(['transfers', 'postings', 'holds', 'settlements'])(
  '%s refuses updates and deletes',
  async (table) => {
    await expect(pool.query(`delete from ${table}`)).rejects.toThrow(`${table} is append-only`);
    const column = table === 'transfers' ? 'reason' : table === 'settlements' ? 'kind' : 'amount';
    await expect(pool.query(`update ${table} set ${column} = ${column}`)).rejects.toThrow('append-only');
  },
);
