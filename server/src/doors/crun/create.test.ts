import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type Caller,
  CREATE_PATH,
  createTestApi,
  errorsOf,
  GOOD_BODY,
  micros,
} from '../../http/testing.ts';
import { formatCredits } from '../../lib/money.ts';
import type { TaskRow } from '../../tasks/task.ts';
import { renderTask } from './task-object.ts';

const api = await createTestApi();
const JOBS = '/api/v1/client/job';
/** 80 credits, flat. */
const VIDU_BODY = {
  model: 'vidu/q1-r2v',
  input: { prompt: 'a dancer', img_urls: ['https://example.com/a.jpg'] },
};

async function balanceOf(caller: Caller): Promise<string[]> {
  const { posted, held } = await api.core.credits.balance(caller.accountId, caller.row.mode);
  return [formatCredits(posted), formatCredits(held)];
}

function post(path: string, caller: Caller, body: Parameters<typeof api.create>[1]): Promise<Answer> {
  return api.call({ method: 'POST', path: `${JOBS}/${path}`, key: caller.key, body });
}

function info(caller: Caller, taskId: unknown): Promise<Answer> {
  return api.call({ path: `${JOBS}/TaskInfo?task_id=${taskId}`, key: caller.key });
}

describe('a create under another name of a model', () => {
  const BODY = {
    model: 'kling/v3',
    input: {
      prompt: 'a cat',
      mode: 'STD',
      img_urls: ['https://example.com/a.jpg'],
      duration: 5,
      audio: false,
    },
  };

  it('is a task of that model at its price, and shows what the client sent', async () => {
    const caller = await api.openAccount();
    const { data } = await api.create(caller, BODY);
    const owner = { accountId: caller.accountId, mode: caller.row.mode };
    const row = await api.core.tasks.read(owner, String(data.task_id));
    expect([row.model, JSON.parse(row.input)]).toEqual([
      'kling/v3-i2v',
      { prompt: 'a cat', resolution: '720p', img_urls: BODY.input.img_urls, duration: 5, audio: false },
    ]);
    const own = { model: row.model, input: JSON.parse(row.input) };
    const estimates = await Promise.all([BODY, own].map((body) => post('EstimateTask', caller, body)));
    const [credits, ownCredits] = estimates.map((estimate) => estimate.data.estimated_credits);
    expect(credits).toBe(ownCredits);
    const shown = await info(caller, data.task_id);
    expect(shown.data).toMatchObject({
      param: { ...BODY, callback_url: null },
      credits,
      model_version: 'v3',
    });
    for (const name of ['kling/v3', 'kling/v3-i2v']) {
      const list = await api.call({ path: `${JOBS}/Tasks?model=${name}`, key: caller.key });
      expect(list.data.tasks).toMatchObject([{ task_id: data.task_id, param: BODY }]);
    }
  });

  it('is open to a key that may use the model, and closed to another', async () => {
    const allowed = await api.openAccount({ limits: { models: ['kling/v3-i2v'] } });
    const other = await api.openAccount({ limits: { models: ['kling/v3-t2v'] } });
    expect((await api.create(allowed, BODY)).status).toBe(200);
    expect((await api.create(other, BODY)).status).toBe(403);
  });
});

