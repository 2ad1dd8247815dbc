import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { request as httpRequest } from 'undici';
import { beforeAll, describe, expect, it } from 'vitest';
import { claimTasks } from '../../dispatch/testing.ts';
import { type Answer, type Caller, createTestApi, GOOD_BODY } from '../../http/testing.ts';
import { newId } from '../../lib/ids.ts';
import { type JsonObject, parseOwnJson } from '../../lib/json.ts';

const api = await createTestApi();
const JOBS = '/api/v1/client/job';
const CALLBACK_URL = 'https://receiver.example.com/hook?a=1';
const BODY = {
  model: 'vidu/q1-r2v',
  input: { prompt: 'a dancer', img_urls: ['https://example.com/a.jpg'], duration: 5 },
  callback_url: CALLBACK_URL,
};

function info(caller: Caller, taskId: unknown): Promise<Answer> {
  return api.call({ path: `${JOBS}/TaskInfo?task_id=${taskId}`, key: caller.key });
}

function cancel(caller: Caller, taskId: unknown): Promise<Answer> {
  return api.call({
    method: 'POST',
    path: `${JOBS}/CancelTask`,
    key: caller.key,
    body: { task_id: String(taskId) },
  });
}

async function list(caller: Caller, query = ''): Promise<{ ids: string[]; next: string | null }> {
  const { data } = await api.call({ path: `${JOBS}/Tasks${query}`, key: caller.key });
  const tasks = data.tasks as { task_id: string }[];
  return { ids: tasks.map(({ task_id: id }) => id), next: data.next_cursor as string | null };
}

async function createId(caller: Caller, body: Parameters<typeof api.create>[1] = GOOD_BODY): Promise<string> {
  return String((await api.create(caller, body)).data.task_id);
}

/** Takes every waiting task for a worker that does nothing. */
async function claimAll(): Promise<void> {
  await claimTasks(api.core.pool, { nodeId: newId(), limit: 1000, leaseMs: 60_000 });
}

describe('the task object', () => {
  let matches: ValidateFunction;

  beforeAll(async () => {
    const { body } = await api.call({ path: '/openapi.json' });
    const paths = body.paths as Record<
      string,
      { get: { responses: Record<string, { content: Record<string, { schema: JsonObject }> }> } }
    >;
    const { schema } = paths[`${JOBS}/TaskInfo`].get.responses['200'].content['application/json'];
    const ajv = new Ajv({ allErrors: true, strict: false });
    addFormats.default(ajv);
    matches = ajv.compile({ ...schema, additionalProperties: false, components: body.components });
  });

  /** Every field of the contract, always there, in its type; nothing else. */
  function expectTask(answer: Answer, expected: JsonObject): void {
    expect(matches(answer.body), JSON.stringify(matches.errors)).toBe(true);
    expect(Object.keys(answer.data)).toEqual([
      'task_id',
      'provider',
      'model_version',
      'status',
      'param',
      'create_at',
      'result',
      'credits',
      'duration_s',
      'complete_at',
      'source',
    ]);
    expect(answer.data.param).toEqual({ model: BODY.model, callback_url: CALLBACK_URL, input: BODY.input });
    expect(answer.data.source).toBe('api');
    expect(answer.data).toMatchObject(expected);
  }

  it('of a waiting task names what is held, and has no result', async () => {
    const caller = await api.openAccount();
    const { data } = await api.create(caller, BODY);
    const open = { status: 'pending', credits: 80, result: null, duration_s: null, complete_at: null };
    const answer = await info(caller, data.task_id);
    expectTask(answer, { ...open, task_id: data.task_id });
    const nowSeconds = api.core.clock() / 1000;
    expect(Number(answer.data.create_at)).toBeGreaterThan(nowSeconds - 60);
    expect(Number(answer.data.create_at)).toBeLessThan(nowSeconds + 5);
  });

  it('of a running task says so', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller, BODY);
    await claimAll();
    expectTask(await info(caller, id), { status: 'running', credits: 80, result: null, duration_s: null });
  });

  it('of a success names what was charged, and its files', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller, BODY);
    await claimAll();
    const task = await api.readTask(id);
    const output = {
      kind: 'video',
      contentType: 'video/mp4',
      key: `results/${id}/video.mp4`,
      sizeBytes: 1,
      sha256: '',
    } as const;
    await api.core.settler.succeed(task, {
      provider: 'draft',
      modelVersion: 'draft-1',
      usage: { frames: 48 },
      outputs: [output],
      usedMicros: 33_500_000n,
    });
    const answer = await info(caller, id);
    expectTask(answer, {
      status: 'success',
      provider: 'draft',
      model_version: 'draft-1',
      credits: 33.5,
      duration_s: 0,
      complete_at: expect.any(Number) as unknown as number,
    });
    expect(answer.data.result).toEqual({
      code: 200,
      message: 'success',
      media_urls: [
        expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/files\/results\/.*video\.mp4\?expires=/),
      ],
      usage: { frames: 48 },
    });
    expect((await info(caller, id)).text).toBe(answer.text);
  });

  it('never charges more than was held, whatever a provider reports', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller, BODY);
    await api.core.settler.succeed(await api.readTask(id), {
      provider: 'draft',
      modelVersion: 'draft-1',
      usage: {},
      outputs: [],
      usedMicros: 10n ** 14n,
    });
    expectTask(await info(caller, id), { status: 'success', credits: 80 });
  });

  it.each([
    ['failed', 'generation_failed'],
    ['expired', 'task_expired'],
  ] as const)('of a task that %s has 501, the reason, and no charge', async (how, error) => {
    const caller = await api.openAccount();
    const id = await createId(caller, BODY);
    await api.endTask(id, how);
    expectTask(await info(caller, id), {
      status: 'failed',
      credits: 0,
      result: { code: 501, error, message: 'ended by a test', media_urls: [], usage: {} },
    });
  });

  it('ends whatever characters its provider’s message has', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller, BODY);
    const failure = { state: 'failed', error: 'generation_failed', message: 'a\0b\ud83d' } as const;
    await api.core.settler.fail(await api.readTask(id), failure, { usage: { note: '\ude00' } });
    const { data } = await info(caller, id);
    expect(data.result).toMatchObject({ message: 'a\ufffdb\ufffd', usage: { note: '\ufffd' } });
  });
});

