// What anybody, and providers that misbehave, may do at the addresses where providers post.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startStage } from './stage.ts';
import type { Target } from './targets.ts';

const stage = await startStage(['ark', 'vidu']);
const { upstreams } = stage;
const { core } = upstreams;
const [ark, vidu] = ['ark', 'vidu'].map((id) => stage.targets.find((one) => one.id === id) as Target);
const emulator = stage.emulator('ark');

/** Longer than any test. */
const RUN_MS = 600_000;
/** Keeps the emulator's own posts out of the counts. */
const SILENT = { on: 'callback', kind: 'drop', times: 'always' } as const;

beforeEach(() => {
  for (const { id } of stage.targets) {
    stage.emulator(id).clearFaults();
    stage.emulator(id).addFault(SILENT);
    stage.emulator(id).set({ queueMs: 20, runMs: RUN_MS });
  }
});

const open: string[] = [];
afterEach(async () => {
  await endJobs();
  for (const id of open.splice(0)) await upstreams.end(id);
});

/** Ends every job and makes the next look due now. */
async function endJobs(): Promise<void> {
  for (const { id } of stage.targets) stage.emulator(id).advance(RUN_MS);
  await core.pool.query('update attempts set look_at = now() where ended_at is null');
}

/** A task that its provider works on, and the address that the provider has for it. */
async function begin(target = ark) {
  const taskId = await upstreams.begin(target.model, target.input);
  open.push(taskId);
  await expect.poll(() => upstreams.eventsOf(taskId)).toContain('attempt.accepted');
  return { taskId, path: core.hooks.pathFor({ taskId, epoch: 1, provider: target.id }) };
}

