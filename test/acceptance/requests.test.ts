// Requests and refusals as any client meets them. Nothing here is rendered: whatever is created is cancelled
// or fails.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, type Answer, Client, findTarget, JOBS, SMALL_BODY } from './harness.ts';

const { client, other } = await findTarget();
const anybody = new Client(client.url, undefined);
const VIDU_BODY = {
  model: 'vidu/q1-r2v',
  input: { prompt: 'x reelay:stuck', img_urls: ['https://example.com/a.jpg'] },
};

const before = await client.balance();
const made: string[] = [];

afterAll(async () => {
  for (const id of made) await client.cancel(id);
  for (const id of made) await client.waitFor(id);
  expect(await client.balance()).toEqual(before);
});

function expectRefusal(answer: Answer, code: number, error: string): void {
  expect(answer.status).toBe(code);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.body).toMatchObject({
    code,
    error,
    message: expect.stringMatching(/./),
    request_id: expect.stringMatching(/./),
  });
  if (code === 422) expect(answer.body.errors).toEqual(expect.arrayContaining([expect.any(String)]));
  else expect(answer.body.data).toBeNull();
}

const post = (path: string, body: unknown, headers = {}) =>
  client.call(`${JOBS}/${path}`, { method: 'POST', body, headers });

describe('a refusal has the shape of the contract', () => {
  const id = '00000000-0000-7000-8000-000000000000';
  const cases: [string, () => Promise<Answer>, number, string][] = [
    ['without a key', () => anybody.call(`${ACCOUNT}/balance`), 401, 'unauthorized'],
    [
      'with a malformed key',
      () => new Client(client.url, 'ak_x').call(`${ACCOUNT}/balance`),
      401,
      'unauthorized',
    ],
    ['for an unknown address', () => client.call(`${JOBS}/Nothing`), 404, 'not_found'],
    ['for another method', () => client.call(`${JOBS}/CreateTask`), 404, 'not_found'],
    ['for a broken escape', () => client.call(`${JOBS}/Models/%zz`), 404, 'not_found'],
    ['for an unknown task', () => client.call(`${JOBS}/TaskInfo?task_id=${id}`), 404, 'task_not_found'],
    [
      'for an id of another form',
      () => client.call(`${JOBS}/TaskInfo?task_id=task_12345678`),
      404,
      'task_not_found',
    ],
    ['for a cancel of an unknown task', () => client.cancel(id), 404, 'task_not_found'],
    ['for an unknown model', () => client.call(`${JOBS}/Models/none/such`), 404, 'model_not_found'],
    [
      'for a link that was not signed',
      () => client.call('/files/results/x/video.mp4?expires=1&signature=x'),
      404,
      'link_invalid',
    ],
    ['for a missing parameter', () => client.call(`${JOBS}/TaskInfo`), 422, 'validation_failed'],
    ['for a parameter out of range', () => client.call(`${JOBS}/Tasks?limit=0`), 422, 'validation_failed'],
    ['for an empty body', () => post('CreateTask', ''), 422, 'body_unreadable'],
    ['for text', () => post('CreateTask', 'x', { 'content-type': 'text/plain' }), 422, 'body_unreadable'],
    ['for a name twice', () => post('CreateTask', '{"model":"a","model":"b"}'), 422, 'body_unreadable'],
    ['for U+0000', () => post('CreateTask', '{"model":"a\\u0000"}'), 422, 'body_unreadable'],
    [
      'for 256 KiB and one byte',
      () => post('CreateTask', ' '.repeat(256 * 1024 + 1)),
      422,
      'body_unreadable',
    ],
    ['for a body that is not an object', () => post('EstimateTask', '[]'), 422, 'validation_failed'],
    [
      'for a price above max_credits',
      () => post('CreateTask', { ...VIDU_BODY, max_credits: 79 }),
      422,
      'price_above_limit',
    ],
  ];
  it.each(cases)('%s', async (_name, call, code, error) => {
    expectRefusal(await call(), code, error);
  });

  it('for every wrong field in one answer', async () => {
    const input = { prompt: '', img_urls: ['ftp://x'], duration: '5', audio: 1, moderation: 'off' };
    const answer = await post('CreateTask', {
      model: 'vidu/q1-r2v',
      input,
      callback_url: 'x',
      max_credits: -1,
    });
    expectRefusal(answer, 422, 'validation_failed');
    const fields = (answer.body.errors as string[]).map((line) => line.split(':')[0]);
    expect([...new Set(fields)].toSorted()).toEqual([
      'callback_url',
      'input.audio',
      'input.duration',
      'input.img_urls[0]',
      'input.moderation',
      'input.prompt',
      'max_credits',
    ]);
  });

  it('for random bodies, never a 5xx', async () => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('vidu/q1-r2v', 'https://example.com/a', '1080p', '', null, 0, -1, 1e300, true),
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('model', 'input', 'img_urls', 'duration', 'callback_url'), tie('tree')),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async (body) =>
        expectRefusal(await post('CreateTask', JSON.stringify(body)), 422, expect.any(String) as never),
      ),
      { numRuns: 150 },
    );
  });
});

