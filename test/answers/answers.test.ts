// No answer denies what PostgreSQL has committed: each statement of each write is cut off at each moment, by
// a gate that breaks that one connection, and the answer is compared with what is in the database.
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it, vi } from 'vitest';
import { migrateDatabase } from '../../server/src/core.ts';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { createLog } from '../../server/src/lib/log.ts';
import { insertTasks, type NewTask } from '../../server/src/tasks/create.store.ts';
import { readTasksById } from '../../server/src/tasks/tasks.store.ts';
import { createRemoteWrites } from '../../server/src/work/remote.ts';
import { Creates } from './creates.ts';
import { Cuts, MOMENTS } from './cuts.ts';
import { type Caller, Stage } from './stage.ts';

const database = await createTestDatabase();
await migrateDatabase(database.url, createLog('silent'));
const cuts = new Cuts();
const dataDir = await mkdtemp(join(inject('testServer').folder, 'answers-'));
const stage = await Stage.open({ databaseUrl: database.url, dataDir, judge: cuts.judge });
const { core } = stage;
afterAll(async () => {
  const violations = await core.credits.audit();
  await stage.close();
  expect(violations).toEqual([]);
});

const BODY = { model: 'vidu/q1-r2v', input: { prompt: 'a dancer', img_urls: ['https://example.com/a.jpg'] } };
const PRICE = 80;
const FACTS = { provider: 'draft', modelVersion: '1', usage: {}, outputs: [] };
const JOBS = '/api/v1/client/job';
const ACCOUNT = '/api/v1/client/account';

type Watch = <Result>(act: () => Promise<Result>) => Promise<Result>;

/** A read; its answer may be kept from the run before. */
const MAY_BE_KEPT = /^(select|key-by-digest)/i;
/** Written beside the calls with a key, at most once in a while: no answer depends on it. */
const NOBODY_WAITS = /^update api_keys set last_used_at/;

/**
 * Runs a story again and again, and in each run breaks the connection of one statement in the part that it
 * watches: before it, during it and after it. @returns the statements.
 */
async function cutEach(story: (watch: Watch) => Promise<void>): Promise<string[]> {
  let seen: string[] = [];
  await story(async (act) => {
    cuts.calm();
    return act().finally(() => {
      seen = cuts.calm().filter((label) => !NOBODY_WAITS.test(label));
    });
  });
  const places = seen.map((label, at) => ({
    label,
    nth: seen.slice(0, at + 1).filter((other) => other === label).length,
  }));
  for (const { label, nth } of places) {
    // For a read it makes no difference whether it was done.
    for (const moment of MAY_BE_KEPT.test(label) ? MOMENTS.slice(-1) : MOMENTS) {
      const before = stage.cuts.length;
      await story(async (act) => {
        cuts.one(label, nth, moment);
        return act().finally(() => cuts.calm());
      });
      const isReached = stage.cuts.length > before || MAY_BE_KEPT.test(label);
      expect(isReached, `${moment} ${label} (${nth})`).toBe(true);
    }
  }
  return seen;
}

async function count(sql: string, ...values: unknown[]): Promise<number> {
  const [row] = await stage.read<{ count: number }>(`select count(*)::integer as count from ${sql}`, values);
  return row.count;
}

const tasksOf = ({ accountId }: Caller) => count('tasks where account_id = $1', accountId);

/** A waiting task, made without trouble. */
async function createTask(caller: Caller, callbackUrl?: string): Promise<string> {
  const answer = await stage.create(caller.key, { ...BODY, callback_url: callbackUrl });
  return (answer.body.data as { task_id: string }).task_id;
}

async function readTask(id: string) {
  const [task] = await readTasksById(stage.direct, [id]);
  return task;
}

