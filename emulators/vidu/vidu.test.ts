import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import type { RunningEmulator } from '../core/emulator.ts';
import { get, openEmulator, openReceiver, until } from '../core/testing.ts';
import { ask, createId, finish, look, PICTURE, plain } from './testing.ts';
import { viduApi } from './vidu.ts';

describe('a create', () => {
  it('is answered with its settled values', async () => {
    const emulator = await openEmulator(viduApi);
    const json = plain({ images: [PICTURE], seed: 7, payload: 'rl-1', movement_amplitude: 'small' });
    const { status, json: answer } = await ask(emulator, 'POST', 'reference2video', json);
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      task_id: expect.stringMatching(/^\d{18}$/),
      state: 'created',
      model: 'viduq1',
      prompt: 'a boat',
      images: [PICTURE],
      duration: 5,
      seed: 7,
      aspect_ratio: '16:9',
      resolution: '1080p',
      movement_amplitude: 'small',
      payload: 'rl-1',
      bgm: false,
      audio: false,
      off_peak: false,
      credits: 80,
      created_at: new Date(emulator.clock.now()).toISOString(),
    });
    expect(emulator.accepted()[0]).toMatchObject({ token: 'rl-1', model: 'viduq1', credential: '_key' });
  });

  it('replaces the seed 0 by a random one', async () => {
    const emulator = await openEmulator(viduApi);
    const { json } = await ask(emulator, 'POST', 'text2video', plain({ seed: 0 }));
    expect(json.seed).toBeGreaterThan(0);
  });

  it.each([
    ['no key', undefined],
    ['another key', 'Token other'],
    ['another scheme', 'Bearer vda_emulator_key'],
  ])('with %s is 401 in Vidu’s words', async (_name, authorization) => {
    const emulator = await openEmulator(viduApi);
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const url = `${emulator.url}/ent/v2/text2video`;
    const { status, json } = await get(url, { method: 'POST', headers, body: JSON.stringify(plain()) });
    expect(status).toBe(401);
    expect(json).toEqual({
      code: 401,
      reason: 'Unauthorized',
      message: 'unauthorized',
      metadata: { trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect(emulator.accepted()).toEqual([]);
  });

  it('of more than 20 MB is cut off', async () => {
    const emulator = await openEmulator(viduApi);
    const body = plain({ meta_data: 'a'.repeat(20 * 1024 * 1024) });
    expect((await ask(emulator, 'POST', 'text2video', body)).status).toBe(413);
  });
});

/** The least that each endpoint asks for, and the credits of it by model. */
describe('a task', () => {
  it('is created, waits, runs and succeeds', async () => {
    const emulator = await openEmulator(viduApi);
    const id = await createId(emulator, plain({ payload: 'mine' }));
    const seen = [];
    for (const ms of [0, 100, 200, 1_500]) {
      emulator.advance(ms);
      seen.push(await look(emulator, id));
    }
    expect(seen.map(({ state }) => state)).toEqual(['created', 'queueing', 'processing', 'success']);
    expect(seen[0]).toEqual({
      id,
      state: 'created',
      err_code: '',
      credits: 80,
      payload: 'mine',
      bgm: false,
      off_peak: false,
      creations: [],
    });
    expect(seen[3].creations).toEqual([
      {
        id: expect.any(String),
        url: expect.stringMatching(/\.mp4\?/),
        cover_url: expect.stringMatching(/\.png\?/),
        watermarked_url: '',
      },
    ]);
  });

  it('waits under the other spelling when the setting says so', async () => {
    const emulator = await openEmulator(viduApi, { settings: { queueWord: 'queuing' } });
    const id = await createId(emulator);
    emulator.advance(100);
    expect((await look(emulator, id)).state).toBe('queuing');
  });

  it('has a video with and without a watermark, and a cover, whose addresses expire after a day', async () => {
    const emulator = await openEmulator(viduApi);
    const { creations } = await finish(emulator, plain({ watermark: true, aspect_ratio: '9:16' }));
    const [creation] = creations as Record<string, string>[];
    const statuses = () =>
      Promise.all(
        [creation.url, creation.cover_url, creation.watermarked_url].map(
          async (url) => (await get(url)).status,
        ),
      );
    expect(await statuses()).toEqual([200, 200, 200]);
    emulator.advance(DAY_MS);
    expect(await statuses()).toEqual([403, 403, 403]);
  });

  it('fails with the requested name, and costs nothing', async () => {
    const emulator = await openEmulator(viduApi);
    emulator.addFault({ on: 'start', kind: 'fail', json: 'CreationPolicyViolation' });
    expect(await finish(emulator, plain())).toMatchObject({
      state: 'failed',
      err_code: 'CreationPolicyViolation',
      credits: 0,
      creations: [],
    });
  });

  it('off peak is cancelled if it is not done after 48 hours', async () => {
    const emulator = await openEmulator(viduApi);
    emulator.addFault({ on: 'start', kind: 'never' });
    const id = await createId(emulator, plain({ off_peak: true }));
    emulator.advance(48 * HOUR_MS - 1);
    expect((await look(emulator, id)).state).toBe('processing');
    emulator.advance(1);
    expect(await look(emulator, id)).toMatchObject({
      state: 'failed',
      err_code: 'UserCancelled',
      credits: 0,
    });
  });

  it('is not known after seven days, or under another id', async () => {
    const emulator = await openEmulator(viduApi);
    const id = await createId(emulator);
    emulator.advance(7 * DAY_MS);
    for (const unknown of [id, '1']) {
      const { status, json } = await ask(emulator, 'GET', `tasks/${unknown}/creations`);
      expect([status, json.reason]).toEqual([404, 'TaskNotFound']);
    }
    expect((await ask(emulator, 'GET', 'nothing')).json.reason).toBe('NotFound');
  });
});

describe('a cancel', () => {
  it('stops a waiting task with an empty object, and is refused the second time', async () => {
    const emulator = await openEmulator(viduApi);
    const id = await createId(emulator);
    const { status, text } = await ask(emulator, 'POST', `tasks/${id}/cancel`, { id });
    expect([status, text]).toEqual([200, '{}']);
    expect(await look(emulator, id)).toMatchObject({
      state: 'failed',
      err_code: 'UserCancelled',
      credits: 0,
    });
    expect((await ask(emulator, 'POST', `tasks/${id}/cancel`, { id })).json.reason).toBe('BadRequest');
  });

  it('is refused once the task is scheduled', async () => {
    const emulator = await openEmulator(viduApi);
    const id = await createId(emulator);
    emulator.advance(300);
    const { status, json } = await ask(emulator, 'POST', `tasks/${id}/cancel`, { id });
    expect([status, json.reason]).toEqual([400, 'BadRequest']);
    expect(json.message).toContain('scheduled');
    expect((await look(emulator, id)).state).toBe('processing');
  });

  it('needs the id in its body too, and an existing task', async () => {
    const emulator = await openEmulator(viduApi);
    const id = await createId(emulator);
    const reason = async (path: string, body: Json) =>
      (await ask(emulator, 'POST', `tasks/${path}/cancel`, body)).json.reason;
    expect(await reason(id, {})).toBe('FieldLacking');
    expect(await reason(id, { id: '1' })).toBe('FieldInvalid');
    expect(await reason('1', { id: '1' })).toBe('TaskNotFound');
  });
});

describe('the list', () => {
  async function list(emulator: RunningEmulator, query: string) {
    const { json } = await ask(emulator, 'GET', `tasks?${query}`);
    const tasks = (json.tasks ?? []) as JsonObject[];
    return { ids: tasks.map(({ id }) => id), next: json.next_page_token, reason: json.reason, tasks };
  }
  async function fill(emulator: RunningEmulator, count: number): Promise<string[]> {
    const ids = [];
    for (let at = 0; at < count; at += 1) ids.unshift(await createId(emulator));
    return ids;
  }

  it('returns ten at a time, newest first, and a token for the next page', async () => {
    const emulator = await openEmulator(viduApi);
    const ids = await fill(emulator, 12);
    const first = await list(emulator, '');
    expect(first.ids).toEqual(ids.slice(0, 10));
    await createId(emulator);
    const second = await list(emulator, `pager.page_token=${first.next}`);
    expect([second.ids, second.next]).toEqual([ids.slice(10), '']);
  });

  it.each(['pager', 'paper'])(
    'reads the number and size of a page only as %s, by its setting',
    async (name) => {
      const emulator = await openEmulator(viduApi, { settings: { pageName: name } });
      const ids = await fill(emulator, 3);
      const other = name === 'pager' ? 'paper' : 'pager';
      expect((await list(emulator, `${name}.page=1&${name}.pagesz=2`)).ids).toEqual(ids.slice(2));
      expect((await list(emulator, `${other}.page=1&${other}.pagesz=2`)).ids).toEqual(ids);
    },
  );

  it('filters by time, ids, states, templates and resolutions', async () => {
    const emulator = await openEmulator(viduApi);
    const old = await createId(emulator);
    emulator.advance(HOUR_MS);
    const borderMs = emulator.clock.now();
    const made = await createId(emulator, { template: 'hugging', images: [PICTURE] }, 'template');
    const small = await createId(emulator, plain({ model: 'viduq2', resolution: '540p' }));
    const at = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
    expect((await list(emulator, `created_at.from=${at(borderMs)}`)).ids).toEqual([small, made]);
    expect((await list(emulator, `created_at.to=${at(borderMs - 1)}`)).ids).toEqual([old]);
    expect((await list(emulator, `task_ids=${old}&task_ids=${small}&task_ids=1`)).ids).toEqual([old, small]);
    expect((await list(emulator, 'states=success')).ids).toEqual([old]);
    expect((await list(emulator, 'templates=hugging')).ids).toEqual([made]);
    expect((await list(emulator, 'resolutions=540p')).ids).toEqual([small]);
    emulator.advance(7 * DAY_MS);
    expect((await list(emulator, '')).ids).toEqual([]);
  });

  it('shows the payload unless the setting says not to, and never why a task failed', async () => {
    const emulator = await openEmulator(viduApi);
    await createId(emulator, plain({ payload: 'mine' }));
    const [shown] = (await list(emulator, '')).tasks;
    expect(shown).toMatchObject({ payload: 'mine', model: 'viduq1', state: 'created' });
    expect(shown).not.toHaveProperty('err_code');
    emulator.set({ listShowsPayload: false });
    expect((await list(emulator, '')).tasks[0]).not.toHaveProperty('payload');
  });

  it.each([
    'pager.pagesz=101',
    'pager.pagesz=0',
    'pager.page=x',
    'created_at.from=yesterday',
    'created_at.to=1',
    'states=done',
  ])('refuses %s', async (query) => {
    const emulator = await openEmulator(viduApi);
    expect((await list(emulator, query)).reason).toBe('FieldInvalid');
  });
});

describe('the account', () => {
  const credits = async (emulator: RunningEmulator) =>
    (await ask(emulator, 'GET', 'credits?show_detail=true')).json as {
      remains: JsonObject[];
      packages: Json[];
    };

  it('shows what is left, and what runs and waits', async () => {
    const emulator = await openEmulator(viduApi, { settings: { credits: 500, concurrency: 1 } });
    await createId(emulator);
    await createId(emulator);
    emulator.advance(300);
    const { remains, packages } = await credits(emulator);
    expect(remains).toEqual([
      { type: 'metered', credit_remain: 340, concurrency_limit: 1, current_concurrency: 1, queue_count: 1 },
    ]);
    expect(packages).toHaveLength(1);
    expect((await ask(emulator, 'GET', 'credits?show_detail=1')).json.reason).toBe('FieldInvalid');
  });

  it('refuses with 400 what it cannot pay, and is refunded for failed and cancelled tasks', async () => {
    const emulator = await openEmulator(viduApi, { settings: { credits: 160 } });
    emulator.addFault({ on: 'start', kind: 'fail', json: 'InternalServiceFailure' });
    await createId(emulator);
    const second = await createId(emulator);
    const refused = await ask(emulator, 'POST', 'text2video', plain());
    expect([refused.status, refused.json.reason]).toEqual([400, 'CreditInsufficient']);
    await ask(emulator, 'POST', `tasks/${second}/cancel`, { id: second });
    await createId(emulator);
    emulator.advance(2_000);
    await createId(emulator);
    expect((await credits(emulator)).remains[0].credit_remain).toBe(0);
    expect(emulator.accepted()).toHaveLength(4);
  });

  it('runs five tasks at once, and the rest wait', async () => {
    const emulator = await openEmulator(viduApi);
    for (let count = 0; count < 6; count += 1) await createId(emulator);
    emulator.advance(300);
    expect(emulator.jobCounts()).toMatchObject({ running: 5, queued: 1 });
  });

  it('refuses creates above the rate with 429', async () => {
    const emulator = await openEmulator(viduApi, { settings: { startsPerMinute: 0 } });
    const { status, json } = await ask(emulator, 'POST', 'text2video', plain());
    expect([status, json.reason]).toEqual([429, 'TooManyRequests']);
  });
});

describe('callbacks', () => {
  it('post the answer of a query at each change, signed, and are retried three times', async () => {
    const emulator = await openEmulator(viduApi);
    const receiver = await openReceiver();
    receiver.statuses = [200, 500, 500, 500, 500];
    const id = await createId(emulator, plain({ callback_url: `${receiver.url}?t=1` }));
    emulator.advance(1_800);
    for (const count of [2, 3, 4]) {
      await until(() => emulator.deliveries().length === count);
      emulator.advance(5 * SECOND_MS);
    }
    await until(() => emulator.deliveries().length === 5);
    emulator.advance(HOUR_MS);
    const states = receiver.posts.map(({ json }) => json.state);
    expect(states).toEqual(['processing', 'success', 'success', 'success', 'success']);
    expect(receiver.posts[4].json).toEqual(await look(emulator, id));
    expect(receiver.posts[0].headers).toMatchObject({
      'x-hmac-algorithm': 'hmac-sha256',
      'x-hmac-access-key': 'vidu',
      'x-hmac-signed-headers': 'Date;x-request-nonce',
      'x-hmac-signature': expect.stringMatching(/^[\w+/]{43}=$/),
      date: expect.stringMatching(/ GMT$/),
    });
    expect(new Set(receiver.posts.map(({ headers }) => headers['x-request-nonce'])).size).toBe(5);
  });

  it('report a cancelled task as failed', async () => {
    const emulator = await openEmulator(viduApi);
    const receiver = await openReceiver();
    const id = await createId(emulator, plain({ callback_url: receiver.url }));
    await ask(emulator, 'POST', `tasks/${id}/cancel`, { id });
    await until(() => receiver.posts.length === 1);
    expect(receiver.posts[0].json).toMatchObject({ id, state: 'failed', err_code: 'UserCancelled' });
  });
});
