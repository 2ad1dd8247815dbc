// Tasks of all accounts over HTTP: the lists, the facts, and the end by hand; and that the commands print the same.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { claimTasks } from '../../dispatch/testing.ts';
import type { Caller } from '../../http/testing.ts';
import { newId } from '../../lib/ids.ts';
import type { JsonObject } from '../../lib/json.ts';
import { mediaHeads } from '../../lib/testing-media.ts';
import { CANCELLED_BY } from '../../tasks/task.ts';
import { parkTask } from '../../work/looks.store.ts';
import { createOperatorApi } from './testing.ts';

const MODEL = 'vidu/q1-r2v';
const SECRET_PROMPT = 'the words of a client';
const BODY = {
  model: MODEL,
  input: { prompt: SECRET_PROMPT, img_urls: ['https://example.com/a.jpg'] },
  callback_url: 'https://hooks.example.com/done',
};
const api = await createOperatorApi();
const { pool, catalog } = api.core;
await catalog.changeModel(MODEL, { price: { kind: 'flat', version: 'test', credits: 10 } });
const nodeId = newId();

async function create(caller: Caller, body: JsonObject = BODY): Promise<string> {
  return String((await api.create(caller, body)).data.task_id);
}

/** A task that rests while its provider may or may not have it. */
async function createStuck(caller: Caller): Promise<string> {
  const id = await create(caller);
  const task = (await claimTasks(pool, { nodeId, limit: 1_000, leaseMs: 60_000 })).find(
    (row) => row.id === id,
  );
  if (!task) throw new Error('not claimed');
  await pool.query(
    `update attempts set state = 'unknown', provider = 'ark', offer = 'ark' where task_id = $1`,
    [id],
  );
  await parkTask(pool, task, { epoch: task.epoch, lookMs: 60_000 });
  return id;
}

describe('the list', async () => {
  const [one, two] = [await api.openAccount(), await api.openAccount()];
  let ids: Record<'ended' | 'other' | 'waiting' | 'stuck', string>;
  beforeAll(async () => {
    const ended = await create(one);
    await api.endTask(ended, 'failed');
    const other = await create(two, { model: 'reelay/draft-t2v', input: { prompt: 'x' } });
    const stuck = await createStuck(one);
    ids = { ended, other, stuck, waiting: await create(one) };
  });
  const list = async (query: string) =>
    (await api.operate('GET', `/tasks?${query}`)).items.map(({ id }) => id);

  it('has the tasks of all accounts, newest first unless the oldest are asked for', async () => {
    expect(await list('')).toEqual([ids.waiting, ids.stuck, ids.other, ids.ended]);
    expect(await list('order=oldest')).toEqual([ids.ended, ids.other, ids.stuck, ids.waiting]);
  });

  it.each(['newest', 'oldest'])('leads from page to page, %s first', async (order) => {
    const seen: unknown[] = [];
    let next: unknown = '';
    for (let count = 0; next !== null; count++) {
      if (count > 3) throw new Error('the pages do not end');
      const page = await api.operate('GET', `/tasks?limit=3&order=${order}&after=${next}`);
      seen.push(...page.items.map(({ id }) => id));
      next = page.body.next;
    }
    expect(seen).toEqual(await list(`order=${order}`));
  });

  it('is narrowed by account, model, book and status', async () => {
    expect(await list(`account=${two.accountId}`)).toEqual([ids.other]);
    expect(await list('model=reelay/draft-t2v')).toEqual([ids.other]);
    expect(await list('book=live')).toEqual([]);
    expect(await list('status=failed')).toEqual([ids.ended]);
    expect(await list('status=open')).toEqual([ids.waiting, ids.stuck, ids.other]);
    expect(await list('status=stuck')).toEqual([ids.stuck]);
    expect(await list(`status=open&account=${one.accountId}&order=oldest`)).toEqual([ids.stuck, ids.waiting]);
  });

  it('shows the money of each, and nothing that its client wrote', async () => {
    const { items, text } = await api.operate('GET', '/tasks');
    const task = items.find(({ id }) => id === ids.ended);
    expect(task).toMatchObject({
      account_id: one.accountId,
      book: 'test',
      model: MODEL,
      state: 'failed',
      price: 10,
      charged: 0,
      error: 'generation_failed',
      completed_at: expect.any(Number),
    });
    expect(text).not.toContain(SECRET_PROMPT);
  });

  it('refuses what it cannot be narrowed by', async () => {
    expect((await api.operate('GET', '/tasks?status=done&book=x&after=1&order=best')).refusal).toEqual([
      422,
      'validation_failed',
      [
        'after: must be an id as a list gives it',
        'book: must be one of live, test',
        'status: must be one of open, stuck, pending, running, storing, succeeded, failed, cancelled, expired',
        'order: must be one of newest, oldest',
      ],
    ]);
    expect((await api.operate('GET', '/tasks?account=nobody')).refusal.slice(0, 2)).toEqual([
      404,
      'not_found',
    ]);
  });

  it('and the facts are printed by the commands too', async () => {
    const [open, stuck, facts] = await Promise.all([
      api.runCommand('tasks', 'list', '--limit', '2'),
      api.runCommand('tasks', 'list', '--stuck'),
      api.runCommand('tasks', 'show', ids.stuck),
    ]);
    expect(open).toEqual((await api.operate('GET', '/tasks?status=open&order=oldest&limit=2')).body);
    expect(stuck).toEqual((await api.operate('GET', '/tasks?status=stuck&order=oldest')).body);
    expect(facts).toEqual((await api.operate('GET', `/tasks/${ids.stuck}`)).body);
  });
});

