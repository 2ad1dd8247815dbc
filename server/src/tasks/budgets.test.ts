// What a key may spend: to the micro-credit, whatever comes at once, and on however many nodes.
import { afterAll, describe, expect, it } from 'vitest';
import { silentLog } from '../db/log.ts';
import { createPool, withTransaction } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { type Caller, createTestApi, GOOD_BODY, micros } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import { toCredits } from '../lib/money.ts';
import { DAY_MS, systemClock } from '../lib/time.ts';
import { TaskChanges } from './changes.ts';
import { type CreateResult, insertTasks, type NewTask } from './create.store.ts';
import { Admission } from './create.ts';
import { bookLoss } from './settle.ts';

const PRICE = 8;
const AT_ONCE = 256;
const CANCEL_PATH = '/api/v1/client/job/CancelTask';
const api = await createTestApi();
const { accounts, admission, pool } = api.core;
await api.core.catalog.changeModel(GOOD_BODY.model, {
  price: { kind: 'flat', version: 'test', credits: PRICE },
});

/** The other node, on the same database. */
const otherPool = createPool(api.core.databaseUrl, { max: 4, applicationName: 'other node', log: silentLog });
const otherNode = new Admission({ pool: otherPool, changes: new TaskChanges(otherPool), clock: systemClock });
afterAll(() => otherPool.end());

/** @returns the id of the task, or the name of the refusal. */
async function create(node: Admission, caller: Caller, priceMicros: bigint): Promise<string> {
  const record = await accounts.authenticate(caller.key, '127.0.0.1');
  try {
    const { taskId } = await node.create(record, {
      door: 'crun',
      model: GOOD_BODY.model,
      input: '{"prompt":"x"}',
      callbackUrl: null,
      metadata: null,
      priceMicros,
      priceVersion: 'test',
      lifetimeMs: 3_600_000,
      skipsRender: false,
    });
    return taskId;
  } catch (error) {
    if (error instanceof AppError) return error.errorName;
    throw error;
  }
}

async function spentBy({ row }: Caller): Promise<[today: number, total: number]> {
  const { spent_today, spent } = await accounts.findKey(row.id);
  return [toCredits(spent_today), toCredits(spent)];
}

async function createId(caller: Caller): Promise<string> {
  const answer = await api.create(caller);
  expect(answer.status).toBe(200);
  return String(answer.data.task_id);
}

