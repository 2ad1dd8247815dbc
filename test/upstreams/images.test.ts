// Pictures: of a provider whose answer is the result, and of drafts. What came is stored and charged, whatever the
// provider does; a lost answer is never sent again.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { drawFile } from '../../emulators/core/video.ts';
import type { Json } from '../../server/src/lib/json.ts';
import { startUpstreams } from '../stage/upstreams.ts';

const upstreams = await startUpstreams({ emulators: { ark: {}, 'openai-images': {} } });
const { core } = upstreams;
const ark = upstreams.emulators.get('ark');
const openai = upstreams.emulators.get('openai-images');
if (!ark || !openai) throw new Error('no emulator');
const MODEL = 'bytedance/seedream-4';
const INPUT = { prompt: 'a kettle', resolution: '1K', aspect_ratio: '1:1' };
const PRICE = 6;

/** What a task of pictures was charged, and its end. */
async function make(input: Record<string, Json>, model = MODEL) {
  const before = await upstreams.balance();
  const id = await upstreams.begin(model, input);
  const task = await upstreams.end(id);
  const after = await upstreams.balance();
  expect(after.held).toBe(0n);
  return { id, task, charged: Number(before.posted - after.posted) / 1_000_000 };
}

/** The next start is answered with these pictures. */
function answerWith(data: Json): void {
  ark?.addFault({ on: 'start', kind: 'body', status: 200, json: { model: 'seedream-4-0', data } });
}