describe('A1: a create', () => {
  it('is answered 200 when it was committed, and 402 or 429 when it was not', async () => {
    const stories = [
      { credits: PRICE, status: 200 },
      { credits: PRICE, createsPer10s: 1, status: 200 },
      { credits: PRICE, idempotencyKey: 'k', status: 200 },
      { credits: PRICE - 1, status: 402 },
    ];
    for (const { status, idempotencyKey, ...options } of stories) {
      const seen = await cutEach(async (watch) => {
        const caller = await stage.openCaller(options);
        const answer = await watch(() => stage.create(caller.key, BODY, idempotencyKey));
        expect([answer.status, await tasksOf(caller)]).toEqual([status, status === 200 ? 1 : 0]);
        if (idempotencyKey === undefined) return;
        const again = await stage.create(caller.key, BODY, idempotencyKey);
        expect([answer.headers.get('idempotent-replayed'), again.body.data]).toEqual([
          null,
          answer.body.data,
        ]);
      });
      expect(seen).toContain('create-tasks');
    }
  });

  it('in a batch has its own answer, when the batch has used up balance or rate', async () => {
    for (const options of [{ credits: 2 * PRICE }, { credits: 9 * PRICE, createsPer10s: 2 }]) {
      await cutEach(async (watch) => {
        const caller = await stage.openCaller(options);
        const answers = await watch(() => Promise.all([1, 2, 3].map(() => stage.create(caller.key, BODY))));
        const refusal = 'createsPer10s' in options ? 429 : 402;
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, refusal]);
        expect(await tasksOf(caller)).toBe(2);
      });
    }
  });

  it('is not denied while the whole database is away, and is found by its key once the database is back', async () => {
    const [open, keyed] = await Promise.all([
      stage.openCaller({ credits: PRICE }),
      stage.openCaller({ credits: PRICE }),
    ]);
    // The keys are known by now.
    await Promise.all([open, keyed].map(({ key }) => stage.create(key, {})));
    cuts.calm();
    cuts.allOf(/create-tasks/, 'after');
    const answers = await Promise.all([stage.create(open.key, BODY), stage.create(keyed.key, BODY, 'k')]);
    cuts.calm();
    for (const { status, body } of answers) {
      expect([status, body.error]).toEqual([455, 'database_unavailable']);
      expect(body.message).toContain('may have been created');
    }
    expect(answers[0].body.message).toContain('list of tasks');
    expect(answers[1].body.message).toContain('the same Idempotency-Key');
    const again = await stage.create(keyed.key, BODY, 'k');
    expect([again.status, await tasksOf(keyed), await tasksOf(open)]).toEqual([200, 1, 1]);
  });

  it('that a repeat has refused is not written by a late statement', async () => {
    const { accountId, key } = await stage.openCaller({ credits: PRICE - 1 });
    const { keyId } = await core.accounts.authenticate(key, '127.0.0.1');
    const task: NewTask = {
      id: newId(),
      accountId,
      keyId,
      book: 'test',
      door: 'crun',
      model: BODY.model,
      input: '{}',
      callbackUrl: null,
      priceMicros: BigInt(PRICE) * 1_000_000n,
      priceVersion: '1',
      idempotencyKey: null,
      requestDigest: null,
      lifetimeMs: 60_000,
      skipsRender: false,
      source: 'api',
      metadata: null,
    };
    const outcomes = async (isRepeat: boolean) => (await insertTasks(core.pool, [task], isRepeat))[0].outcome;
    expect(await outcomes(true)).toBe('short');
    await core.credits.grant({ accountId, book: 'test', amount: 1_000_000n, reason: 'enough by now' });
    await expect(outcomes(false)).rejects.toThrow('repeated and refused');
    expect([await outcomes(true), await count('tasks where id = $1', task.id)]).toEqual(['short', 0]);
  });

  it('is answered with its id when the database goes away while it waits for its end', async () => {
    const caller = await stage.openCaller({ credits: PRICE });
    const path = `${JOBS}/CreateTask`;
    cuts.calm();
    cuts.allOf(/read-tasks/, 'before');
    const answer = await stage.post(path, caller.key, BODY, { prefer: 'wait=5' });
    cuts.calm();
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, null]);
    expect(answer.body.data).toEqual({ task_id: expect.any(String) });
  });

  it('is answered as it was committed, with many others and a cut at every third statement', async () => {
    const creates = new Creates(stage);
    // Chance decides which create a statement belongs to: waves go on until each kind of answer was among them.
    const kinds = ['200', '402', '429'];
    const isMissing = () => kinds.some((kind) => !Object.hasOwn(creates.statuses, kind));
    for (let wave = 0; wave < 3 || (wave < 30 && isMissing()); wave++) {
      await creates.wave({ begin: () => cuts.every(3), end: () => cuts.calm() });
    }
    expect(await creates.check()).toEqual([]);
    expect(Object.keys(creates.statuses)).toEqual(expect.arrayContaining(kinds));
  });
});