describe('the list', () => {
  it('pages through every task once, newest first', async () => {
    const caller = await api.openAccount();
    const made: string[] = [];
    for (let count = 0; count < 7; count++) made.unshift(await createId(caller));
    const seen: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page = await list(caller, `?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.ids);
      cursor = page.next;
      pages++;
    } while (cursor !== null);
    expect(seen).toEqual(made);
    expect(pages).toBe(3);
    expect(await list(caller, '?limit=7')).toEqual({ ids: made, next: null });
  });

  it('ends a page before its limit when the inputs are large, and goes on after it', async () => {
    const caller = await api.openAccount();
    const made: string[] = [];
    for (let count = 0; count < 12; count++) made.unshift(await createId(caller));
    // As large as any body may be.
    await api.core.pool.query(
      `update tasks set input = json_build_object('prompt', repeat('y', 250000)) where account_id = $1`,
      [caller.accountId],
    );
    const answer = await api.call({ path: `${JOBS}/Tasks?limit=100`, key: caller.key });
    expect(answer.text.length).toBeLessThan(3 * 1024 * 1024);
    const first = await list(caller, '?limit=100');
    const second = await list(caller, `?limit=100&cursor=${first.next}`);
    expect([...first.ids, ...second.ids]).toEqual(made);
    expect([first.next, second.next]).toEqual([first.ids.at(-1), null]);
  });

  it('still answers other accounts while one account asks for all its reports at once', async () => {
    const [greedy, other] = [await api.openAccount(), await api.openAccount()];
    const lock = await api.core.pool.connect();
    try {
      // It stands for reports that take long: they wait for this table, and a balance does not.
      await lock.query('begin; lock table tasks in access exclusive mode');
      const reports = Array.from({ length: 40 }, (_, at) =>
        api.call({ path: at % 2 ? `${JOBS}/Tasks` : '/api/v1/client/account/usage', key: greedy.key }),
      );
      const answer = await api.call({ path: '/api/v1/client/account/balance', key: other.key });
      expect(answer.status).toBe(200);
      await lock.query('commit');
      expect((await Promise.all(reports)).map(({ status }) => status)).toEqual(reports.map(() => 200));
    } finally {
      lock.release();
    }
  });

  it('filters by status, model and time', async () => {
    const caller = await api.openAccount();
    const failed = await createId(caller);
    const success = await createId(caller, BODY);
    await api.endTask(failed, 'expired');
    await api.endTask(success);
    const cancelled = await createId(caller);
    await cancel(caller, cancelled);
    const running = await createId(caller);
    await claimAll();
    const pending = await createId(caller);
    expect((await list(caller, '?status=pending')).ids).toEqual([pending]);
    expect((await list(caller, '?status=running')).ids).toEqual([running]);
    expect((await list(caller, '?status=success')).ids).toEqual([success]);
    expect((await list(caller, '?status=failed')).ids).toEqual([cancelled, failed]);
    expect((await list(caller, `?model=${encodeURIComponent(BODY.model)}`)).ids).toEqual([success]);
    expect((await list(caller, '?model=none&status=success')).ids).toEqual([]);
    const nowSeconds = Math.floor(api.core.clock() / 1000);
    expect((await list(caller, `?from=${nowSeconds - 60}&to=${nowSeconds + 5}`)).ids).toHaveLength(5);
    expect((await list(caller, `?from=${nowSeconds + 60}`)).ids).toEqual([]);
    expect((await list(caller, `?to=${nowSeconds - 60}`)).ids).toEqual([]);
  });

  it('shows each task as TaskInfo does', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller, BODY);
    await api.endTask(id);
    const { data } = await api.call({ path: `${JOBS}/Tasks`, key: caller.key });
    expect(data.tasks).toEqual([(await info(caller, id)).data]);
  });
});

describe('a cancel', () => {
  it('ends a waiting task at once and releases its credits', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller, BODY);
    const answer = await cancel(caller, id);
    expect(answer.data).toMatchObject({
      task_id: id,
      status: 'failed',
      credits: 0,
      result: { code: 501, error: 'task_cancelled' },
      duration_s: null,
    });
    expect(await api.core.credits.balance(caller.accountId, 'test')).toMatchObject({ held: 0n });
  });

  it('of a running task asks its worker, whether sent once or twice', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller, BODY);
    await claimAll();
    for (let round = 0; round < 2; round++) {
      expect((await cancel(caller, id)).data).toMatchObject({ status: 'running', credits: 80 });
    }
    expect((await api.readTask(id)).cancel_requested_at).toBeInstanceOf(Date);
  });

  it.each(['succeeded', 'failed', 'expired'] as const)(
    'of a task that %s is a 422 and changes nothing',
    async (how) => {
      const caller = await api.openAccount();
      const id = await createId(caller, BODY);
      await api.endTask(id, how);
      const before = (await info(caller, id)).text;
      const answer = await cancel(caller, id);
      expect([answer.status, answer.body.error]).toEqual([422, 'not_cancellable']);
      expect((await info(caller, id)).text).toBe(before);
    },
  );

  it('and an end at the same moment settle the task once', async () => {
    const caller = await api.openAccount({ credits: '4000' });
    const ids = await Promise.all(Array.from({ length: 40 }, () => createId(caller, BODY)));
    const rows = await Promise.all(ids.map((id) => api.readTask(id)));
    const facts = { provider: 'draft', modelVersion: 'draft-1', usage: {}, outputs: [] };
    const ends = rows.map((row) => api.core.settler.succeed(row, facts));
    const cancels = ids.map((id) => cancel(caller, id));
    const won = (await Promise.all(ends)).filter(Boolean).length;
    const answers = await Promise.all(cancels);
    const cancelled = answers.filter(({ data }) => data.status === 'failed').length;
    expect(won + cancelled).toBe(40);
    const { posted, held } = await api.core.credits.balance(caller.accountId, 'test');
    expect([posted, held]).toEqual([4_000_000_000n - BigInt(won) * 80_000_000n, 0n]);
  });
});

describe('the events', () => {
  interface SeenEvent {
    id?: string;
    event: string;
    data: JsonObject;
  }

  /** Opens the stream; `end` resolves with all events once the server has closed it. */
  async function follow(caller: Caller, id: string, headers: Record<string, string> = {}) {
    const response = await httpRequest(`${api.url}${JOBS}/TaskEvents?task_id=${id}`, {
      headers: { 'x-api-key': caller.key, ...headers },
    });
    return {
      type: response.headers['content-type'],
      status: response.statusCode,
      end: async (): Promise<SeenEvent[]> => parseEvents(await response.body.text()),
    };
  }

  function parseEvents(text: string): SeenEvent[] {
    return text
      .split('\n\n')
      .filter((block) => block !== '' && !block.startsWith(':'))
      .map((block) => {
        const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)));
        return { ...fields, data: parseOwnJson<JsonObject>(fields.data) };
      });
  }

  it('come in order, end with the task object, and then the stream ends', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller, BODY);
    const stream = await follow(caller, id);
    expect(stream).toMatchObject({ status: 200, type: 'text/event-stream; charset=utf-8' });
    await claimAll();
    await api.endTask(id);
    const events = await stream.end();
    expect(events[0]).toMatchObject({ event: 'task', data: { task_id: id } });
    expect(events.at(-2)).toMatchObject({ event: 'task.succeeded', data: { credits: 80 } });
    expect(events.at(-1)).toEqual({ event: 'task', data: (await info(caller, id)).data });
    const ids = events.flatMap((event) => (event.id === undefined ? [] : [Number(event.id)]));
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
  });

  it('are all there before the stream ends, however many', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller);
    await api.core.pool.query(
      `insert into task_events (task_id, name, detail) select $1, 'task.progress', '{}' from generate_series(1, 1200)`,
      [id],
    );
    await cancel(caller, id);
    const events = await (await follow(caller, id)).end();
    expect(events.filter(({ event }) => event === 'task.progress')).toHaveLength(1200);
    expect(events.slice(-2).map(({ event }) => event)).toEqual(['task.cancelled', 'task']);
  });

  it('end when the key is disabled', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller);
    const stream = await follow(caller, id);
    await api.core.accounts.changeKey(caller.row.id, { disabled: true });
    const events = await stream.end();
    expect(events.map(({ event }) => event)).toEqual(['task']);
    expect((await api.readTask(id)).state).toBe('pending');
  });

  it('of one account leave places for other accounts', async () => {
    const [greedy, other] = [await api.openAccount(), await api.openAccount()];
    const ids = [await createId(greedy), await createId(other)];
    const streams = await Promise.all(Array.from({ length: 201 }, () => follow(greedy, ids[0])));
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(200);
    expect(streams.filter(({ status }) => status === 429)).toHaveLength(1);
    const theirs = await follow(other, ids[1]);
    expect(theirs.status).toBe(200);
    await cancel(greedy, ids[0]);
    await cancel(other, ids[1]);
    await Promise.all([...streams.filter(({ status }) => status === 200), theirs].map(({ end }) => end()));
    expect((await follow(greedy, ids[0])).status).toBe(200);
  });

  it('continue after Last-Event-ID', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller, BODY);
    await api.endTask(id);
    const whole = await (await follow(caller, id)).end();
    const last = whole.find((event) => event.event === 'task.succeeded')?.id;
    const rest = await (await follow(caller, id, { 'last-event-id': String(last) })).end();
    expect(rest.map(({ event }) => event)).toEqual(['task']);
    const odd = await (await follow(caller, id, { 'last-event-id': 'x' })).end();
    expect(odd).toEqual(whole);
  });

  it('of a task that has ended are answered at once', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller);
    await cancel(caller, id);
    const events = await (await follow(caller, id)).end();
    expect(events.map(({ event }) => event)).toEqual(['task.cancelled', 'task']);
  });
});

describe('a task of another account', () => {
  it('is a 404 on every route that takes a task, and so is one of the other book', async () => {
    const owner = await api.openAccount();
    const other = await api.openAccount();
    const live = await api.openKey(owner.accountId, { mode: 'live' });
    const id = await createId(owner, BODY);
    for (const caller of [other, live]) {
      const answers = [
        await info(caller, id),
        await cancel(caller, id),
        await api.call({ path: `${JOBS}/TaskEvents?task_id=${id}`, key: caller.key }),
      ];
      for (const answer of answers) {
        expect([answer.status, answer.body.error]).toEqual([404, 'task_not_found']);
        expect(answer.text).not.toContain('dancer');
      }
      expect((await list(caller)).ids).toEqual([]);
      expect((await list(caller, `?cursor=ffffffff-ffff-7fff-bfff-ffffffffffff`)).ids).toEqual([]);
    }
    expect((await info(owner, id)).data.status).toBe('pending');
  });

  it('is read by every key of its account and book', async () => {
    const owner = await api.openAccount();
    const sibling = await api.openKey(owner.accountId);
    const id = await createId(owner);
    expect((await info(sibling, id)).status).toBe(200);
    expect((await list(sibling)).ids).toEqual([id]);
  });
});