describe('an Idempotency-Key', () => {
  it.each([
    ['a model that was disabled', { enabled: false }],
    ['a model under maintenance', { maintenance: true }],
    ['a price above max_credits', { price: { kind: 'flat', version: 'raised', credits: 500 } as const }],
  ])('gives the task of the first create also after %s', async (_what, change) => {
    const caller = await api.openAccount();
    const body = { ...VIDU_BODY, max_credits: 100 };
    const first = await api.create(caller, body, { 'idempotency-key': 'k' });
    await api.core.catalog.changeModel('vidu/q1-r2v', change);
    try {
      const again = await api.create(caller, body, { 'idempotency-key': 'k' });
      expect([again.status, again.data.task_id]).toEqual([200, first.data.task_id]);
      expect(again.headers['idempotent-replayed']).toBe('true');
      const other = await api.create(caller, { ...body, max_credits: 99 }, { 'idempotency-key': 'k' });
      const elsewhere = await api.create(await api.openAccount(), body, { 'idempotency-key': 'k' });
      expect([other.status, elsewhere.status]).not.toContain(200);
    } finally {
      await api.core.catalog.changeModel('vidu/q1-r2v', { enabled: true, maintenance: false, price: null });
    }
  });

  const underKey = (caller: Caller, key: string, body: Parameters<typeof api.create>[1] = VIDU_BODY) =>
    api.create(caller, body, { 'idempotency-key': key });

  it('makes one task and one hold of a thousand parallel calls', async () => {
    const caller = await api.openAccount({ credits: '100' });
    const answers = await Promise.all(Array.from({ length: 1000 }, () => underKey(caller, 'parallel')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ data }) => data.task_id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] !== 'true')).toHaveLength(1);
    expect(await balanceOf(caller)).toEqual(['100', '80']);
  });

  it('is a 422 with another body, even with the same JSON in another order', async () => {
    const caller = await api.openAccount();
    const text = JSON.stringify(GOOD_BODY);
    expect((await underKey(caller, 'k', text)).status).toBe(200);
    const reordered = JSON.stringify({ input: GOOD_BODY.input, model: GOOD_BODY.model });
    for (const other of [`${text} `, reordered, JSON.stringify(VIDU_BODY)]) {
      const answer = await underKey(caller, 'k', other);
      expect([answer.status, answer.body.error]).toEqual([422, 'idempotency_conflict']);
    }
    expect((await underKey(caller, 'k', text)).status).toBe(200);
  });

  it.each(['succeeded', 'failed', 'expired'] as const)('gives the same task after it has %s', async (how) => {
    const caller = await api.openAccount({ credits: '80' });
    const first = await underKey(caller, 'k');
    await api.endTask(String(first.data.task_id), how);
    const again = await underKey(caller, 'k');
    expect(again.data).toEqual(first.data);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(await balanceOf(caller)).toEqual([how === 'succeeded' ? '0' : '80', '0']);
  });

  it('gives the same task after a cancel, and waits for its end as asked', async () => {
    const caller = await api.openAccount();
    const first = await underKey(caller, 'k');
    await post('CancelTask', caller, { task_id: first.data.task_id });
    const again = await api.create(caller, VIDU_BODY, { 'idempotency-key': 'k', prefer: 'wait=5' });
    expect(again.data).toMatchObject({ task_id: first.data.task_id, status: 'failed' });
  });

  it('is not used up by a refusal', async () => {
    const caller = await api.openAccount({ credits: '0' });
    expect((await underKey(caller, 'k', '{}')).status).toBe(422);
    expect((await underKey(caller, 'k')).status).toBe(402);
    await api.core.credits.grant({
      accountId: caller.accountId,
      book: 'test',
      amount: micros('80'),
      reason: 'for a test',
    });
    const answer = await underKey(caller, 'k');
    expect([answer.status, answer.headers['idempotent-replayed']]).toEqual([200, undefined]);
  });

  it('belongs to one account and one book', async () => {
    const one = await api.openAccount();
    const other = await api.openAccount();
    const live = await api.openKey(one.accountId, { mode: 'live' });
    const sibling = await api.openKey(one.accountId);
    const answers = await Promise.all([one, other, live].map((caller) => underKey(caller, 'k', GOOD_BODY)));
    expect(new Set(answers.map(({ data }) => data.task_id)).size).toBe(3);
    expect((await underKey(sibling, 'k', GOOD_BODY)).data).toEqual(answers[0].data);
  });

  it('does not count a replay against the rate', async () => {
    const caller = await api.openAccount({ createsPer10s: 2 });
    for (let call = 0; call < 5; call++) expect((await underKey(caller, 'k')).status).toBe(200);
    expect((await api.create(caller)).status).toBe(200);
    expect((await api.create(caller)).status).toBe(429);
    expect((await underKey(caller, 'k')).status).toBe(200);
  });

  it('does not count a replay that is in one batch with a new create', async () => {
    const caller = await api.openAccount({ createsPer10s: 4 });
    const keys = ['one', 'two', 'three'];
    for (const key of keys) await underKey(caller, key);
    const answers = await Promise.all([...keys.map((key) => underKey(caller, key)), api.create(caller)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await api.create(caller)).status).toBe(429);
  });
});

