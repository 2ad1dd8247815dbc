import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { type Call, createTestApi } from '../../http/testing.ts';
import type { JsonObject } from '../../lib/json.ts';
import { joinTaskForms } from '../door.ts';
import { kieDoor } from './kie.ts';

const api = await createTestApi();
const { key, accountId } = await api.openAccount();
const JOBS = '/api/v1/jobs';
const GOOD = { model: 'reelay/draft-t2v', input: { prompt: 'a boat', duration: '5' } };

function call(path: string, more: Omit<Call, 'path'> = {}) {
  return api.call({ ...more, path, headers: { authorization: `Bearer ${key}`, ...more.headers } });
}

const create = (body: Call['body'] = GOOD, headers = {}) =>
  call(`${JOBS}/createTask`, { method: 'POST', body, headers });
const read = async (taskId: unknown) => (await call(`${JOBS}/recordInfo?taskId=${taskId}`)).data;

async function inputOf(taskId: unknown): Promise<unknown> {
  return JSON.parse((await api.readTask(String(taskId))).input);
}

it('creates a task and answers it as kie.ai does, from the queue to the end', async () => {
  const made = await create({ ...GOOD, callBackUrl: 'https://receiver.example/' });
  expect(made.body).toEqual({
    code: 200,
    msg: 'success',
    message: 'success',
    data: { taskId: expect.any(String) },
  });
  const { taskId } = made.data;
  expect((await api.readTask(String(taskId))).door).toBe('kie');
  const waiting = await read(taskId);
  expect(waiting).toMatchObject({ taskId, state: 'waiting', resultJson: '', failCode: null, failMsg: null });
  expect(JSON.parse(String(waiting.param))).toEqual({
    model: GOOD.model,
    input: { prompt: 'a boat', duration: 5 },
    callBackUrl: 'https://receiver.example/',
  });
  await api.endTask(String(taskId), 'failed');
  const failed = await read(taskId);
  expect(failed).toMatchObject({
    state: 'fail',
    failCode: '501',
    failMsg: 'ended by a test',
    creditsConsumed: 0,
  });
  expect(failed.completeTime).toBeGreaterThan(1_700_000_000_000);
});

it('takes names of models, fields of pictures and numbers as kie.ai spells them', async () => {
  const text = { model: 'bytedance/v1-pro-text-to-video', input: { prompt: 'a', duration: '5' } };
  const { taskId } = (await create(text)).data;
  expect((await api.readTask(String(taskId))).model).toBe('bytedance/seedance1-0-pro-t2v');
  const first = 'https://pictures.example/a.png';
  const last = 'https://pictures.example/b.png';
  const inputs: JsonObject[] = [{ image_url: first }, { image_urls: [first] }, { input_urls: [first] }];
  for (const pictures of inputs) {
    const body = { model: 'bytedance/v1-pro-image-to-video', input: { prompt: 'a', ...pictures } };
    expect(await inputOf((await create(body)).data.taskId)).toEqual({ prompt: 'a', img_urls: [first] });
  }
  const both = { prompt: 'a', last_frame_url: last, first_frame_url: first };
  const { data } = await create({ model: 'vidu/q1-se2v', input: both });
  expect(await inputOf(data.taskId)).toEqual({ prompt: 'a', img_urls: [first, last] });
});

it('gives the same task under the same Idempotency-Key', async () => {
  const headers = { 'idempotency-key': 'k' };
  const [one, other] = [await create(GOOD, headers), await create(GOOD, headers)];
  expect(other.data).toEqual(one.data);
  expect((await create({ ...GOOD, input: { prompt: 'b' } }, headers)).status).toBe(422);
});

it('refuses in its own envelope, with the codes that kie.ai publishes', async () => {
  const cases: [string, Promise<{ status: number; body: object }>, number][] = [
    ['a wrong key', call(`${JOBS}/recordInfo?taskId=x`, { headers: { authorization: 'Bearer x' } }), 401],
    ['an unknown task', call(`${JOBS}/recordInfo?taskId=x`), 404],
    ['no task', call(`${JOBS}/recordInfo`), 422],
    ['an unknown address', call(`${JOBS}/nothing`), 404],
    ['an unknown model', create({ model: 'none', input: {} }), 422],
    ['a wrong length', create({ ...GOOD, input: { prompt: 'a', duration: 'long' } }), 422],
    ['no JSON', create('{'), 422],
    [
      'a foreign file',
      call('/api/v1/common/download-url', { method: 'POST', body: { url: 'https://e.example/' } }),
      422,
    ],
  ];
  for (const [name, answer, code] of cases) {
    const { status, body } = await answer;
    const words = expect.stringMatching(/\w/);
    expect([name, status, body]).toEqual([
      name,
      code,
      { code, msg: words, message: words, data: null, error: words },
    ]);
  }
});

it('says the credits as a bare number, and makes short links of its own files', async () => {
  const { body } = await call('/api/v1/chat/credit');
  expect(body).toEqual({ code: 200, msg: 'success', message: 'success', data: expect.any(Number) });
  const link = api.core.files.linkTo('uploads/0197-a.png', Date.now() + 86_400_000);
  const answer = await call('/api/v1/common/download-url', { method: 'POST', body: { url: link } });
  const { searchParams } = new URL(String(answer.body.data));
  expect(Number(searchParams.get('expires')) * 1_000 - Date.now()).toBeLessThanOrEqual(20 * 60_000);
});

it('posts the whole answer of the query, and signs the id and the time as kie.ai does', async () => {
  const { taskId } = (await create()).data;
  await api.endTask(String(taskId), 'failed');
  const row = await api.readTask(String(taskId));
  const { body, sign } = joinTaskForms([kieDoor])(row, api.core.tasks.linkTo);
  expect(JSON.parse(body)).toEqual({
    code: 501,
    msg: 'ended by a test',
    message: 'ended by a test',
    data: await read(taskId),
  });
  const secret = await api.core.callbacks.readSecret({ accountId, testMode: true });
  const wanted = createHmac('sha256', secret).update(`${taskId}.1764500000`).digest('base64');
  expect(sign?.(secret, 1_764_500_000)).toEqual({
    'x-webhook-timestamp': '1764500000',
    'x-webhook-signature': wanted,
  });
});
