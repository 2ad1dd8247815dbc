// The SDK against a real server with a worker, over a connection that breaks where it hurts; then as a package, and under the
// command line.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawFile } from '../../emulators/core/video.ts';
import {
  AuthenticationError,
  callbacks,
  DownloadError,
  expectSuccess,
  InsufficientCreditsError,
  InvalidRequestError,
  NotFoundError,
  Reelay,
  SignatureError,
  TaskFailedError,
  WaitTimeoutError,
} from '../../sdk/src/sdk.ts';
import { VERSION } from '../../sdk/src/version.ts';
import { formatSecret, generateSecret, signMessage } from '../../server/src/callbacks/signature.ts';
import { waitFor } from '../stage/wait.ts';
import { describeAiSdkPackage } from './ai-sdk-package.ts';
import { describeCommandLine } from './command-line.ts';
import { describeGuides } from './guides.ts';
import { describePackage } from './package.ts';
import { MODEL, startStage, WITHIN_MS } from './stage.ts';

const INPUT = { prompt: 'a lake at dawn' };

const stage = await startStage();
const { upstreams, proxy, reelay, tester, folder } = stage;
const finished = await reelay.run(MODEL, INPUT, {
  callbackUrl: upstreams.callbackUrl,
  metadata: { kind: 'finished' },
});

async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function tasksOf(kind: string): Promise<string[]> {
  const tasks = await gather(reelay.tasks.list({ metadata: { kind }, limit: 2 }));
  return tasks.map(({ task_id: id }) => id);
}

describe('a create', () => {
  it.each([0, 30])('makes one task however often its answer is cut after %s bytes', async (bytes) => {
    const cutsBefore = proxy.cuts();
    proxy.cutNext(2, bytes);
    const { task_id: id } = await reelay.tasks.create(MODEL, INPUT, { metadata: { kind: `cut ${bytes}` } });
    expect(proxy.cuts() - cutsBefore).toBe(2);
    expect(await tasksOf(`cut ${bytes}`)).toEqual([id]);
  });

  it('is another task in another call, and the same one under a key of its own', async () => {
    const options = { idempotencyKey: 'order 4711', metadata: { kind: 'own key' } };
    const ids = [
      await reelay.tasks.create(MODEL, INPUT, options),
      await reelay.tasks.create(MODEL, INPUT, options),
      await reelay.tasks.create(MODEL, INPUT, { metadata: { kind: 'own key' } }),
    ].map(({ task_id: id }) => id);
    expect(ids[1]).toBe(ids[0]);
    expect((await tasksOf('own key')).sort()).toEqual([...new Set(ids)].sort());
  });

  it('uploads the Blobs of its input, and names them by their addresses', async () => {
    const bytes = await drawFile({ kind: 'png', width: 64, height: 64 });
    const picture = new Blob([new Uint8Array(bytes)], { type: 'image/png' });
    const quote = await reelay.quote('kling/v3-i2v', { ...INPUT, img_urls: [picture] });
    const task = await reelay.run('kling/v3-i2v', { ...INPUT, img_urls: [picture] });
    expect(String((task.param.input.img_urls as string[])[0])).toContain(`${proxy.url}/files/uploads/`);
    expect(quote.estimated_credits).toBeGreaterThanOrEqual(task.credits);
  });

  it('is refused by errors of a class, with what they cost and whether a repeat can help', async () => {
    const refused = (promise: Promise<unknown>) =>
      promise.then(
        () => undefined,
        (error: unknown) => error,
      );
    const wrong = await refused(reelay.tasks.create(MODEL as string, { prompt: 7, duration: 'long' }));
    expect(wrong).toBeInstanceOf(InvalidRequestError);
    expect(wrong).toMatchObject({ status: 422, code: 'validation_failed', retryable: false, charged: false });
    expect((wrong as InvalidRequestError).faults).toHaveLength(2);
    expect((wrong as InvalidRequestError).requestId).toMatch(/^\S{8,}$/);
    const dear = await refused(reelay.tasks.create(MODEL, INPUT, { maxCredits: 1 }));
    expect(dear).toBeInstanceOf(InsufficientCreditsError);
    expect(dear).toMatchObject({ code: 'price_above_limit', charged: false });
    expect(await refused(reelay.tasks.get(crypto.randomUUID()))).toBeInstanceOf(NotFoundError);
    const unknown = new Reelay({ apiKey: 'ak_live_unknown', baseUrl: proxy.url });
    expect(await refused(unknown.balance())).toBeInstanceOf(AuthenticationError);
    expect(await refused(unknown.caller())).toBeInstanceOf(AuthenticationError);
  });
});