describe('money', () => {
  it('lets exactly 100 of 500 parallel creates through a balance for 100', async () => {
    const caller = await api.openAccount({ credits: '8000' });
    const answers = await Promise.all(Array.from({ length: 500 }, () => api.create(caller, VIDU_BODY)));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(200), count(402)]).toEqual([100, 400]);
    expect(await balanceOf(caller)).toEqual(['8000', '8000']);
  });

  it('accepts a cheap task next to one that the balance does not cover', async () => {
    const caller = await api.openAccount({ credits: '100' });
    const cheap = {
      model: 'bytedance/seedance1-0-pro-t2v',
      input: { prompt: 'x', resolution: '480p', duration: 2 },
    };
    const answers = await Promise.all([VIDU_BODY, VIDU_BODY, cheap].map((body) => api.create(caller, body)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 402]);
    expect(answers[2].status).toBe(200);
    expect(await balanceOf(caller)).toEqual(['100', '89.72']);
  });

  it('charges a success, and releases everything after a failure and an expiry, in either book', async () => {
    await api.core.catalog.changeModel('reelay/draft-t2v', {
      price: { kind: 'flat', version: 'test', credits: 0.5 },
    });
    for (const mode of ['test', 'live'] as const) {
      const caller = await api.openAccount({ mode, credits: '2' });
      const ids: string[] = [];
      for (let count = 0; count < 4; count++) ids.push(String((await api.create(caller)).data.task_id));
      expect(await balanceOf(caller)).toEqual(['2', '2']);
      expect((await api.create(caller)).status).toBe(402);
      await api.endTask(ids[0], 'succeeded');
      await api.endTask(ids[1], 'failed');
      await api.endTask(ids[2], 'expired');
      await post('CancelTask', caller, { task_id: ids[3] });
      expect(await balanceOf(caller)).toEqual(['1.5', '0']);
      const credits = await Promise.all(ids.map(async (id) => (await info(caller, id)).data.credits));
      expect(credits).toEqual([0.5, 0, 0, 0]);
    }
    await api.core.catalog.changeModel('reelay/draft-t2v', { price: null });
  });

  it('keeps the price of the moment of the create', async () => {
    const caller = await api.openAccount();
    const { data } = await api.create(caller, VIDU_BODY);
    await api.core.catalog.changeModel('vidu/q1-r2v', {
      price: { kind: 'flat', version: 'later', credits: 500 },
    });
    await api.endTask(String(data.task_id));
    expect((await info(caller, data.task_id)).data.credits).toBe(80);
    expect((await post('estimate-credits', caller, VIDU_BODY)).data.credits).toBe(500);
    await api.core.catalog.changeModel('vidu/q1-r2v', { price: null });
  });
});

describe('max_credits', () => {
  it.each([79.999999, 79.9999999, 79.99999999999, 7.99999999e1, 0, 1e-7])(
    'A5: %d refuses a task of 80 and holds nothing',
    async (limit) => {
      const caller = await api.openAccount();
      const answer = await api.create(caller, { ...VIDU_BODY, max_credits: limit });
      expect([answer.status, answer.body.error]).toEqual([422, 'price_above_limit']);
      expect(answer.body.message).toMatch(/80 credits/);
      expect(await balanceOf(caller)).toEqual(['1000', '0']);
    },
  );

  it.each([80, 80.000001, 80.0000001, 1e9])('A5: %d lets it through', async (limit) => {
    const caller = await api.openAccount();
    expect((await api.create(caller, { ...VIDU_BODY, max_credits: limit })).status).toBe(200);
  });
});