describe('an Idempotency-Key', () => {
  it('makes one task from parallel calls, refuses another body, and is free for another account', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.create(VIDU_BODY, headers)));
    const ids = new Set(answers.map(({ data }) => data.task_id));
    expect(ids.size).toBe(1);
    const [id] = [...ids].map(String);
    made.push(id);
    expect((await client.balance()).held).toBe(before.held + 80);
    expectRefusal(await client.create(SMALL_BODY, headers), 422, 'idempotency_conflict');
    await client.cancel(id);
    await client.waitFor(id);
    const again = await client.create(VIDU_BODY, headers);
    expect([again.data.task_id, again.headers['idempotent-replayed']]).toEqual([id, 'true']);
    const theirs = await other.create(VIDU_BODY, headers);
    expect(theirs.data.task_id).not.toBe(id);
    await other.cancel(String(theirs.data.task_id));
  });
});

describe('reading before a create', () => {
  it('models, one by one with the schema of their input', async () => {
    const { data } = await client.call(`${JOBS}/Models?modality=video`);
    const models = data.models as { model: string; required_input_fields: string[] }[];
    expect(models.map(({ model }) => model)).toEqual(
      expect.arrayContaining([
        'bytedance/seedance1-0-pro-t2v',
        'bytedance/template',
        'vidu/q1-r2v',
        'reelay/draft-t2v',
      ]),
    );
    for (const { model, required_input_fields: required } of models) {
      const { data: one } = await client.call(`${JOBS}/Models/${model}`);
      const schema = one.input_schema as { properties: object };
      expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(required));
    }
  });

  it('templates, whose covers and previews can be loaded', async () => {
    const { data } = await client.call(`${JOBS}/bytedance-templates?page=1&page_size=3`);
    expect(Number(data.total)).toBeGreaterThanOrEqual(14);
    const templates = data.templates as { Cover: string; PreviewVideo: string }[];
    expect(templates).toHaveLength(3);
    for (const { Cover: cover, PreviewVideo: preview } of templates) {
      const picture = await anybody.call(cover);
      expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/jpeg']);
      const video = await anybody.call(preview);
      expect([video.status, video.headers['content-type'], video.bytes.toString('latin1', 4, 8)]).toEqual([
        200,
        'video/mp4',
        'ftyp',
      ]);
    }
    for (const catalogue of ['vidu', 'kling']) {
      const { data: others } = await client.call(`${JOBS}/${catalogue}-templates`);
      const names = (others.templates as { template?: string; key?: string }[]).map(
        ({ template, key }) => template ?? key,
      );
      expect(names.length).toBeGreaterThanOrEqual(8);
      expect([others.total, new Set(names).size]).toEqual([names.length, names.length]);
    }
  });

  it('prices, equal in both estimates and in the task', async () => {
    const credits = await post('estimate-credits', VIDU_BODY);
    expect(credits.data).toEqual({ credits: 80, estimated: false });
    const estimate = await post('EstimateTask', VIDU_BODY);
    const { balance } = await client.balance();
    expect(estimate.data).toEqual({ estimated_credits: 80, balance, affordable: true });
    const id = await client.createId({ ...VIDU_BODY, max_credits: 80 });
    made.push(id);
    expect((await client.read(id)).credits).toBe(80);
  });
});

describe('lists', () => {
  let ids: string[] = [];

  beforeAll(async () => {
    for (let count = 0; count < 5; count++) ids.unshift(await client.createId(VIDU_BODY));
    made.push(...ids);
  });

  it('page through tasks by cursor, newest first', async () => {
    const seen: string[] = [];
    let cursor = '';
    while (seen.length < 5) {
      const { data } = await client.call(`${JOBS}/Tasks?limit=2${cursor}`);
      seen.push(...(data.tasks as { task_id: string }[]).map(({ task_id: id }) => id));
      cursor = `&cursor=${data.next_cursor}`;
    }
    expect(seen.slice(0, 5)).toEqual(ids);
    ids = seen;
  });

  it('count usage by model and day, and show every movement of credits', async () => {
    const byModel = await client.call(`${ACCOUNT}/usage?group_by=model`);
    const rows = byModel.data.rows as { model: string; tasks: number }[];
    expect(rows.find(({ model }) => model === 'vidu/q1-r2v')?.tasks).toBeGreaterThanOrEqual(5);
    const byDay = await client.call(`${ACCOUNT}/usage`);
    expect(byDay.data.rows).toEqual([
      expect.objectContaining({ day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }),
    ]);
    const { data } = await client.call(`${ACCOUNT}/statement?limit=1`);
    expect(data.rows).toHaveLength(1);
  });
});
