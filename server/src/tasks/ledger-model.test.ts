// Creates, ends, cancels and corrections in any order and at the same moment, compared with a simple model. After every
// step the balances are those of the model and the audit finds nothing.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withTransaction } from '../db/pool.ts';
import { claimTasks } from '../dispatch/testing.ts';
import { AppError, OperatorError } from '../errors.ts';
import { type Caller, createTestApi, micros } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import type { Created } from './create.ts';
import { bookLoss } from './settle.ts';
import { releaseTask } from './tasks.store.ts';

const RUNS = 40;
const STEPS_MAX = 80;

const api = await createTestApi();
const { core } = api;

interface ModelTask {
  id: string;
  caller: Caller;
  price: bigint;
  open: boolean;
}

interface Wallet {
  posted: bigint;
  held: bigint;
}

interface World {
  callers: Caller[];
  wallets: Map<Caller, Wallet>;
  tasks: ModelTask[];
  /** The task and the body of each idempotency key that made a task. */
  keys: Map<string, { id: string; body: string }>;
}

interface CreateStep {
  type: 'create';
  caller: number;
  creates: { price: bigint; key: number | null; body: number }[];
}

type Step =
  | CreateStep
  | { type: 'end'; task: number; ways: ('succeed' | 'fail' | 'expire' | 'cancel' | 'stale')[]; used: bigint }
  | { type: 'claim'; limit: number; release: boolean }
  | { type: 'move'; caller: number; amount: bigint; reference: number | null };

const amount = fc.constantFrom(0n, 1n, 1_000_000n, 9_720_000n, 33_333_333n, 80_000_000n, 166_500_000n);
const place = fc.nat(1000);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('create' as const),
      caller: place,
      creates: fc.array(
        fc.record({ price: amount, key: fc.option(fc.nat(3), { freq: 2 }), body: fc.nat(1) }),
        { minLength: 1, maxLength: 6 },
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      task: place,
      ways: fc.array(fc.constantFrom('succeed', 'fail', 'expire', 'cancel', 'stale'), {
        minLength: 1,
        maxLength: 4,
      }),
      used: amount,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('claim' as const), limit: fc.nat(5), release: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('move' as const),
      caller: place,
      amount: fc.oneof(
        amount,
        amount.map((value) => -value),
      ),
      reference: fc.option(fc.nat(2)),
    }),
  },
);

async function openWorld(): Promise<World> {
  const one = await api.openAccount({ credits: '100' });
  const other = await api.openAccount({ credits: '0' });
  const callers = [one, await api.openKey(one.accountId, { mode: 'live' }), other];
  const wallets = new Map(callers.map((caller) => [caller, { posted: 0n, held: 0n }]));
  const [first] = callers;
  wallets.set(first, { posted: micros('100'), held: 0n });
  return { callers, wallets, tasks: [], keys: new Map() };
}

function walletOf(world: World, caller: Caller): Wallet {
  const wallet = world.wallets.get(caller);
  if (!wallet) throw new Error('every caller has a wallet');
  return wallet;
}

type Outcome = Created | 'short' | 'conflict';