describe('A7: a number of the body', () => {
  const bodyWith = (number: string) =>
    `{"model":"reelay/draft-t2v","input":{"prompt":"a city","ref":${number},"list":[{"deep":${number}}]},"extra":${number}}`;

  it.each(['12345678901234567890', '9007199254740993', '0.12345678901234567', '1e-400', '1e400'])(
    '%s is refused with a sentence, since it would become another one',
    async (number) => {
      const caller = await api.openAccount();
      const answer = await api.create(caller, bodyWith(number));
      expect([answer.status, answer.body.error, errorsOf(answer).length]).toEqual([
        422,
        'body_unreadable',
        1,
      ]);
      expect(errorsOf(answer)[0]).toMatch(/cannot be kept as it is written|is too large/);
    },
  );

  it.each(['1.0', '-0', '1e2', '0.1', '9007199254740991', '-1.5E-7', '0.30000000000000004'])(
    '%s comes back as the same number, to who reads the task and to its receiver',
    async (number) => {
      const caller = await api.openAccount();
      const created = await api.create(caller, bodyWith(number));
      const taskId = String(created.data.task_id);
      const shown = { prompt: 'a city', ref: Number(number) + 0, list: [{ deep: Number(number) + 0 }] };
      expect((await info(caller, taskId)).data.param).toMatchObject({ input: shown });
      await api.endTask(taskId);
      const row = (await api.core.tasks.readForCallback(taskId)) as TaskRow;
      expect(JSON.parse(renderTask(row, api.core.tasks.linkTo))).toMatchObject({
        param: { input: shown },
      });
    },
  );

  it('is kept digit by digit if it is text', async () => {
    const caller = await api.openAccount();
    const created = await api.create(caller, bodyWith('"12345678901234567890"'));
    const { data } = await info(caller, created.data.task_id);
    expect(data.param).toMatchObject({ input: { ref: '12345678901234567890' } });
  });
});

describe('the estimates', () => {
  it('name the price of a create, for every resolution', async () => {
    const caller = await api.openAccount({ credits: '100' });
    for (const [resolution, credits] of [
      ['480p', 38.88],
      ['720p', 82.368],
      ['1080p', 195.84],
    ] as const) {
      const body = {
        model: 'bytedance/seedance1-0-pro-t2v',
        input: { prompt: 'x', resolution, duration: 8 },
      };
      expect((await post('estimate-credits', caller, body)).data).toEqual({ credits, estimated: false });
      expect((await post('EstimateTask', caller, body)).data).toEqual({
        estimated_credits: credits,
        balance: 100,
        affordable: credits <= 100,
      });
    }
    const created = await api.create(caller, VIDU_BODY);
    expect((await info(caller, created.data.task_id)).data.credits).toBe(80);
    expect((await post('EstimateTask', caller, VIDU_BODY)).data).toMatchObject({
      balance: 20,
      affordable: false,
    });
  });

  it('use the default of a missing field, and ignore callback_url and unknown names', async () => {
    const caller = await api.openAccount();
    const body = {
      model: 'bytedance/seedance1-0-pro-t2v',
      input: { prompt: 'x', mood: 'noir' },
      callback_url: '',
      trace: 1,
    };
    expect((await post('estimate-credits', caller, body)).data.credits).toBe(51.48);
  });

  it('price a template by its own list, and make no task', async () => {
    const caller = await api.openAccount();
    const list = await api.call({
      path: `${JOBS}/bytedance-templates?template_id=104909826`,
      key: caller.key,
    });
    const [template] = list.data.templates as { ConsumeItems: { Resolution: string; Credit: number }[] }[];
    for (const { Resolution: resolution, Credit: credits } of template.ConsumeItems) {
      const input = { template_id: '104909826', img_urls: ['https://example.com/a.png'], resolution };
      const answer = await post('estimate-credits', caller, { model: 'bytedance/template', input });
      expect(answer.data).toEqual({ credits, estimated: false });
    }
    const tasks = await api.call({ path: `${JOBS}/Tasks`, key: caller.key });
    expect(tasks.data.tasks).toEqual([]);
  });
});