describe.each([
  ['creditsTotalMax', 'key_total_limit_reached'],
  ['creditsDayMax', 'key_daily_limit_reached'],
] as const)('a budget (%s)', (limit, refusal) => {
  it('is kept to the micro-credit by two nodes and 256 creates at once', async () => {
    const budget = 1_000n;
    const caller = await api.openAccount({ limits: { [limit]: budget } });
    const free = await api.openKey(caller.accountId);
    // From one micro-credit to thirteen, in an order without a pattern.
    const prices = Array.from({ length: AT_ONCE }, (_, at) => BigInt(1 + ((at * at * 7 + at) % 13)));
    const results = await Promise.all(
      prices.map((price, at) => create(at % 2 === 0 ? admission : otherNode, caller, price)),
    );
    const others = await Promise.all(prices.map((price) => create(otherNode, free, price)));
    const sumOf = (isTaken: boolean) =>
      prices.reduce((sum, price, at) => ((results[at] !== refusal) === isTaken ? sum + price : sum), 0n);
    const taken = sumOf(true);
    expect(sumOf(false)).toBeGreaterThan(0n);
    expect(taken).toBeLessThanOrEqual(budget);
    // Each that was refused would have passed the limit.
    const left = budget - taken;
    expect(prices.filter((price, at) => results[at] === refusal && price <= left)).toEqual([]);
    const { rows } = await pool.query(
      'select r.spent, r.spent_today, (select sum(price)::bigint from tasks where key_id = r.key_id) as held from create_limits r where key_id = $1',
      [caller.row.id],
    );
    expect(rows).toEqual([{ spent: taken, spent_today: taken, held: taken }]);
    expect(others.filter((result) => result === refusal)).toEqual([]);
  });

  it('is free again by what a task gives back at its end', async () => {
    const caller = await api.openAccount({ limits: { [limit]: micros('20') } });
    const [first, second] = [await createId(caller), await createId(caller)];
    expect((await api.create(caller)).body).toMatchObject({ code: 402, error: refusal });
    await api.endTask(first, 'failed');
    expect(await spentBy(caller)).toEqual([8, 8]);
    await api.endTask(second, 'succeeded');
    expect(await spentBy(caller)).toEqual([8, 8]);
    await createId(caller);
    expect((await api.create(caller)).status).toBe(402);
  });

  it('says which limit refuses, what is used of it, and when it is free', async () => {
    const caller = await api.openAccount({ limits: { [limit]: micros('20') } });
    await createId(caller);
    await createId(caller);
    const { body, headers } = await api.create(caller);
    const isDaily = limit === 'creditsDayMax';
    const midnight = new Date((Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS).toISOString().slice(0, 16);
    expect(body.message).toBe(
      isDaily
        ? `This key may use 20 credits a day: 16 are used, and this task needs 8; all of it is free again at ${midnight} UTC`
        : 'This key may use 20 credits in all: 16 are used, and this task needs 8; an owner of the account can raise it',
    );
    expect(headers['retry-after'] !== undefined).toBe(isDaily);
  });

  it('of nothing refuses what costs something, and holds no credits', async () => {
    const caller = await api.openAccount({ limits: { [limit]: 0n } });
    expect((await api.create(caller)).status).toBe(402);
    expect(await api.core.credits.balance(caller.accountId, 'test')).toMatchObject({ held: 0n });
    await accounts.changeKey(caller.row.id, { [limit]: null });
    expect((await api.create(caller)).status).toBe(200);
  });

  it('gives a repeat of an earlier create its task', async () => {
    const caller = await api.openAccount({ limits: { [limit]: micros('8') } });
    const headers = { 'idempotency-key': 'one' };
    const first = await api.create(caller, GOOD_BODY, headers);
    const again = await api.create(caller, GOOD_BODY, headers);
    expect(again.data.task_id).toBe(first.data.task_id);
    expect((await api.create(caller, GOOD_BODY, { 'idempotency-key': 'two' })).status).toBe(402);
  });
});

/** The tasks of one batch, as one statement writes them. */
function batchOf(caller: Caller, prices: bigint[], changes: Partial<NewTask> = {}): NewTask[] {
  return prices.map((priceMicros) => ({
    id: newId(),
    accountId: caller.accountId,
    keyId: caller.row.id,
    book: caller.row.mode,
    door: 'crun',
    model: GOOD_BODY.model,
    input: '{"prompt":"x"}',
    callbackUrl: null,
    source: 'api',
    metadata: null,
    priceMicros,
    priceVersion: 'test',
    idempotencyKey: null,
    requestDigest: null,
    lifetimeMs: 3_600_000,
    skipsRender: false,
    ...changes,
  }));
}

const outcomesOf = (results: CreateResult[]) => results.map(({ outcome }) => outcome);

describe('one batch', () => {
  const BATCH = 100;

  it('of a key whose account cannot pay is refused at once, not one task at a time', async () => {
    const caller = await api.openAccount({ credits: '5', limits: { creditsTotalMax: micros('100') } });
    const results = await insertTasks(pool, batchOf(caller, Array(BATCH).fill(micros('60'))));
    expect(outcomesOf(results)).toEqual(Array(BATCH).fill('short'));
    expect(await spentBy(caller)).toEqual([0, 0]);
  });

  it('of a key that is over its rate is refused at once, not one task at a time', async () => {
    const caller = await api.openAccount({ limits: { creditsTotalMax: micros('100'), createsMax: 1 } });
    await insertTasks(pool, batchOf(caller, [0n]));
    const results = await insertTasks(pool, batchOf(caller, Array(BATCH).fill(micros('60'))));
    expect(outcomesOf(results)).toEqual(Array(BATCH).fill('limited'));
    expect(results.filter(({ retryMs }) => retryMs < 1_000)).toEqual([]);
  });

  it('of two keys of one account takes from each what it may spend, and from both what there is', async () => {
    const one = await api.openAccount({ credits: '14', limits: { creditsTotalMax: 8_000_000n } });
    const other = await api.openKey(one.accountId, { limits: { creditsDayMax: 6_000_000n } });
    const price = [2_000_000n];
    const tasks = Array.from({ length: BATCH }, (_, at) => batchOf(at % 2 === 0 ? one : other, price)).flat();
    const outcomes = outcomesOf(await insertTasks(pool, tasks));
    const takenBy = (caller: Caller) =>
      tasks.filter(({ keyId }, at) => keyId === caller.row.id && outcomes[at] === 'created').length;
    expect([takenBy(one), takenBy(other)]).toEqual([4, 3]);
    expect(new Set(outcomes)).toEqual(new Set(['created', 'over_total', 'over_day']));
    expect(await spentBy(one)).toEqual([8, 8]);
    expect(await spentBy(other)).toEqual([6, 6]);
    expect(await api.core.credits.balance(one.accountId, 'test')).toMatchObject({ held: 14_000_000n });
  });

  it('on another day than the last one has the budget of its own day, once', async () => {
    const caller = await api.openAccount({ limits: { creditsDayMax: 8_000_000n } });
    const prices = Array(BATCH).fill(3_000_000n);
    await insertTasks(pool, batchOf(caller, prices));
    await pool.query('update create_limits set spent_on = spent_on - 1 where key_id = $1', [caller.row.id]);
    const outcomes = outcomesOf(await insertTasks(pool, batchOf(caller, prices)));
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'over_day')).toHaveLength(BATCH - 2);
    expect(await spentBy(caller)).toEqual([6, 12]);
  });

  it('that is repeated after a lost answer spends nothing again, and keeps what was decided', async () => {
    const caller = await api.openAccount({ limits: { creditsTotalMax: 8_000_000n } });
    const tasks = batchOf(caller, [5_000_000n, 4_000_000n, 3_000_000n]);
    expect(outcomesOf(await insertTasks(pool, tasks))).toEqual(['created', 'over_total', 'retry']);
    expect(outcomesOf(await insertTasks(pool, tasks, true))).toEqual(['written', 'over_total', 'created']);
    expect(await spentBy(caller)).toEqual([8, 8]);
    await accounts.changeKey(caller.row.id, { creditsTotalMax: null });
    expect(outcomesOf(await insertTasks(pool, tasks, true))).toEqual(['written', 'over_total', 'written']);
    expect(await spentBy(caller)).toEqual([8, 8]);
    await expect(insertTasks(pool, tasks)).rejects.toThrow('repeated and refused');
  });

  it('of repeats under an idempotency key at the end of the budget spends nothing', async () => {
    const caller = await api.openAccount({ limits: { creditsTotalMax: 8_000_000n } });
    const named = { idempotencyKey: 'one', requestDigest: Buffer.alloc(32) };
    const [task] = batchOf(caller, [8_000_000n], named);
    await insertTasks(pool, [task]);
    const [[again], [other], unnamed] = [
      batchOf(caller, [8_000_000n], named),
      batchOf(caller, [8_000_000n], { ...named, requestDigest: Buffer.alloc(32, 1) }),
      batchOf(caller, [1n]),
    ];
    const results = await insertTasks(pool, [again, other, ...unnamed]);
    expect(outcomesOf(results)).toEqual(['replayed', 'conflict', 'over_total']);
    expect(results[0].taskId).toBe(task.id);
    expect(await spentBy(caller)).toEqual([8, 8]);
  });
});