async function tryCreate(caller: Caller, create: CreateStep['creates'][number]): Promise<Outcome> {
  const record = await core.accounts.authenticate(caller.key, '127.0.0.1');
  const idempotency =
    create.key === null ? undefined : { key: `key ${create.key}`, rawBody: `body ${create.body}` };
  try {
    return await core.admission.create(record, {
      door: 'crun',
      model: 'reelay/draft-t2v',
      input: '{"prompt":"x"}',
      callbackUrl: null,
      priceMicros: create.price,
      priceVersion: 'model',
      lifetimeMs: 3_600_000,
      skipsRender: false,
      metadata: null,
      idempotency,
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.errorName === 'insufficient_credits') return 'short';
    if (error.errorName === 'idempotency_conflict') return 'conflict';
    throw error;
  }
}

/** Several creates at once: their order is free, their outcome is not. */
async function runCreates(world: World, { caller: at, creates }: CreateStep): Promise<void> {
  const caller = world.callers[at % world.callers.length];
  const wallet = walletOf(world, caller);
  const outcomes = await Promise.all(creates.map((create) => tryCreate(caller, create)));
  for (const [index, outcome] of outcomes.entries()) {
    if (typeof outcome === 'string' || outcome.replayed) continue;
    const { price, key, body } = creates[index];
    wallet.held += price;
    world.tasks.push({ id: outcome.taskId, caller, price, open: true });
    if (key === null) continue;
    const name = `${caller.row.id} ${key}`;
    expect(world.keys.has(name), 'a key makes one task').toBe(false);
    world.keys.set(name, { id: outcome.taskId, body: `body ${body}` });
  }
  const available = wallet.posted - wallet.held;
  for (const [index, outcome] of outcomes.entries()) {
    const { price, key, body } = creates[index];
    const known = key === null ? undefined : world.keys.get(`${caller.row.id} ${key}`);
    if (outcome === 'short') expect(price, 'only what does not fit is refused').toBeGreaterThan(available);
    else if (outcome === 'conflict') expect(known?.body).not.toBe(`body ${body}`);
    else if (outcome.replayed) expect(known).toEqual({ id: outcome.taskId, body: `body ${body}` });
  }
}

/** Several ends of one task at once: one of them counts, and none if the task had ended before. */
async function runEnds(
  world: World,
  { task: at, ways, used }: Extract<Step, { type: 'end' }>,
): Promise<void> {
  if (world.tasks.length === 0) return;
  const task = world.tasks[at % world.tasks.length];
  const row = await api.readTask(task.id);
  const record = await core.accounts.authenticate(task.caller.key, '127.0.0.1');
  const facts = { provider: 'draft', modelVersion: 'draft-1', usage: {}, outputs: [], usedMicros: used };
  const failure = { error: 'generation_failed', message: 'by the model' } as const;
  const won = await Promise.all(
    ways.map(async (way): Promise<boolean> => {
      switch (way) {
        case 'succeed':
          return core.settler.succeed(row, facts);
        case 'fail':
          return core.settler.fail(row, { state: 'failed', ...failure });
        case 'expire':
          return core.settler.fail(row, { state: 'expired', ...failure });
        case 'stale':
          expect(await core.settler.succeed({ ...row, epoch: row.epoch - 1 }, facts)).toBe(false);
          return false;
        case 'cancel':
          // A claimed task is asked to end; an ended one refuses.
          await core.tasks
            .cancel(record, task.id)
            .catch((error: unknown) => expect(error).toBeInstanceOf(AppError));
          return false;
      }
    }),
  );
  const after = await api.readTask(task.id);
  const wins = won.filter(Boolean).length;
  if (!task.open) expect(wins, 'an ended task ends no second time').toBe(0);
  expect(wins).toBeLessThanOrEqual(1);
  if (!task.open || after.completed_at === null) return;
  if (wins === 0) expect(ways, 'a task ends only by one of these calls').toContain('cancel');
  const wallet = walletOf(world, task.caller);
  const captured = after.state === 'succeeded' ? (used < task.price ? used : task.price) : 0n;
  expect(after.captured).toBe(captured);
  wallet.held -= task.price;
  wallet.posted -= captured;
  task.open = false;
}

async function runClaim({ limit, release }: Extract<Step, { type: 'claim' }>): Promise<void> {
  const rows = await claimTasks(core.pool, { nodeId: newId(), limit, leaseMs: 60_000 });
  if (release) for (const row of rows) expect(await releaseTask(core.pool, row, 0)).toBe(true);
}

async function runMove(
  world: World,
  { caller: at, amount: size, reference }: Extract<Step, { type: 'move' }>,
) {
  const caller = world.callers[at % world.callers.length];
  const wallet = walletOf(world, caller);
  const movement = {
    accountId: caller.accountId,
    book: caller.row.mode,
    amount: size,
    reason: 'by the model',
    // The amount is part of the name, so that a reference that comes again is the same payment.
    externalReference: reference === null ? undefined : `${caller.row.id} ${size} ${reference}`,
  };
  const fits = size !== 0n && wallet.posted + size - wallet.held >= 0n;
  try {
    const moved = await (size > 0n ? core.credits.grant(movement) : core.credits.adjust(movement));
    if (moved) wallet.posted += size;
    else expect(reference).not.toBeNull();
    if (moved) expect(fits).toBe(true);
  } catch (error) {
    expect(error).toBeInstanceOf(OperatorError);
    expect(fits, 'only what would overdraw is refused').toBe(false);
  }
}

async function run(world: World, next: Step): Promise<void> {
  switch (next.type) {
    case 'create':
      return runCreates(world, next);
    case 'end':
      return runEnds(world, next);
    case 'claim':
      return runClaim(next);
    case 'move':
      return runMove(world, next);
  }
}

async function expectModel(world: World): Promise<void> {
  for (const caller of world.callers) {
    expect(await core.credits.balance(caller.accountId, caller.row.mode)).toEqual(walletOf(world, caller));
  }
  expect(await core.credits.audit()).toEqual([]);
}

/** What the sums of use have, and what all tasks add up to, where the two differ. */
const USAGE_DIFFERENCES = `with summed as (
    select account_id, book, (created_at at time zone 'UTC')::date as day, key_id, model,
      count(*) filter (where state = 'succeeded') as succeeded, count(*) filter (where state = 'failed') as failed,
      count(*) filter (where state = 'cancelled') as cancelled, count(*) filter (where state = 'expired') as expired,
      sum(captured)::bigint as credits
    from tasks where completed_at is not null group by 1, 2, 3, 4, 5
  )
  select * from summed full join usage_days u using (account_id, book, day, key_id, model)
  where (summed.succeeded, summed.failed, summed.cancelled, summed.expired, summed.credits)
    is distinct from (u.succeeded, u.failed, u.cancelled, u.expired, u.credits)`;

async function expectUsage({ tasks }: World): Promise<void> {
  const ended = tasks.find(({ open }) => !open);
  if (ended) {
    const { accountId, row } = ended.caller;
    const task = { id: ended.id, account_id: accountId, book: row.mode };
    await withTransaction(core.pool, (client) => bookLoss(client, task, { epoch: 1, lossMicros: 5n }));
  }
  expect((await core.pool.query(USAGE_DIFFERENCES)).rows).toEqual([]);
}

it('keeps every balance, invariant and sum of use through any order of steps', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: STEPS_MAX, size: 'max' }), async (steps) => {
      const world = await openWorld();
      for (const next of steps) {
        await run(world, next);
        await expectModel(world);
      }
      await expectUsage(world);
      const open = world.tasks.filter((task) => task.open);
      expect(open.reduce((sum, { price }) => sum + price, 0n)).toBe(
        [...world.wallets.values()].reduce((sum, { held }) => sum + held, 0n),
      );
    }),
    // A machine under load makes fewer runs instead of a failure.
    { numRuns: RUNS, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: false },
  );
});
