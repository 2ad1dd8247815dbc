// A task from create to callback, as a client sees it: small real renders, every scenario, every way to end it.
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../stage/api.ts';
import type { Receipt } from '../stage/receiver.ts';
import { readVideo } from '../stage/video.ts';
import { waitFor } from '../stage/wait.ts';
import { ACCOUNT, END_MS, findTarget, JOBS, openReceiver, SMALL_BODY } from './harness.ts';

const { client, other } = await findTarget();
const FIELDS = [
  ...['task_id', 'provider', 'model_version', 'status', 'param', 'create_at', 'result'],
  ...['credits', 'duration_s', 'complete_at', 'source'],
];

/** A free task that shows one of the documented behaviours of test keys. */
function scenario(name: string, rest: object = {}) {
  return { ...SMALL_BODY, input: { ...SMALL_BODY.input, prompt: `a lake reelay:${name}` }, ...rest };
}

interface ServerEvent {
  event: string;
  id?: string;
  data: Record<string, unknown>;
}

function readEvents(text: string): ServerEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('id:') || block.startsWith('event:'))
    .map((block) => {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)));
      return { ...fields, data: JSON.parse(fields.data) };
    });
}

let isTaskAnswer: ValidateFunction;

function expectTask(task: Task): void {
  expect(
    isTaskAnswer({ code: 200, message: 'success', data: task }),
    JSON.stringify(isTaskAnswer.errors),
  ).toBe(true);
  expect(Object.keys(task)).toEqual(FIELDS);
  expect(task.task_id).toHaveLength(36);
  if (task.status === 'pending' || task.status === 'running')
    expect(task).toMatchObject({ result: null, complete_at: null, duration_s: null });
  else {
    expect(task.complete_at).toBeGreaterThanOrEqual(task.create_at);
    expect(task.result?.code).toBe(task.status === 'success' ? 200 : 501);
  }
}

beforeAll(async () => {
  const { body } = await client.call('/openapi.json');
  const paths = body.paths as Record<
    string,
    { get: { responses: Record<string, { content: Record<string, { schema: object }> }> } }
  >;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const { schema } = paths[`${JOBS}/TaskInfo`].get.responses['200'].content['application/json'];
  isTaskAnswer = ajv.compile({ ...schema, components: body.components });
});