describe('the end of a task', () => {
  const openBudget = () => api.openAccount({ limits: { creditsTotalMax: micros('100') } });

  it('that many ask to cancel at once gives its credits back once', async () => {
    const caller = await openBudget();
    const [id] = [await createId(caller), await createId(caller)];
    const cancel = { method: 'POST', path: CANCEL_PATH, key: caller.key, body: { task_id: id } } as const;
    await Promise.all(Array.from({ length: 8 }, () => api.call(cancel)));
    expect((await api.readTask(id)).completed_at).not.toBeNull();
    expect(await spentBy(caller)).toEqual([8, 8]);
  });

  it('that is charged less than was held gives back the rest', async () => {
    const caller = await openBudget();
    const id = await createId(caller);
    const made = { provider: 'ark', modelVersion: 'one', usage: {}, outputs: [], usedMicros: micros('2.5') };
    await api.core.settler.succeed(await api.readTask(id), made);
    expect(await spentBy(caller)).toEqual([2.5, 2.5]);
  });

  it('stays free for the key when the operator bears a late result', async () => {
    const caller = await openBudget();
    const id = await createId(caller);
    await api.endTask(id, 'failed');
    const task = await api.readTask(id);
    await withTransaction(pool, (client) => bookLoss(client, task, { epoch: 1, lossMicros: micros('8') }));
    expect(await spentBy(caller)).toEqual([0, 0]);
  });

  it('beside creates of two nodes leaves exactly what is held and charged', async () => {
    const caller = await openBudget();
    const prices = Array.from({ length: 48 }, (_, at) => BigInt(1 + ((at * at * 7 + at) % 13)));
    await Promise.all(
      prices.map(async (price, at) => {
        const id = await create(at % 2 === 0 ? admission : otherNode, caller, price);
        if (at % 4 < 3) await api.endTask(id, (['succeeded', 'failed', 'expired'] as const)[at % 4]);
      }),
    );
    const { rows } = await pool.query(
      `select r.spent, (select sum(case when completed_at is null then price else captured end)::bigint from tasks
         where key_id = r.key_id) as owed from create_limits r where key_id = $1`,
      [caller.row.id],
    );
    expect(rows[0].spent).toBe(rows[0].owed);
    expect(rows[0].spent).toBeGreaterThan(0n);
  });
});

describe('the budget of a day', () => {
  it('begins again with the day, and a task of yesterday gives nothing back to it', async () => {
    const caller = await api.openAccount({ limits: { creditsDayMax: micros('8') } });
    const yesterday = await createId(caller);
    expect((await api.create(caller)).status).toBe(402);
    await pool.query('update create_limits set spent_on = spent_on - 1 where key_id = $1', [caller.row.id]);
    await pool.query(`update tasks set created_at = created_at - interval '1 day' where id = $1`, [
      yesterday,
    ]);
    expect(await spentBy(caller)).toEqual([0, 8]);
    await createId(caller);
    expect(await spentBy(caller)).toEqual([8, 16]);
    await api.endTask(yesterday, 'failed');
    expect(await spentBy(caller)).toEqual([8, 8]);
    expect((await api.create(caller)).status).toBe(402);
  });
});
