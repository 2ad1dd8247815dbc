import type { PoolClient } from 'pg';
import { expect, it } from 'vitest';
import { createTestApi } from '../http/testing.ts';
import { auditDay, auditLedger, auditRecent, INVARIANTS } from './audit.ts';
import { advanceCheckpoints, lookAtBalances } from './audit-recent.store.ts';
import { listStatement } from './credits.store.ts';

const api = await createTestApi();
const { pool, credits } = api.core;

const TRIGGERS = {
  transfers: ['transfers_append_only'],
  tasks: ['tasks_price_stays', 'tasks_charge_stays'],
};
const turnTriggers = (how: 'enable' | 'disable') =>
  Object.entries(TRIGGERS)
    .flatMap(([table, names]) => names.map((name) => `alter table ${table} ${how} trigger ${name};`))
    .join('');
const UNLOCK = turnTriggers('disable');
const LOCK = turnTriggers('enable');

/** What a change by hand or a bug could do; exactly one check must find each. */
const DAMAGE: Record<string, string> = {
  L1: `${UNLOCK} alter table transfers drop constraint transfers_form; update transfers set amount = -amount`,
  L2: `insert into transfers (id, kind, book, account_id, amount)
       select id, 'grant', book, id, 1 from tasks where due_at is null limit 1`,
  L3: 'alter table balances drop constraint balances_no_overdraft; update balances set held = posted + 1',
  L4: 'update balances set held = held + 1 where posted - held > 0',
  L5: `${UNLOCK} update tasks set price = -price where due_at is not null`,
  L6: `insert into transfers (id, kind, book, account_id, task_id, amount)
       select id, 'capture', book, account_id, id, -captured from tasks where captured > 0`,
  L7: `${UNLOCK} update tasks set captured = captured + 1 where transfer_id is not null`,
  L8: `${UNLOCK} update tasks set captured = null where state = 'failed'`,
  L9: 'alter table tasks disable trigger tasks_price_stays',
  L10: 'alter table balances alter column held type numeric',
  L11: `${UNLOCK} update tasks set price_version = ''`,
  L12: `${UNLOCK} drop index transfers_reference;
        update transfers set external_reference = 'the same payment'`,
  L13: 'update create_limits set spent = spent - 1, spent_today = spent_today - 1 where spent > 0',
  L14: `insert into ledger_exports (month, transfers, charges, charged, sha256, summed_at)
        values ('2026-01-01', 2, 2, -2, '\\\\x00', now())`,
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

it('watches every invariant from L1 to L14', () => {
  expect(INVARIANTS.map(({ id }) => id)).toEqual(Object.keys(DAMAGE));
});

const AUDITS = { whole: auditLedger, day: auditDay, recent: auditRecent };
const LOOKS = INVARIANTS.flatMap(({ id, promise }) =>
  (['whole', 'day', 'recent'] as const).map((scope) => ({ id, promise, scope })),
);

/** Works in a transaction that is undone. */
async function tryOut(work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(client);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

it.each(LOOKS)('$id reports it when in the $scope ledger it is not true that $promise', ({ id, scope }) =>
  tryOut(async (client) => {
    expect(await AUDITS[scope](client)).toEqual([]);
    await client.query(DAMAGE[id]);
    const found = (await AUDITS[scope](client)).filter(({ invariant }) => invariant === id);
    expect(found.length).toBeGreaterThan(0);
    for (const { subject } of found) expect(subject).not.toBe('');
  }),
);

it.each(['whole', 'recent'] as const)(
  'L4 sees in the %s ledger credits held for a task that is no more',
  (scope) =>
    tryOut(async (client) => {
      await client.query('delete from tasks where due_at is not null');
      expect((await AUDITS[scope](client)).map(({ invariant }) => invariant)).toContain('L4');
    }),
);

it('sees once a day that a key is charged with more than its tasks, also when those are removed', () =>
  tryOut(async (client) => {
    await client.query('delete from tasks where due_at is null');
    expect((await auditDay(client)).map(({ invariant }) => invariant)).not.toContain('L13');
    await client.query(OVERCHARGE);
    expect((await auditDay(client)).map(({ invariant }) => invariant)).toContain('L13');
  }));

/** As if nothing had been audited before. */
const FORGET = `delete from ledger_checkpoints; delete from ledger_hours;
  delete from settings where name in ('ledger_checkpoint', 'ledger_proven');`;

/** Two days pass: every id of the ledger is older than what the check of each minute reads. */
const AGE = `${UNLOCK}
  ${FORGET}
  update transfers set id = ('00' || substr(id::text, 3))::uuid, task_id = ('00' || substr(task_id::text, 3))::uuid;
  delete from tasks where due_at is not null; update balances set held = 0;
  update tasks set id = ('00' || substr(id::text, 3))::uuid,
    transfer_id = ('00' || substr(transfer_id::text, 3))::uuid;
  update create_limits l set spent_today = 0,
    spent = (select coalesce(sum(t.captured), 0) from tasks t where t.key_id = l.key_id);
  ${LOCK}`;

it('keeps balances proven when their transfers have become old', () =>
  tryOut(async (client) => {
    await client.query(AGE);
    for (let minute = 0; minute < 2; minute++) expect(await auditRecent(client)).toEqual([]);
    const { rows } = await client.query<{ sums: number }>(
      'select count(*)::integer as sums from ledger_checkpoints',
    );
    expect(rows[0].sums).toBeGreaterThan(0);
    await client.query('update balances set posted = posted + 1');
    expect((await auditRecent(client)).map(({ invariant }) => invariant)).toContain('L4');
  }));

it('shows every balance of a statement from the sums of old transfers, as if all were added up', () =>
  tryOut(async (client) => {
    const { rows: owners } = await client.query<{ account_id: string }>(
      "select account_id from balances where book = 'test' and posted > 0 limit 1",
    );
    const accountId = owners[0].account_id;
    await client.query(FORGET);
    // One for each quarter of an hour of five hours, the last of them now.
    await client.query(
      `insert into transfers (id, kind, book, account_id, amount)
       select id, 'grant', 'test', $1, hour_of_id(id) % 7 + 1 from (
         select (lpad(to_hex((extract(epoch from now() - make_interval(mins => 15 * i)) * 1000)::bigint), 12, '0')
           || '7000' || '8000' || lpad(to_hex(i), 12, '0'))::uuid as id from generate_series(0, 20) i) made`,
      [accountId],
    );
    await client.query(
      `update balances set posted = (select sum(amount) from transfers where account_id = $1 and book = 'test')
       where account_id = $1 and book = 'test'`,
      [accountId],
    );
    expect(await auditRecent(client)).toEqual([]);
    const owner = { accountId, book: 'test' as const };
    const whole = await listStatement(client, { ...owner, limit: 100 });
    expect(whole.length).toBeGreaterThan(20);
    for (let at = 1; at < whole.length; at++) {
      const [row] = await listStatement(client, { ...owner, before: whole[at - 1].id, limit: 1 });
      expect(row).toEqual(whole[at]);
    }
    expect(whole.at(-1)?.balance).toBe(whole.at(-1)?.amount);
  }));

it('reads no old transfer again in the audit of each minute', () =>
  tryOut(async (client) => {
    await client.query(`insert into transfers (id, kind, book, account_id, amount)
      select lpad(to_hex(i), 32, '0')::uuid, 'grant', 'live', (select account_id from balances limit 1), 1
      from generate_series(1, 20000) i`);
    await client.query('analyze transfers');
    const low = await advanceCheckpoints(client);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${lookAtBalances(low)}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('transfers_pkey');
    expect(plan).not.toMatch(/Seq Scan on transfers/);
  }));

it('proves in the audit of a day that the sums of old transfers are theirs, and reads nothing twice', () =>
  tryOut(async (client) => {
    await client.query(AGE);
    expect(await auditDay(client)).toEqual([]);
    // What is proven is not read again, and what was kept of it still has to agree.
    await client.query(`${UNLOCK} update transfers set amount = amount * 2; ${LOCK}`);
    expect(await auditDay(client)).toEqual([]);
    expect((await auditLedger(client)).map(({ invariant }) => invariant)).toContain('L4');
    await client.query(
      'update ledger_checkpoints set posted = posted + 1; update balances set posted = posted + 1',
    );
    expect(new Set((await auditDay(client)).map(({ invariant }) => invariant))).toEqual(new Set(['L4']));
  }));

it('keeps no mark of a ledger in which it found something', () =>
  tryOut(async (client) => {
    await client.query(AGE);
    await client.query(`${UNLOCK} update tasks set price_version = ''`);
    const first = await auditDay(client);
    expect(first.map(({ invariant }) => invariant)).toContain('L11');
    expect(await auditDay(client)).toEqual(first);
  }));

it('refuses to change a transfer, the price of a task, or its charge once it has ended', async () => {
  const change = (sql: string) => expect(pool.query(sql)).rejects;
  await change('delete from transfers').toThrow('transfers is append-only');
  await change('update transfers set reason = reason').toThrow('append-only');
  for (const column of ['account_id', 'book', 'price', 'price_version'])
    await change(`update tasks set ${column} = ${column}`).toThrow('the money of a task never changes');
  for (const column of ['captured', 'transfer_id'])
    await change(`update tasks set ${column} = ${column}`).toThrow('the money of a task never changes');
});