describe('A1: the end of a task', () => {
  it('is reported as done by the process that did it, with one settlement and one callback', async () => {
    for (const how of ['succeed', 'fail'] as const) {
      await cutEach(async (watch) => {
        const caller = await stage.openCaller({ credits: PRICE });
        const id = await createTask(caller, 'https://example.com/hook');
        const task = await readTask(id);
        const why = { state: 'failed', error: 'generation_failed', message: 'no' } as const;
        const end = () =>
          how === 'succeed' ? core.settler.succeed(task, FACTS) : core.settler.fail(task, why);
        expect(await watch(end)).toBe(true);
        expect(await end()).toBe(false);
        const counts = await Promise.all(
          ['transfers', 'callbacks'].map((table) => count(`${table} where task_id = $1`, id)),
        );
        expect(counts).toEqual([how === 'succeed' ? 1 : 0, 1]);
        const { posted, held } = await core.credits.balance(caller.accountId, 'test');
        expect([posted, held]).toEqual([how === 'succeed' ? 0n : 80_000_000n, 0n]);
      });
    }
  });

  it('by a cancel is answered with the cancelled task', async () => {
    await cutEach(async (watch) => {
      const caller = await stage.openCaller({ credits: PRICE });
      const id = await createTask(caller);
      const answer = await watch(() => stage.post(`${JOBS}/CancelTask`, caller.key, { task_id: id }));
      expect([answer.status, (await readTask(id)).state]).toEqual([200, 'cancelled']);
      expect(answer.body.data).toMatchObject({ result: { error: 'task_cancelled' } });
    });
  });
});

describe('A1: a cancel whose answer is lost', () => {
  it('does not count as refused if a worker has meanwhile ended the task because of it', async () => {
    const caller = await stage.openCaller({ credits: PRICE });
    const id = await createTask(caller);
    const before = stage.cuts.length;
    cuts.allOf(/^with asked/, 'after');
    const cancelling = stage.post(`${JOBS}/CancelTask`, caller.key, { task_id: id });
    await vi.waitFor(() => expect(stage.cuts.length).toBeGreaterThan(before), 60_000);
    const cancelled = {
      state: 'cancelled',
      error: 'task_cancelled',
      message: 'Cancelled by the client',
    } as const;
    expect(await core.settler.fail(await readTask(id), cancelled)).toBe(true);
    cuts.calm();
    const { status, body } = await cancelling;
    expect([status, body.data]).toEqual([200, expect.objectContaining({ status: 'failed' })]);
  });
});

describe('A1: a movement of credits', () => {
  const movement = (accountId: string, amount: bigint, externalReference?: string) =>
    ({ accountId, book: 'test', amount, reason: 'for a test', externalReference }) as const;
  const postedOf = async (accountId: string) => (await core.credits.balance(accountId, 'test')).posted;

  it('is made once, and reported as made', async () => {
    await cutEach(async (watch) => {
      const { accountId } = await stage.openCaller({ credits: 0 });
      expect(await watch(() => core.credits.grant(movement(accountId, 5n)))).toBe(true);
      expect(await postedOf(accountId)).toBe(5n);
    });
    await cutEach(async (watch) => {
      const { accountId } = await stage.openCaller({ credits: 1 });
      const reference = newId();
      const take = () => core.credits.adjust(movement(accountId, -1_000_000n, reference));
      expect([await watch(take), await take()]).toEqual([true, false]);
      expect(await postedOf(accountId)).toBe(0n);
    });
  });

  it('that is refused is not made', async () => {
    await cutEach(async (watch) => {
      const { accountId } = await stage.openCaller({ credits: 0 });
      const taking = watch(() => core.credits.adjust(movement(accountId, -1n)));
      await expect(taking).rejects.toThrow('would fall below');
      expect(await postedOf(accountId)).toBe(0n);
    });
  });
});