describe('a wait', () => {
  it('goes on over cuts of its stream, and reports each change', async () => {
    const { task_id: id } = await reelay.tasks.create(MODEL, INPUT);
    proxy.cutNext(2, 900);
    const seen: string[] = [];
    const task = await reelay.tasks.wait(id, { onUpdate: ({ task: { status } }) => seen.push(status) });
    expect(task.status).toBe('success');
    expect(seen.at(-1)).toBe('success');
    proxy.cutNext(0, 0);
  });

  it('polls where streams do not get through', async () => {
    const asked: string[] = [];
    const withoutStreams = new Reelay({
      apiKey: upstreams.key,
      baseUrl: proxy.url,
      maxRetries: 0,
      fetch: (input, init) => {
        asked.push(String(input));
        if (!String(input).includes('TaskEvents')) return fetch(input, init);
        return Promise.resolve(new Response('<html>', { headers: { 'content-type': 'text/html' } }));
      },
    });
    const { status } = await withoutStreams.tasks.wait(finished.task_id);
    expect([status, asked.filter((url) => url.includes('TaskInfo')).length]).toEqual(['success', 1]);
  });

  it('ends by its limit or its signal, and the task goes on', async () => {
    const { task_id: id } = await reelay.tasks.create(MODEL, INPUT);
    const late = reelay.tasks.wait(id, { timeoutMs: 0 });
    await expect(late).rejects.toBeInstanceOf(WaitTimeoutError);
    const left = reelay.tasks.wait(id, { signal: AbortSignal.abort(new Error('left')) });
    await expect(left).rejects.toThrow('left');
    expect((await reelay.tasks.wait(id)).status).toBe('success');
  });

  it('answers with a task that failed, which a run throws with its reason and its cost', async () => {
    const run = tester.run('reelay/draft-t2v', { prompt: 'reelay:moderation' });
    const fault = await run.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(fault).toBeInstanceOf(TaskFailedError);
    expect(fault).toMatchObject({ code: 'content_refused', charged: false, task: { status: 'failed' } });
    const { task } = fault as TaskFailedError;
    expect(await tester.tasks.wait(task.task_id)).toEqual(task);
    expect(() => expectSuccess(task)).toThrow(TaskFailedError);
    const again = tester.tasks.cancel(task.task_id);
    await expect(again).rejects.toMatchObject({ code: 'not_cancellable' });
  });
});