describe('a task', async () => {
  const caller = await api.openAccount();

  it('is shown with its attempts, and without its input', async () => {
    const id = await createStuck(caller);
    const { body, text } = await api.operate('GET', `/tasks/${id}`);
    expect(body).toMatchObject({
      id,
      state: 'running',
      price: 10,
      charged: null,
      settled: null,
      attempts: [{ attempt: 1, provider: 'ark', state: 'unknown', ended_at: null }],
    });
    expect(text).not.toContain(SECRET_PROMPT);
  });

  it('is ended by hand once: the hold goes back, and a second end is refused', async () => {
    const id = await createStuck(caller);
    const settle = (body: JsonObject) => api.operate('POST', `/tasks/${id}/settle`, body);
    const answers = await Promise.all([
      settle({ as: 'failed', reason: 'its provider is gone' }),
      settle({ as: 'failed', reason: 'its provider is gone' }),
    ]);
    const [done, refused] = answers.toSorted((a, b) => a.status - b.status);
    expect(done.body).toEqual({ task_id: id, state: 'failed', charged: 0, given_back: 10, callback: true });
    expect(refused.refusal).toEqual([
      409,
      'conflict',
      `The task ${id} is failed: it has already ended, and nothing was changed`,
    ]);
    expect((await api.operate('GET', `/tasks/${id}`)).body).toMatchObject({
      state: 'failed',
      settled: 'void',
      charged: 0,
      message: 'Ended by the operator: its provider is gone; nothing was charged',
      attempts: [expect.objectContaining({ provider: 'ark' })],
      events: expect.arrayContaining([
        {
          id: expect.stringMatching(/^\d+$/),
          event: 'task.ended_by_operator',
          detail: { as: 'failed', reason: 'its provider is gone' },
          created_at: expect.any(Number),
        },
      ]),
    });
  });

  it('succeeds with a video that is sent, charged as the operator says', async () => {
    const id = await createStuck(caller);
    const video = Buffer.concat([mediaHeads['video/mp4'][0], Buffer.alloc(1_000_000)]);
    const put = (query: string, body: Buffer, type = 'video/mp4') =>
      api.operate('PUT', `/tasks/${id}/video${query}`, body, { 'content-type': type });
    expect((await put('', Buffer.from('<html>'))).refusal.slice(0, 2)).toEqual([422, 'validation_failed']);
    expect((await put('', video, 'text/html')).refusal).toEqual([
      422,
      'validation_failed',
      ['The content type "text/html" is not that of a video: MP4, WebM or QuickTime (.mp4, .webm or .mov)'],
    ]);
    expect((await put('?used=11', video)).refusal.slice(0, 2)).toEqual([422, 'validation_failed']);
    expect((await put('?used=all', video)).refusal.slice(0, 2)).toEqual([422, 'validation_failed']);
    const done = await put('?used=4&reason=found', video);
    expect(done.body).toEqual({ task_id: id, state: 'succeeded', charged: 4, given_back: 6, callback: true });
    const [output] = JSON.parse((await api.readTask(id)).outputs ?? '[]');
    expect(output).toMatchObject({ kind: 'video', contentType: 'video/mp4', sizeBytes: video.length });
    expect((await put('', video)).refusal.slice(0, 2)).toEqual([409, 'conflict']);
    expect(await readdir(join(api.core.config.dataDir, 'staging'))).toEqual([]);
  });

  it('is cancelled for its client, and says who cancelled it', async () => {
    const id = await create(caller);
    const { body } = await api.operate('POST', `/tasks/${id}/cancel`);
    expect(body).toMatchObject({ id, state: 'cancelled', charged: 0, message: 'Cancelled by the operator' });
    expect((await api.operate('POST', `/tasks/${id}/cancel`)).refusal.slice(0, 2)).toEqual([
      409,
      'not_cancellable',
    ]);
  });

  it('is asked to stop where a provider has it, and keeps its state until it has', async () => {
    const id = await createStuck(caller);
    const { body } = await api.operate('POST', `/tasks/${id}/cancel`);
    expect(body).toMatchObject({ id, state: 'running', cancel_requested_at: expect.any(Number) });
  });

  it('that a worker stops afterwards ends as cancelled by the operator, whatever the worker knows', async () => {
    const id = await create(caller);
    const nodeOfWorker = newId();
    const claimed = await claimTasks(pool, { nodeId: nodeOfWorker, limit: 1_000, leaseMs: 60_000 });
    const task = claimed.find((row) => row.id === id);
    if (!task) throw new Error('not claimed');
    await api.operate('POST', `/tasks/${id}/cancel`);
    const end = { state: 'cancelled', error: 'task_cancelled', message: CANCELLED_BY.client } as const;
    await api.core.settler.fail(task, end);
    const { body } = await api.operate('GET', `/tasks/${id}`);
    expect(body).toMatchObject({ state: 'cancelled', message: 'Cancelled by the operator' });
  });

  it.each(['none', newId()])('that is %s is 404 for each call', async (id) => {
    const calls = [
      api.operate('GET', `/tasks/${id}`),
      api.operate('POST', `/tasks/${id}/settle`, { as: 'failed' }),
      api.operate('POST', `/tasks/${id}/cancel`),
    ];
    for (const { refusal } of await Promise.all(calls))
      expect(refusal).toEqual([
        404,
        'not_found',
        `There is no task "${id}"; "reelay tasks list" shows the open ones`,
      ]);
  });

  it('is not ended by a body that is wrong', async () => {
    const id = await create(caller);
    const { refusal } = await api.operate('POST', `/tasks/${id}/settle`, {
      as: 'succeeded',
      reason: 'x'.repeat(301),
      file: '/etc/passwd',
    });
    expect(refusal).toEqual([
      422,
      'validation_failed',
      [
        'as: must be one of failed, cancelled',
        'reason: must have at most 300 characters',
        'file: is not known here',
      ],
    ]);
    expect((await api.operate('GET', `/tasks/${id}`)).body.state).toBe('pending');
  });
});