async function post(path: string, body: RequestInit['body'] = '{}', init: RequestInit = {}) {
  const response = await fetch(`${upstreams.url}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
    ...init,
  });
  return { status: response.status, text: await response.text() };
}

const polls = () => emulator.requestCounts().poll + emulator.requestCounts().list;

describe('an address for posts', () => {
  it('with any other code belongs to no attempt, and causes no look', async () => {
    const { path, taskId } = await begin();
    const code = path.slice(-32);
    const stem = path.slice(0, -32);
    const flipped = [...code].map((digit, at) => {
      const other = (Number.parseInt(digit, 16) ^ 1).toString(16);
      return `${stem}${code.slice(0, at)}${other}${code.slice(at + 1)}`;
    });
    const other = core.hooks.pathFor({ taskId, epoch: 2, provider: 'ark' });
    const forged = [
      ...flipped,
      `${stem}${code.toUpperCase() === code ? `${code}a` : code.toUpperCase()}`,
      `${path}0`,
      `${stem}${code.slice(1)}`,
      stem,
      `${stem}${randomBytes(16).toString('hex')}`,
      `${path.slice(0, -34)}2-${code}`,
      `${path.slice(0, -34)}01-${code}`,
      other,
      path.replace('/hooks/ark/', '/hooks/vidu/'),
      path.replace('/hooks/ark/', '/hooks/nobody/'),
      core.hooks.pathFor({ taskId, epoch: 1, provider: 'vidu' }),
      path.replace(taskId.replaceAll('-', ''), '0'.repeat(32)),
      '/hooks/ark/',
      '/hooks/ark/x',
      `/hooks/ark/${'9'.repeat(250)}`,
    ];
    const before = polls();
    for (const one of forged) expect([one, (await post(one)).status]).toEqual([one, 404]);
    expect((await post(path)).status).toBe(200);
    await expect.poll(() => polls()).toBeGreaterThan(before);
  });

  it('refuses a post with a wrong code before its body is read', async () => {
    const { path } = await begin();
    const forged = `${path.slice(0, -1)}${path.endsWith('0') ? '1' : '0'}`;
    let sent = 0;
    const endless = new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        controller.enqueue(new Uint8Array(1024));
        sent++;
      },
    });
    const answer = await post(forged, endless, { duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(404);
    expect(sent).toBeLessThan(200);
  });

  it('accepts 2 MiB and not a byte more, whatever the content type', async () => {
    const { path } = await begin();
    const limit = 2 * 1024 * 1024;
    expect((await post(path, Buffer.alloc(limit, ' '))).status).toBe(200);
    expect(await post(path, Buffer.alloc(limit + 1, ' '))).toMatchObject({
      status: 422,
      text: expect.stringContaining('body_unreadable'),
    });
    for (const type of [
      'text/plain',
      'multipart/form-data',
      'application/xml',
      'x/y; charset=nonsense',
      '',
    ]) {
      const answer = await post(path, '<xml>', { headers: type === '' ? {} : { 'content-type': type } });
      expect([type, answer.status]).toEqual([type, 200]);
    }
    for (const body of [
      '',
      '{',
      '[[[[',
      '"',
      'null',
      '{"id":7}',
      `{"id":"${'x'.repeat(1000)}"}`,
      '{"id":"\\u0000"}',
    ]) {
      expect([body.slice(0, 20), (await post(path, body)).status]).toEqual([body.slice(0, 20), 200]);
    }
    expect((await post(path, '['.repeat(100_000))).status).toBe(200);
  });

  it('accepts only one method', async () => {
    const { path } = await begin();
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status } = await fetch(`${upstreams.url}${path}`, { method });
      expect([method, status]).toEqual([method, 404]);
    }
  });

  it('is shown to the provider and to nobody else', async () => {
    const { taskId, path } = await begin();
    await post(path);
    const code = path.slice(-32);
    const texts = [
      JSON.stringify(await upstreams.read(taskId)),
      (await stage.call(`/api/v1/client/job/TaskInfo?task_id=${taskId}`)).text,
      (await stage.call('/metrics')).text,
      (await stage.call('/api/v1/operator/credentials')).text,
      (await stage.call('/openapi.json')).text,
    ];
    for (const text of texts) expect(text.includes(code) || /hooks\/\w+\/[0-9a-f]/.test(text)).toBe(false);
    expect(stage.lines('request.answered').some(({ route }) => route === '/hooks/:provider/:token')).toBe(
      true,
    );
  });
});

describe('a post', () => {
  it('of a false end changes nothing, however often it comes', async () => {
    const { taskId, path } = await begin();
    const lie = JSON.stringify({
      id: 'cgt-somebody-elses',
      status: 'succeeded',
      content: { video_url: 'x' },
    });
    for (let count = 0; count < 10; count++) expect((await post(path, lie)).status).toBe(200);
    const { rows } = await core.pool.query('select state, reference from attempts where task_id = $1', [
      taskId,
    ]);
    expect(rows).toEqual([{ state: 'accepted', reference: { id: expect.not.stringContaining('somebody') } }]);
    expect(await upstreams.read(taskId)).toMatchObject({ status: 'running', result: null });
    await endJobs();
    expect((await upstreams.end(taskId)).status).toBe('success');
    const after = polls();
    expect((await post(path, lie)).status).toBe(200);
    expect(await upstreams.read(taskId)).toMatchObject({ status: 'success' });
    expect(polls()).toBe(after);
  });

  it('in a flood causes at most two looks a second', async () => {
    const { path } = await begin();
    const before = polls();
    const beganMs = performance.now();
    const statuses = new Set<number>();
    for (let at = 0; at < 2_000; at += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => post(path)));
      for (const { status } of answers) statuses.add(status);
    }
    const seconds = (performance.now() - beganMs) / 1000;
    expect(statuses).toEqual(new Set([200]));
    expect(polls() - before).toBeGreaterThan(0);
    expect(polls() - before).toBeLessThan(2 * seconds + 3);
  });

  it('without its provider’s signature causes no look', async () => {
    const { path, taskId } = await begin(vidu);
    const looks = () =>
      stage.emulator('vidu').requestCounts().poll + stage.emulator('vidu').requestCounts().list;
    await expect.poll(looks).toBeGreaterThan(0);
    const headers = {
      date: new Date().toUTCString(),
      'x-hmac-algorithm': 'hmac-sha256',
      'x-hmac-access-key': 'vidu',
      'x-hmac-signed-headers': 'x-request-nonce',
      'x-request-nonce': '1',
      'x-hmac-signature': randomBytes(32).toString('base64'),
    };
    const before = looks();
    expect((await post(path, '{"id":"1"}', { headers })).status).toBe(401);
    expect((await post(path, '{"id":"1"}')).status).toBe(401);
    expect(looks() - before).toBeLessThanOrEqual(1);
    expect(stage.lines('hook.refused', taskId)).toHaveLength(2);
  });

  it('about a lost start adopts the provider’s reference, and only if the start was lost', async () => {
    emulator.clearFaults();
    emulator.addFault(SILENT);
    emulator.addFault({ on: 'start', kind: 'close_after' });
    emulator.addFault({ on: 'list', kind: 'status', status: 503, times: 'always' });
    const taskId = await upstreams.begin(ark.model, ark.input);
    open.push(taskId);
    await expect.poll(() => upstreams.eventsOf(taskId)).toContain('attempt.unknown');
    const path = core.hooks.pathFor({ taskId, epoch: 1, provider: 'ark' });
    const id = emulator.accepted().at(-1)?.jobId;
    expect((await post(path, JSON.stringify({ id, status: 'running' }))).status).toBe(200);
    expect((await post(path, JSON.stringify({ id: 'cgt-another', status: 'running' }))).status).toBe(200);
    const { rows } = await core.pool.query('select state, reference from attempts where task_id = $1', [
      taskId,
    ]);
    expect(rows).toEqual([{ state: 'accepted', reference: { id } }]);
  });
});