describe('a task that succeeds', () => {
  it('goes through its states, and reports each by events, polls and a signed callback alike', async () => {
    const receiver = await openReceiver();
    const body = {
      ...SMALL_BODY,
      callback_url: `${receiver.url}/hook?order=7`,
      input: { ...SMALL_BODY.input, audio: true, return_last_frame: true },
    };
    const { data } = await client.create(body);
    const taskId = String(data.task_id);
    const events = client.call(`${JOBS}/TaskEvents?task_id=${taskId}`);
    const seen: Task['status'][] = [];
    const task = await waitFor('the task has ended', END_MS, async () => {
      const now = await client.read(taskId);
      expectTask(now);
      if (seen.at(-1) !== now.status) seen.push(now.status);
      return now.status === 'success' || now.status === 'failed' ? now : undefined;
    });
    expect(task.status).toBe('success');
    expect(['pending', 'running', 'success'].filter((status) => (seen as string[]).includes(status))).toEqual(
      seen,
    );
    expect(task.param).toEqual({ model: body.model, callback_url: body.callback_url, input: body.input });

    const [call] = await waitFor('the callback has come', END_MS, () =>
      receiver.receipts().length > 0 ? receiver.receipts() : undefined,
    );
    expect(call.path).toBe('/hook?order=7');
    expect(JSON.parse(call.body)).toEqual(task);
    const { data: secrets } = await client.call(`${ACCOUNT}/callback-secret`);
    const webhook = new Webhook(String(secrets.secret));
    expect(webhook.verify(call.body, call.headers as Record<string, string>)).toEqual(task);
    expect(() => webhook.verify(`${call.body} `, call.headers as Record<string, string>)).toThrow();

    const list = readEvents((await events).text);
    expect(list.at(-1)).toEqual({ event: 'task', data: task });
    expect(list.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['attempt.accepted', 'task.succeeded']),
    );
    const ids = list.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
    expect(ids).toEqual(ids.toSorted((one, next) => one - next));
    const later = await client.call(`${JOBS}/TaskEvents?task_id=${taskId}`, {
      headers: { 'last-event-id': String(ids.at(-1)) },
    });
    expect(readEvents(later.text)).toEqual([{ event: 'task', data: task }]);

    const [videoUrl, frameUrl] = task.result?.media_urls ?? [];
    const video = await readVideo((await client.call(videoUrl)).bytes);
    expect(video).toMatchObject({ width: 864, height: 480, frames: 24, audioCodec: 'aac' });
    const frame = await client.call(frameUrl);
    expect(frame.headers['content-type']).toBe('image/png');
    expect([frame.bytes.readUInt32BE(16), frame.bytes.readUInt32BE(20)]).toEqual([864, 480]);
    await expectRanges(videoUrl);
  });

  /** RFC 9110, section 14: a player asks for parts. */
  async function expectRanges(url: string): Promise<void> {
    const whole = await client.call(url);
    const size = whole.bytes.length;
    const part = await client.call(url, { headers: { range: 'bytes=4-7' } });
    expect([part.status, part.text, part.headers['content-range']]).toEqual([
      206,
      'ftyp',
      `bytes 4-7/${size}`,
    ]);
    const tail = await client.call(url, { headers: { range: 'bytes=-10' } });
    expect(tail.bytes).toEqual(whole.bytes.subarray(-10));
    const beyond = await client.call(url, { headers: { range: `bytes=${size}-` } });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${size}`]);
    const head = await client.call(url, { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([200, String(size), 0]);
    const known = await client.call(url, { headers: { 'if-none-match': String(whole.headers.etag) } });
    expect(known.status).toBe(304);
    const forged = new URL(url);
    forged.searchParams.set('expires', String(Number(forged.searchParams.get('expires')) + 1));
    expect((await client.call(forged.href)).status).toBe(404);
  }

  it('is answered completely to a create that waits', async () => {
    const answer = await client.create(
      { ...SMALL_BODY, input: { ...SMALL_BODY.input, mood: 'calm' } },
      { prefer: 'wait=60' },
    );
    const { warnings, ...task } = answer.data;
    expect(warnings).toEqual(['input.mood: is not known and has no effect']);
    expectTask(task as unknown as Task);
    expect(await client.waitFor(String(task.task_id))).toMatchObject({ status: 'success' });
  });

  it('uses a picture that was uploaded before', async () => {
    const { bytes } = await client.call(await coverOf('104909826'));
    const { data } = await client.call('/api/v1/client/files/upload-url?content_type=image/jpeg&ext=.jpg');
    const uploaded = await client.call(String(data.presigned_url), {
      method: 'PUT',
      body: bytes,
      headers: { 'content-type': 'image/jpeg' },
    });
    expect(uploaded.status).toBe(200);
    expect((await client.call(String(data.file_url))).bytes).toEqual(bytes);
    const input = { template_id: '104909826', img_urls: [data.file_url], resolution: '480p' };
    const taskId = await client.createId({ model: 'reelay/effects', input });
    const task = await client.waitFor(taskId);
    expect(task).toMatchObject({ status: 'success', credits: 0 });
    expect(JSON.stringify(task.result?.usage)).not.toContain('bundled sample');
  });

  async function coverOf(templateId: string): Promise<string> {
    const { data } = await client.call(`${JOBS}/bytedance-templates?template_id=${templateId}`);
    const [template] = data.templates as { Cover: string }[];
    return template.Cover;
  }
});

describe('an upload', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPhfDwAChAF/rDqrGQAAAABJRU5ErkJggg==',
    'base64',
  );

  async function uploadUrl(): Promise<{ presigned_url: string; file_url: string }> {
    const { data } = await client.call('/api/v1/client/files/upload-url?content_type=image/png&ext=.png');
    return data as { presigned_url: string; file_url: string };
  }

  const put = (url: string, body: Buffer, type: string) =>
    client.call(url, { method: 'PUT', body, headers: { 'content-type': type } });

  it('needs no key, since its address is the permission', async () => {
    const { presigned_url: url, file_url: fileUrl } = await uploadUrl();
    const anybody = new (client.constructor as new (url: string, key?: string) => typeof client)(client.url);
    const answer = await anybody.call(url, {
      method: 'PUT',
      body: png,
      headers: { 'content-type': 'image/png' },
    });
    expect(answer.status).toBe(200);
    expect((await anybody.call(fileUrl)).bytes).toEqual(png);
  });

  it('of bytes that are not a picture is refused and leaves nothing, whatever its name', async () => {
    const { presigned_url: url, file_url: fileUrl } = await uploadUrl();
    for (const type of ['image/png', 'image/jpeg', 'application/octet-stream']) {
      const answer = await put(url, Buffer.from('<html>'), type);
      expect([answer.status, answer.body.code]).toEqual([422, 422]);
    }
    expect((await client.call(fileUrl)).status).toBe(404);
    expect((await put(`${url}x`, png, 'image/png')).status).toBe(404);
  });
});

describe('the scenarios of test keys', () => {
  it.each([
    ['fail', 'generation_failed'],
    ['moderation', 'content_refused'],
  ])('%s ends with 501 and costs nothing', async (name, error) => {
    const body = {
      model: 'vidu/q1-r2v',
      input: { prompt: `x reelay:${name}`, img_urls: ['https://example.com/a.jpg'] },
    };
    const before = await client.balance();
    const task = await client.waitFor(await client.createId(body));
    expectTask(task);
    expect(task).toMatchObject({
      status: 'failed',
      credits: 0,
      result: { code: 501, error, media_urls: [] },
    });
    expect(await client.balance()).toEqual(before);
  });

  it('by its template id fails in the same way', async () => {
    const input = { template_id: '999000002', img_urls: ['https://example.com/a.png'], resolution: '720p' };
    const task = await client.waitFor(await client.createId({ model: 'bytedance/template', input }));
    expect(task).toMatchObject({ status: 'failed', credits: 0, result: { error: 'generation_failed' } });
  });

  it('lost_answer and unavailable end in one video each', async () => {
    const ids = await Promise.all(
      ['lost_answer', 'unavailable'].map((name) => client.createId(scenario(name))),
    );
    for (const id of ids) expect(await client.waitFor(id)).toMatchObject({ status: 'success' });
    const [lost, down] = await Promise.all(ids.map((id) => client.call(`${JOBS}/TaskEvents?task_id=${id}`)));
    const names = (text: string) => readEvents(text).map(({ event }) => event);
    expect(names(lost.text).filter((name) => name.startsWith('attempt.'))).toEqual([
      'attempt.unknown',
      'attempt.found',
    ]);
    expect(names(down.text).filter((name) => name.startsWith('attempt.'))).toEqual([
      'attempt.rejected',
      'attempt.rejected',
      'attempt.accepted',
    ]);
  });

  it('duplicate_callback sends the same callback twice under one id', async () => {
    const receiver = await openReceiver();
    const taskId = await client.createId(scenario('duplicate_callback', { callback_url: receiver.url }));
    const calls = await waitFor('both have come', END_MS, () =>
      receiver.receipts().length >= 2 ? receiver.receipts() : undefined,
    );
    const idOf = ({ headers }: Receipt) => headers['webhook-id'];
    expect(calls.map(idOf)).toEqual([idOf(calls[0]), idOf(calls[0])]);
    expect(JSON.parse(calls[1].body)).toEqual(await client.read(taskId));
  });

  it('a picture that cannot be fetched fails the task with the reason', async () => {
    const receiver = await openReceiver();
    const pictures = [
      `${receiver.url}/a.png`,
      'http://169.254.169.254/latest/meta-data',
      'http://[::ffff:10.0.0.1]/a.png',
    ];
    const ids = await Promise.all(
      pictures.map((url) =>
        client.createId({ model: 'vidu/q1-r2v', input: { prompt: 'x', img_urls: [url] } }),
      ),
    );
    for (const id of ids) {
      const task = await client.waitFor(id);
      expect(task).toMatchObject({
        status: 'failed',
        credits: 0,
        result: { code: 501, error: 'input_unusable' },
      });
      expect(task.result?.message).toMatch(/cannot be used/);
    }
    expect(receiver.receipts()).toEqual([]);
  });
});

describe('a cancel', () => {
  it('of a running task ends it within two seconds, with a callback', async () => {
    const receiver = await openReceiver();
    const taskId = await client.createId(scenario('stuck', { callback_url: receiver.url }));
    await waitFor('the task runs', END_MS, async () => (await client.read(taskId)).status === 'running');
    const startedMs = performance.now();
    expect((await client.cancel(taskId)).status).toBe(200);
    const task = await client.waitFor(taskId);
    // The promise is two seconds; the rest is for a busy machine.
    expect(performance.now() - startedMs).toBeLessThan(6_000);
    expectTask(task);
    expect(task).toMatchObject({ status: 'failed', credits: 0, result: { error: 'task_cancelled' } });
    const again = await client.cancel(taskId);
    expect([again.status, again.body.error]).toEqual([422, 'not_cancellable']);
    const [call] = await waitFor('the callback has come', END_MS, () =>
      receiver.receipts().length > 0 ? receiver.receipts() : undefined,
    );
    expect(JSON.parse(call.body)).toEqual(task);
  });

  it('of a waiting task ends it at once', async () => {
    // Enough tasks before it that it waits for its turn.
    const ids: string[] = [];
    for (let count = 0; count < 4; count++) ids.push(await client.createId());
    const answer = await client.cancel(ids[3]);
    expect(answer.data).toMatchObject({ status: 'failed', credits: 0, result: { error: 'task_cancelled' } });
    await Promise.all(ids.slice(0, 3).map((id) => client.cancel(id)));
  });
});

describe('a callback', () => {
  it('that is refused comes again, and its log says so; a replay sends it once more', async () => {
    const receiver = await openReceiver([500]);
    const taskId = await client.createId(scenario('moderation', { callback_url: receiver.url }));
    await waitFor('the second try has come', END_MS, () =>
      receiver.receipts().length >= 2 ? true : undefined,
    );
    const found = await waitFor('it is delivered', END_MS, async () => {
      const { data } = await client.call(`${ACCOUNT}/callbacks?task_id=${taskId}`);
      const [callback] = data.callbacks as { callback_id: string; state: string; attempts: number }[];
      return callback.state === 'delivered' ? callback : undefined;
    });
    expect(found.attempts).toBe(2);
    const path = `${ACCOUNT}/callback-deliveries?callback_id=${found.callback_id}`;
    const { data } = await client.call(path);
    expect(data.deliveries).toMatchObject([
      { attempt: 1, http_status: 500 },
      { attempt: 2, http_status: 200 },
    ]);
    const replay = { method: 'POST', body: { callback_id: found.callback_id } } as const;
    expect((await client.call(`${ACCOUNT}/callback-replay`, replay)).status).toBe(200);
    await waitFor('the replay has come', END_MS, () => (receiver.receipts().length >= 3 ? true : undefined));
    expect(new Set(receiver.receipts().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect((await other.call(path)).status).toBe(404);
    expect((await other.call(`${ACCOUNT}/callback-replay`, replay)).status).toBe(404);
    expect((await other.call(`${ACCOUNT}/callbacks?task_id=${taskId}`)).data.callbacks).toEqual([]);
  });

  it('is signed with both secrets after a rotation', async () => {
    const receiver = await openReceiver();
    const { data: before } = await other.call(`${ACCOUNT}/callback-secret`);
    const { data: after } = await other.call(`${ACCOUNT}/callback-secret/rotate`, { method: 'POST' });
    expect(after.secret).not.toBe(before.secret);
    await other.createId(scenario('moderation', { callback_url: receiver.url }));
    const [call] = await waitFor('it has come', END_MS, () =>
      receiver.receipts().length > 0 ? receiver.receipts() : undefined,
    );
    for (const secret of [before.secret, after.secret]) {
      const verified = new Webhook(String(secret)).verify(call.body, call.headers as Record<string, string>);
      expect(verified).toMatchObject({ status: 'failed' });
    }
    const { data: firstAccount } = await client.call(`${ACCOUNT}/callback-secret`);
    expect(() =>
      new Webhook(String(firstAccount.secret)).verify(call.body, call.headers as Record<string, string>),
    ).toThrow();
  });
});