describe('a download', () => {
  it('goes on where it was cut, and is compared with the SHA-256 of the server', async () => {
    const path = join(folder, 'whole.mp4');
    const { sha256, bytes } = await reelay.files.download(finished, join(folder, 'first.mp4'));
    const cutsBefore = proxy.cuts();
    const ranges: (string | null)[] = [];
    const careless = new Reelay({
      apiKey: upstreams.key,
      baseUrl: proxy.url,
      fetch: (input, init) => {
        if (String(input).includes('/files/')) {
          const headers = new Headers(init?.headers);
          ranges.push(headers.get('range'));
          expect(headers.get('x-api-key')).toBeNull();
          if (ranges.length < 3) proxy.cutNext(1, 1_500);
        }
        return fetch(input, init);
      },
    });
    const fetched = await careless.files.download(finished, path);
    expect([ranges.length, ranges[0], proxy.cuts() - cutsBefore]).toEqual([3, null, 2]);
    expect(ranges[2]).toMatch(/^bytes=[1-9]\d*-$/);
    expect(fetched).toEqual({ sha256, bytes, contentType: 'video/mp4' });
    expect(await readFile(path)).toEqual(await readFile(join(folder, 'first.mp4')));
    expect(Buffer.from(await reelay.files.bytes(finished.task_id))).toEqual(await readFile(path));
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('goes on with what another process left, unless that is of another file', async () => {
    const whole = await reelay.files.bytes(finished);
    const path = join(folder, 'left.mp4');
    await writeFile(`${path}.part`, whole.subarray(0, 100));
    const sizes: number[] = [];
    await reelay.files.download(finished, path, { onProgress: (size) => sizes.push(size) });
    expect(Buffer.from(whole)).toEqual(await readFile(path));
    await writeFile(`${path}.part`, Buffer.alloc(100, 1));
    await expect(reelay.files.download(finished, path)).rejects.toBeInstanceOf(DownloadError);
    await reelay.files.download(finished, path);
    expect(Buffer.from(whole)).toEqual(await readFile(path));
  });
});

describe('a callback', () => {
  it('is good in its own bytes and with its own secret alone', async () => {
    const { headers, task } = await waitFor('the callback', WITHIN_MS, () =>
      upstreams.callbacks.find((call) => call.task.task_id === finished.task_id),
    );
    const body = JSON.stringify(task);
    const secret = await reelay.callbackSecret();
    const given = headers as Record<string, string>;
    expect(await callbacks.verify(body, given, secret)).toEqual(task);
    expect(await callbacks.verify(new TextEncoder().encode(body), new Headers(given), secret)).toEqual(task);
    const rotated = { ...given, 'webhook-signature': `v1,AAAA ${given['webhook-signature']}` };
    expect(await callbacks.verify(body, rotated, secret)).toEqual(task);
    const late = { ...given, 'webhook-timestamp': String(Number(given['webhook-timestamp']) - 1) };
    const { 'webhook-id': _left, ...nameless } = given;
    const wrong: [string, Record<string, string>, string][] = [
      [`${body} `, given, secret],
      [body, late, secret],
      [body, nameless, secret],
      [body, { ...given, 'webhook-signature': 'v1,AAAA v2,? v1,*' }, secret],
      [body, given, `whsec_${btoa('another secret')}`],
      [body, given, 'another form'],
    ];
    for (const [text, bag, one] of wrong)
      await expect(callbacks.verify(text, bag, one)).rejects.toBeInstanceOf(SignatureError);
    const own = generateSecret();
    const verifyAfter = (seconds: number) => {
      const sentAtMs = Date.now() - seconds * 1000;
      return callbacks.verify(body, signMessage({ id: 'one', sentAtMs, body }, [own]), formatSecret(own));
    };
    expect(await verifyAfter(240)).toEqual(task);
    await expect(verifyAfter(302)).rejects.toThrow('too old');
    const parsed = callbacks.verify(task as unknown as string, given, secret);
    await expect(parsed).rejects.toThrow('raw bytes');
  });
});

it('lists models and templates, and follows the account', async () => {
  const models = await reelay.models.list({ operation: 'text-to-video' });
  expect(models.map(({ model }) => model)).toContain(MODEL);
  expect((await reelay.models.get(MODEL)).input_schema).toMatchObject({ type: 'object' });
  const templates = await gather(reelay.templates.list({ vendor: 'bytedance' }));
  expect(new Set(templates.map(({ template_id: id }) => id)).size).toBe(templates.length);
  expect(templates.length).toBeGreaterThan(0);
  expect(await reelay.caller()).toMatchObject({ mode: 'live', role: 'member' });
  for await (const { event, data } of reelay.events()) {
    expect([event, data]).toEqual(['balance', await reelay.balance()]);
    break;
  }
});

it('warns once that the server is ahead, and goes on whatever the warning does', async () => {
  const warnings: string[] = [];
  const old = (onWarning: (message: string) => void) =>
    new Reelay({
      apiKey: upstreams.key,
      baseUrl: proxy.url,
      onWarning,
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        expect(headers.get('x-reelay-client')).toBe(`sdk/${VERSION}`);
        headers.set('x-reelay-client', 'sdk/0.0.9');
        return fetch(input, { ...init, headers });
      },
    });
  await reelay.balance();
  const first = old((message) => {
    warnings.push(message);
    throw new Error('a warning that fails');
  });
  await first.balance();
  await first.balance();
  await old((message) => warnings.push(message)).balance();
  expect(warnings).toEqual([expect.stringContaining(`is ${VERSION}, and this client is ${VERSION}: update`)]);
});

describePackage(stage);
describeAiSdkPackage(stage);
describeCommandLine(stage);
describeGuides(stage);
