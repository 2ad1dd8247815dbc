// Callbacks of all accounts over HTTP, and that the commands print the same.
import { describe, expect, it } from 'vitest';
import { GOOD_BODY } from '../../http/testing.ts';
import { newId } from '../../lib/ids.ts';
import { createOperatorApi } from './testing.ts';

const api = await createOperatorApi();
const { pool } = api.core;

/** A callback about a task that has ended; there is no worker that would send it. */
async function createCallback(
  accountId?: string,
): Promise<{ id: string; taskId: string; accountId: string }> {
  const caller = accountId === undefined ? await api.openAccount() : await api.openKey(accountId);
  const body = { ...GOOD_BODY, callback_url: 'https://receiver.example.com/' };
  const taskId = String((await api.create(caller, body)).data.task_id);
  await api.endTask(taskId);
  const [row] = await api.core.callbacks.list({ taskId, limit: 1 });
  return { id: row.id, taskId, accountId: caller.accountId };
}

const first = await createCallback();
const second = await createCallback();
const third = await createCallback(first.accountId);
await pool.query(
  `insert into deliveries (callback_id, number, trigger, sent_at, duration_ms, http_status, error, response_head)
   values ($1, 1, 'schedule', to_timestamp(1800000000), 12, 500, null, 'oh no'), ($1, 2, 'copy', to_timestamp(1800000001), 3, null, 'refused', null)`,
  [first.id],
);
await pool.query(
  `update callbacks set state = 'failed', completed_at = now(), next_try_at = null where id = $1`,
  [second.id],
);

describe('the list', () => {
  const list = async (query: string) =>
    (await api.operate('GET', `/callbacks?${query}`)).items.map(({ id }) => id);

  it('has the callbacks of all accounts, newest first, in pages', async () => {
    const page = await api.operate('GET', '/callbacks?limit=2');
    expect(page.items.map(({ id }) => id)).toEqual([third.id, second.id]);
    expect(await list(`limit=2&after=${page.body.next}`)).toEqual([first.id]);
    expect(page.items[0]).toEqual({
      id: third.id,
      task_id: third.taskId,
      occasion: 'end',
      account_id: first.accountId,
      book: 'test',
      url: 'https://receiver.example.com/',
      state: 'pending',
      tries: 0,
      next_try_at: expect.any(Number),
      created_at: expect.any(Number),
      completed_at: null,
    });
  });

  it('is narrowed by account, task and state', async () => {
    expect(await list(`account=${first.accountId}`)).toEqual([third.id, first.id]);
    expect(await list(`task=${second.taskId}`)).toEqual([second.id]);
    expect(await list('state=failed')).toEqual([second.id]);
    expect(await list(`state=failed&account=${first.accountId}`)).toEqual([]);
  });

  it('refuses what it cannot be narrowed by', async () => {
    expect((await api.operate('GET', '/callbacks?task=x&state=sent')).refusal).toEqual([
      422,
      'validation_failed',
      ['task: must be an id as a list gives it', 'state: must be one of pending, delivered, gone, failed'],
    ]);
  });
});

describe('a callback', () => {
  it('has every try, the first one first', async () => {
    const { body } = await api.operate('GET', `/callbacks/${first.id}/deliveries`);
    expect(body).toEqual({
      items: [
        {
          number: 1,
          trigger: 'schedule',
          sent_at: 1_800_000_000,
          duration_ms: 12,
          http_status: 500,
          error: null,
          response_head: 'oh no',
        },
        expect.objectContaining({ number: 2, trigger: 'copy', http_status: null, error: 'refused' }),
      ],
      next: null,
    });
  });

  it('is queued again at once, and not twice within ten seconds', async () => {
    const { id } = await createCallback();
    const replay = () => api.operate('POST', `/callbacks/${id}/replay`);
    expect((await replay()).body).toEqual({ callback_id: id, queued: true });
    const again = await replay();
    expect(again.refusal).toEqual([429, 'rate_limited', expect.stringContaining('sent again a moment ago')]);
    expect(Number(again.headers['retry-after'])).toBeGreaterThan(0);
  });

  it.each(['none', newId()])('that is %s is 404 for each call', async (id) => {
    const calls = [
      api.operate('GET', `/callbacks/${id}/deliveries`),
      api.operate('POST', `/callbacks/${id}/replay`),
    ];
    for (const { refusal } of await Promise.all(calls))
      expect(refusal).toEqual([
        404,
        'not_found',
        `There is no callback "${id}"; "reelay callbacks list" shows them`,
      ]);
  });
});

it('is printed by the commands as the routes answer it', async () => {
  const { id } = await createCallback();
  const [list, deliveries, replay] = await Promise.all([
    api.runCommand('callbacks', 'list', '--account', first.accountId, '--state', 'pending'),
    api.runCommand('callbacks', 'deliveries', first.id),
    api.runCommand('callbacks', 'replay', id),
  ]);
  expect(list).toEqual(
    (await api.operate('GET', `/callbacks?account=${first.accountId}&state=pending`)).body,
  );
  expect(deliveries).toEqual((await api.operate('GET', `/callbacks/${first.id}/deliveries`)).body);
  expect(replay).toEqual({ callback_id: id, queued: true });
});