/** The address of a picture at the provider, small, as any of its results has one. */
async function pictureAddress(): Promise<string> {
  const { fields } = ark as NonNullable<typeof ark>;
  const response = await fetch(`${fields.base_url}/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${fields.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'seedream-4-0-250828', prompt: 'x', size: '1280x720' }),
  });
  const { data } = (await response.json()) as { data: { url: string }[] };
  return data[0].url;
}

/** Lets the time pass for which the missing pictures of a task are asked for, once one is missing. */
async function ageUnfetched(id: string): Promise<void> {
  await expect
    .poll(async () => {
      const { rowCount } = await core.pool.query(
        `update attempts set made_at = made_at - interval '1 day', look_at = now()
           where task_id = $1 and made_at is not null and ended_at is null`,
        [id],
      );
      return rowCount === 1 || (await upstreams.read(id)).status === 'success';
    })
    .toBe(true);
}

async function headOf(url: string): Promise<{ type: string | null; head: string }> {
  const response = await fetch(url);
  const head = Buffer.from(await response.arrayBuffer()).toString('latin1', 0, 12);
  return { type: response.headers.get('content-type'), head };
}

describe('pictures of a provider', () => {
  let begun = 0;
  beforeEach(() => {
    begun = ark.accepted().length;
  });
  const started = () => ark.accepted().length - begun;

  it('come with the answer to the start, are stored and charged each', async () => {
    const { id, task, charged } = await make({ ...INPUT, num_outputs: 3 });
    expect(task).toMatchObject({ status: 'success', provider: 'ark', credits: 3 * PRICE });
    expect(task.result?.usage).toMatchObject({ width: 1024, height: 1024, pictures: 3 });
    expect(charged).toBe(3 * PRICE);
    expect(task.result?.media_urls).toHaveLength(3);
    for (const url of task.result?.media_urls ?? []) {
      expect(url).toContain('/image.png');
      expect(await headOf(url)).toMatchObject({ type: 'image/png', head: expect.stringContaining('PNG') });
    }
    expect(await upstreams.eventsOf(id)).toEqual(['attempt.accepted', 'task.succeeded']);
    expect(started()).toBe(1);
  });

  it('that are fewer than asked for are charged as those that came', async () => {
    const url = await pictureAddress();
    answerWith([{ url }, { error: { code: 'InternalServiceError', message: 'not made' } }, { url }]);
    const { task, charged } = await make({ ...INPUT, num_outputs: 4 });
    expect(task.status).toBe('success');
    expect(task.result?.media_urls).toHaveLength(2);
    expect([task.credits, charged]).toEqual([2 * PRICE, 2 * PRICE]);
  });

  it.each([
    ['no picture', []],
    ['nothing but errors', [{ error: { code: 'InternalServiceError', message: 'not made' } }]],
  ])('fail free when the answer has %s', async (_what, data) => {
    answerWith(data);
    const { task, charged } = await make(INPUT);
    expect(task).toMatchObject({ status: 'failed', result: { error: 'generation_failed' } });
    expect(charged).toBe(0);
  });

  it.each([
    ['a private network', 'http://10.1.2.3/a.png'],
    ['this machine', 'http://127.0.0.1:1/a.png'],
    ['no address at all', 'about:blank'],
  ])('fail free when they lie at %s, and beside others are left out', async (_where, bad) => {
    answerWith([{ url: bad }]);
    const alone = await make(INPUT);
    expect(alone.task).toMatchObject({ status: 'failed', result: { error: 'generation_failed' } });
    expect(alone.charged).toBe(0);
    answerWith([{ url: bad }, { url: await pictureAddress() }]);
    const beside = await make({ ...INPUT, num_outputs: 2 });
    expect(beside.task.status).toBe('success');
    expect(beside.task.result?.media_urls).toHaveLength(1);
    expect(beside.charged).toBe(PRICE);
  });

  it.each([
    ['a page of HTML', { kind: 'html' }],
    ['half of itself', { kind: 'half' }],
    ['200 MB of JSON', { kind: 'huge_json', bytes: 200_000_000 }],
  ] as const)('are asked for once when the answer is %s', async (_what, fault) => {
    ark.addFault({ on: 'start', ...fault });
    const id = await upstreams.begin(MODEL, INPUT);
    await expect.poll(async () => (await upstreams.eventsOf(id)).at(-1)).toBe('attempt.unknown');
    expect(started()).toBe(1);
    await upstreams.cancel(id);
    expect(await upstreams.end(id)).toMatchObject({ status: 'failed', credits: 0 });
  });

  it.each([
    ['a page of HTML', { kind: 'wrong_type' }],
    ['200 MB and more', { kind: 'huge', bytes: 3_000_000_000 }],
  ] as const)('that are %s are left out beside others, and not charged', async (_what, fault) => {
    const [bad, good] = [await pictureAddress(), await pictureAddress()];
    ark.addFault({ on: 'download', times: 'always', where: new URL(bad).pathname, ...fault });
    answerWith([{ url: bad }, { url: good }]);
    const before = await upstreams.balance();
    const id = await upstreams.begin(MODEL, { ...INPUT, num_outputs: 2 });
    await ageUnfetched(id);
    const task = await upstreams.end(id);
    expect(task.status).toBe('success');
    expect(task.result?.media_urls).toHaveLength(1);
    expect(before.posted - (await upstreams.balance()).posted).toBe(BigInt(PRICE * 1_000_000));
  });

  it('are asked for once when the answer is lost', async () => {
    ark.addFault({ on: 'start', kind: 'close_after' });
    const id = await upstreams.begin(MODEL, INPUT);
    await expect.poll(async () => (await upstreams.eventsOf(id)).at(-1)).toBe('attempt.unknown');
    await core.pool.query('update attempts set look_at = now() where task_id = $1', [id]);
    await expect
      .poll(async () => {
        const { rows } = await core.pool.query(
          'select look_at > now() as later from attempts where task_id = $1',
          [id],
        );
        return rows[0].later;
      })
      .toBe(true);
    expect(started()).toBe(1);
    expect((await upstreams.cancel(id)).status).toBe(200);
    expect((await upstreams.end(id)).status).toBe('failed');
    expect((await upstreams.balance()).held).toBe(0n);
  });
});

describe('pictures within an answer', () => {
  const PREMIUM = 'openai/gpt-image-2-premium';
  const ORDER = { prompt: 'a kettle', resolution: '1K', quality: 'high' };
  const HIGH = 43;
  const stagingFiles = () => readdir(join(core.config.dataDir, 'staging'));
  const carry = (...files: (string | null)[]) => {
    const data = files.map((text) => ({ b64_json: text }));
    openai.addFault({ on: 'start', kind: 'body', status: 200, json: { data, usage: {} } });
  };

  it('are stored and charged, and their bytes are those of the provider', async () => {
    const { id, task, charged } = await make(ORDER, PREMIUM);
    expect(task).toMatchObject({ status: 'success', provider: 'openai-images', credits: HIGH });
    expect(task.result?.usage).toMatchObject({ width: 1024, height: 1024, pictures: 1, quality: 'high' });
    expect(charged).toBe(HIGH);
    expect(task.result?.media_urls).toHaveLength(1);
    expect(await headOf(task.result?.media_urls[0] ?? '')).toMatchObject({
      type: 'image/png',
      head: expect.stringContaining('PNG'),
    });
    expect(await upstreams.eventsOf(id)).toEqual(['attempt.accepted', 'task.succeeded']);
    expect(await stagingFiles()).toEqual([]);
  });

  it("change the client's own picture, whose bytes are sent along", async () => {
    const contentType = 'image/png';
    const { accountId } = upstreams;
    const { fileUrl: url, uploadUrl } = await core.files.startUpload({ accountId, contentType, ext: '.png' });
    const body = await drawFile({ kind: 'png', width: 64, height: 64 });
    await fetch(uploadUrl, { method: 'PUT', headers: { 'content-type': contentType }, body });
    const { task } = await make({ ...ORDER, img_urls: [url, url] }, PREMIUM);
    expect(task.status).toBe('success');
    expect(task.result?.usage).toMatchObject({ input_tokens: 20 + 2 * 300 });
  });

  it.each<[string, (string | null)[]]>([
    ['none', []],
    ['nothing', ['']],
    [
      'a page of HTML',
      [Buffer.from('<html><body>an error page of a proxy</body></html>'.repeat(9)).toString('base64')],
    ],
    ['the first bytes of a PNG alone', ['iVBORw0KGgo=']],
    ['no base64', ['%%%']],
  ])('fail free when they are %s, and leave nothing on the disk', async (_what, files) => {
    carry(...files);
    const { task, charged } = await make(ORDER, PREMIUM);
    expect(task).toMatchObject({ status: 'failed', result: { error: 'generation_failed' } });
    expect(charged).toBe(0);
    expect(await stagingFiles()).toEqual([]);
  });

  it.each([
    ['a page of HTML', { kind: 'html' }],
    ['half of itself', { kind: 'half' }],
    ['200 MB of JSON', { kind: 'huge_json', bytes: 200_000_000 }],
  ] as const)('are asked for once when the answer is %s', async (_what, fault) => {
    const begun = openai.accepted().length;
    openai.addFault({ on: 'start', ...fault });
    const id = await upstreams.begin(PREMIUM, ORDER);
    await expect.poll(async () => (await upstreams.eventsOf(id)).at(-1)).toBe('attempt.unknown');
    expect(openai.accepted().length - begun).toBe(1);
    expect(await stagingFiles()).toEqual([]);
    await upstreams.cancel(id);
    expect(await upstreams.end(id)).toMatchObject({ status: 'failed', credits: 0 });
  });
});

interface DraftTask {
  task_id: string;
  status: string;
  result: { usage: Record<string, Json>; media_urls: string[] };
}

describe('a draft of pictures', () => {
  it('has the size, the form and the number that were asked for', async () => {
    const { accountId } = upstreams;
    const { key } = await core.accounts.createKey({ account: accountId, mode: 'test', name: 'test' });
    await core.credits.grant({ accountId, book: 'test', amount: 100_000_000n, reason: 'for the test' });
    const call = async (path: string, body?: Json) => {
      const response = await fetch(`${upstreams.url}/api/v1/client/job/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return ((await response.json()) as { data: DraftTask }).data;
    };
    const input = {
      prompt: 'a lighthouse by the sea at sunset',
      resolution: '2K',
      aspect_ratio: '3:2',
      num_outputs: 2,
      output_format: 'jpeg',
    };
    const { task_id: id } = await call('CreateTask', { model: 'bytedance/seedream-5', input });
    await expect
      .poll(async () => (await call(`TaskInfo?task_id=${id}`)).status, { timeout: 60_000, interval: 200 })
      .toBe('success');
    const task = await call(`TaskInfo?task_id=${id}`);
    expect(task).toMatchObject({ provider: 'draft', credits: 2 * 7 });
    expect(task.result.usage).toMatchObject({ width: 2512, height: 1680, pictures: 2, scene: 'sea' });
    expect(task.result.media_urls).toHaveLength(2);
    const [first, second] = await Promise.all(task.result.media_urls.map(headOf));
    expect(first).toMatchObject({ type: 'image/jpeg', head: expect.stringContaining('\u00ff\u00d8\u00ff') });
    expect(second.type).toBe('image/jpeg');
  });
});