describe('A1: uploads, callbacks, keys', () => {
  it('an upload is reserved, taken and served', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    await cutEach(async (watch) => {
      const { accountId } = await stage.openCaller({ credits: 0 });
      const ticket = await watch(async () => {
        const started = await core.files.startUpload({ accountId, contentType: 'image/png', ext: '.png' });
        const put = () =>
          fetch(started.uploadUrl, {
            method: 'PUT',
            body: png,
            headers: { 'content-type': 'image/png' },
          });
        let { status } = await put();
        // The look at the row of its key is a plain read, after which a client simply sends it again.
        if (status === 455) ({ status } = await put());
        expect(status).toBe(200);
        return started;
      });
      expect(await count(`files where account_id = $1 and state = 'ready'`, accountId)).toBe(1);
      expect((await fetch(ticket.fileUrl)).status).toBe(200);
    });
  });

  it('the answer shows the rotated secret, and the first secret is made once', async () => {
    await cutEach(async (watch) => {
      const owner = { accountId: (await stage.openCaller({ credits: 0 })).accountId, testMode: true };
      const first = await core.callbacks.readSecret(owner);
      const second = await watch(() => core.callbacks.rotateSecret(owner));
      expect(second).not.toBe(first);
      expect(await core.callbacks.readSecret(owner)).toBe(second);
      expect(await count('callback_secrets where account_id = $1', owner.accountId)).toBe(2);
    });
  });

  it('a replay is added once, and a try is logged once', async () => {
    let posts = 0;
    const receiver = createServer((request, response) => {
      posts++;
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await cutEach(async (watch) => {
      const caller = await stage.openCaller({ credits: PRICE });
      const id = await createTask(caller, url);
      await core.settler.succeed(await readTask(id), FACTS);
      const [callback] = await core.callbacks.list({ taskId: id, limit: 1 });
      posts = 0;
      const payload = { callbackId: callback.id, step: 0, trigger: 'schedule', receiver: new URL(url).host };
      const { jobHandlers } = core.callbacks;
      const signal = new AbortController().signal;
      const answer = await watch(async () => {
        await jobHandlers['callbacks.deliver'](payload, signal);
        return stage.post(`${ACCOUNT}/callback-replay`, caller.key, { callback_id: callback.id });
      });
      expect([answer.status, posts]).toEqual([200, 1]);
      expect(await count('deliveries where callback_id = $1', callback.id)).toBe(1);
      expect((await core.callbacks.list({ taskId: id, limit: 1 }))[0].state).toBe('delivered');
      const key = `callbacks.deliver:replay:${callback.id}`;
      expect(await count('graphile_worker.jobs where key = $1', key)).toBe(1);
    });
    await new Promise((resolve) => receiver.close(resolve));
  });

  it('an account and a key are made once, and the key in the answer works', async () => {
    await cutEach(async (watch) => {
      const name = `account ${newId()}`;
      const key = await watch(async () => {
        const { id } = await core.accounts.create(name);
        return (await core.accounts.createKey({ account: id, mode: 'test', name: 'key' })).key;
      });
      expect((await core.accounts.listKeys(name, { limit: 10 })).length).toBe(1);
      expect((await core.accounts.authenticate(key, '127.0.0.1')).mode).toBe('test');
    });
  });

  it('an account at a provider is added once', async () => {
    await cutEach(async (watch) => {
      const fields = { api_key: `key-${newId()}` };
      const { id } = await watch(() => core.credentials.add({ provider: 'runway', fields }));
      expect(await count('credentials where id = $1', id)).toBe(1);
    });
  });
});

describe('A1: an attempt at a provider', () => {
  it('whose intent, acceptance or taking was committed goes on', async () => {
    const writes = createRemoteWrites(core.pool);
    const nodeId = newId();
    const seen = await cutEach(async (watch) => {
      const caller = await stage.openCaller({ credits: PRICE });
      const taskId = await createTask(caller);
      const name = { taskId, epoch: 1 };
      await stage.direct.query(`update tasks set epoch = 1, node_id = $2 where id = $1`, [taskId, nodeId]);
      await stage.direct.query(
        `insert into attempts (task_id, epoch, provider, state) values ($1, 1, 'runway', 'assigned')`,
        [taskId],
      );
      const taken = await watch(async () => {
        expect(await writes.markIntent(name)).toBeInstanceOf(Date);
        const accepted = { ...name, provider: 'runway', reference: { id: 'job' }, lookMs: 0 };
        expect(await writes.recordAccepted(accepted)).toBe(true);
        return writes.takeTask({ id: taskId, epoch: 1, nodeId, leaseMs: 20_000, storing: true });
      });
      expect(taken).toMatchObject({ id: taskId, state: 'storing' });
      expect((await readTask(taskId)).epoch).toBe(taken?.epoch);
      expect(await count(`task_events where task_id = $1 and name = 'attempt.accepted'`, taskId)).toBe(1);
    });
    expect(seen).toEqual(['mark-intents', 'record-accepted', 'take-tasks']);
  });
});