describe('unknown names', () => {
  const body = { ...GOOD_BODY, input: { prompt: 'x', mood: 'noir', seeed: 1 }, webhook: 'x' };

  it('are named in warnings and kept in the task', async () => {
    const caller = await api.openAccount();
    const { data } = await api.create(caller, body);
    expect(data.warnings).toEqual([
      'webhook: is not known and has no effect',
      'input.mood: is not known and has no effect',
      'input.seeed: is not known and has no effect; did you mean seed?',
    ]);
    expect((await info(caller, data.task_id)).data.param).toMatchObject({ input: body.input });
  });

  it('are refused under handling=strict, and for a key that is set so', async () => {
    const lenient = await api.openAccount();
    const strict = await api.openAccount({ strict: true });
    const answers = [
      await api.create(lenient, body, { prefer: 'handling=strict' }),
      await api.create(strict, body),
      await api.create(strict, body, { prefer: 'handling=sideways' }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(422);
      expect(errorsOf(answer)).toHaveLength(3);
    }
    const asked = await api.create(strict, body, { prefer: 'wait=0, handling=lenient' });
    expect([asked.status, asked.headers['preference-applied']]).toEqual([200, 'handling=lenient, wait=0']);
    expect((await api.create(strict, GOOD_BODY)).status).toBe(200);
  });
});

describe('Prefer: wait', () => {
  it('answers with the whole task as soon as it has ended', async () => {
    const caller = await api.openAccount();
    const answering = api.create(caller, VIDU_BODY, { prefer: 'wait=20' });
    const find = async () =>
      (await api.call({ path: `${JOBS}/Tasks`, key: caller.key })).data.tasks as { task_id: string }[];
    await expect.poll(find).toHaveLength(1);
    const [{ task_id: taskId }] = await find();
    const startedMs = performance.now();
    await api.endTask(taskId);
    const answer = await answering;
    expect(answer.data).toMatchObject({ task_id: taskId, status: 'success', credits: 80 });
    expect(answer.headers['preference-applied']).toContain('wait=20');
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('answers with the task as it is when the time is over', async () => {
    const caller = await api.openAccount();
    const answer = await api.create(caller, { ...GOOD_BODY, extra: 1 }, { prefer: 'wait=1' });
    expect(answer.data).toMatchObject({ status: 'pending', result: null });
    expect(answer.data.warnings).toEqual(['extra: is not known and has no effect']);
  });
});

it.each([null, '', undefined])('callback_url %j means no callback', async (callbackUrl) => {
  const caller = await api.openAccount();
  const { data } = await api.create(caller, { ...GOOD_BODY, callback_url: callbackUrl as null });
  expect((await info(caller, data.task_id)).data.param).toMatchObject({ callback_url: null });
  await api.endTask(String(data.task_id));
  const { rows } = await api.core.pool.query('select from callbacks where task_id = $1', [data.task_id]);
  expect(rows).toHaveLength(0);
});

describe('a client that goes away', () => {
  const text = JSON.stringify(VIDU_BODY);

  /** Sends so many bytes of a create, and drops the connection without reading. */
  function sendAndDrop(caller: Caller, bytes: number): Promise<void> {
    const head = [
      `POST ${CREATE_PATH} HTTP/1.1`,
      'Host: x',
      `x-api-key: ${caller.key}`,
      'Idempotency-Key: dropped',
      'Content-Type: application/json',
      `Content-Length: ${text.length}`,
    ].join('\r\n');
    const request = `${head}\r\n\r\n${text}`;
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
      socket.on('error', reject);
      socket.on('close', () => resolve());
      socket.write(request.slice(0, request.length - text.length + bytes), () => socket.destroy());
    });
  }

  it('in the middle of its body leaves nothing', async () => {
    const caller = await api.openAccount();
    await Promise.all([0, 1, text.length - 1].map((bytes) => sendAndDrop(caller, bytes)));
    const answer = await api.create(caller, text, { 'idempotency-key': 'dropped' });
    expect([answer.status, answer.headers['idempotent-replayed']]).toEqual([200, undefined]);
    expect(await balanceOf(caller)).toEqual(['1000', '80']);
  });

  it('before the answer finds its one task again with the same key', async () => {
    const caller = await api.openAccount();
    await Promise.all(Array.from({ length: 5 }, () => sendAndDrop(caller, text.length)));
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.create(caller, text, { 'idempotency-key': 'dropped' })),
    );
    expect(new Set(answers.map(({ data }) => data.task_id)).size).toBe(1);
    expect(await balanceOf(caller)).toEqual(['1000', '80']);
  });
});
