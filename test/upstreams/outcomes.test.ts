// The outcome of a live task when its provider refuses, fails, is silent, lies, or is late. Each case uses
// faults that the emulator is given as data; its own log says how many jobs it really accepted.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../emulators/core/faults.ts';
import type { Task } from '../stage/api.ts';
import { startUpstreams } from '../stage/upstreams.ts';

const MODEL = 'operator/short-t2v';
const INPUT = { prompt: 'a cat', resolution: '480p', duration: 5 };

/** The Seedance model under another name, with a time limit of three seconds. */
function writeModels(): string {
  const shipped = new URL('../../server/src/catalog/models/bytedance.json', import.meta.url);
  const { models } = JSON.parse(readFileSync(shipped, 'utf8'));
  const seedance = models.find(({ model }: { model: string }) => model === 'bytedance/seedance1-0-pro-t2v');
  const offers = seedance.offers.filter(({ provider }: { provider: string }) => provider === 'ark');
  const file = join(mkdtempSync(join(tmpdir(), 'reelay-models-')), 'models.json');
  const short = { ...seedance, model: MODEL, deadline_minutes: 0.05, offers };
  writeFileSync(file, JSON.stringify({ models: [short] }));
  return file;
}

const upstreams = await startUpstreams({
  emulators: { ark: {} },
  environment: { REELAY_MODELS: writeModels(), REELAY_UNKNOWN_MINUTES_MAX: '0.1' },
});
const { core } = upstreams;
const ark = upstreams.emulators.get('ark');
if (!ark) throw new Error('no emulator');
const SEEDANCE = 'bytedance/seedance1-0-pro-t2v';

function fault(...faults: Fault[]): void {
  for (const one of faults) ark?.addFault(one);
}

async function run(input = INPUT, model = SEEDANCE): Promise<{ id: string; task: Task; accepted: number }> {
  const before = ark?.accepted().length ?? 0;
  const id = await upstreams.begin(model, input);
  const task = await upstreams.end(id);
  return { id, task, accepted: (ark?.accepted().length ?? 0) - before };
}

async function reviveAccounts(): Promise<void> {
  for (const { id } of await core.credentials.list()) await core.credentials.test(id);
}

beforeEach(() => {
  ark.clearFaults();
  ark.set({ queueMs: 20, runMs: 50 });
});

describe('a start', () => {
  it('that the provider refuses for the input ends the task with its words, and nothing is charged', async () => {
    const json = {
      error: { code: 'InputTextSensitiveContentDetected', message: 'The text is not allowed. Request id: 7' },
    };
    fault({ on: 'start', kind: 'body', status: 400, json });
    const { task, accepted } = await run();
    expect(task).toMatchObject({
      status: 'failed',
      credits: 0,
      result: { code: 501, error: 'content_refused', message: 'The text is not allowed' },
    });
    expect(accepted).toBe(0);
    expect((await upstreams.balance()).held).toBe(0n);
  });

  it('that a full provider refuses waits and is tried again', async () => {
    fault({
      on: 'start',
      kind: 'body',
      status: 429,
      json: { error: { code: 'ServerOverloaded', message: 'later' } },
    });
    const { id, task, accepted } = await run();
    expect(task.status).toBe('success');
    expect(accepted).toBe(1);
    expect(await upstreams.eventsOf(id)).toEqual(['attempt.rejected', 'attempt.accepted', 'task.succeeded']);
    await reviveAccounts();
  });

  it.each<[string, Fault]>([
    ['is cut after the job was accepted', { on: 'start', kind: 'close_after' }],
    ['is half answered', { on: 'start', kind: 'half' }],
    ['is answered with HTML', { on: 'start', kind: 'html' }],
    [
      'is answered by a balancer’s 502 after the job was accepted',
      { on: 'start', kind: 'status', status: 502, after: true },
    ],
  ])('that %s is found again and never sent twice', async (_what, trouble) => {
    fault(trouble);
    const { id, task, accepted } = await run();
    expect(accepted).toBe(1);
    expect(task).toMatchObject({ status: 'success', provider: 'ark' });
    expect((await upstreams.eventsOf(id))[0]).toBe('attempt.unknown');
  });

  it('that cannot be found is given up after a while, at no charge', async () => {
    fault({ on: 'start', kind: 'status', status: 502 });
    const { task, accepted } = await run();
    expect(accepted).toBe(0);
    expect(task).toMatchObject({
      status: 'failed',
      credits: 0,
      result: { error: 'outcome_unknown', code: 501 },
    });
    expect((await upstreams.balance()).held).toBe(0n);
  });

  it('that is refused for a bad key ends in 455, and further creates are refused until the account works', async () => {
    fault({
      on: 'start',
      kind: 'body',
      status: 401,
      json: { error: { code: 'AuthenticationError', message: 'bad' } },
    });
    const { task } = await run();
    expect(task).toMatchObject({
      status: 'failed',
      credits: 0,
      result: { error: 'provider_unavailable', code: 455 },
    });
    expect(await upstreams.create(SEEDANCE, INPUT)).toMatchObject({
      status: 455,
      body: { error: 'provider_unavailable' },
    });
    await reviveAccounts();
    expect((await run()).task.status).toBe('success');
  });
});

describe('a task that was accepted', () => {
  it('and failed at the provider is not charged', async () => {
    fault({
      on: 'start',
      kind: 'fail',
      json: { code: 'OutputVideoSensitiveContentDetected', message: 'Not shown' },
    });
    const { task } = await run();
    expect(task).toMatchObject({ status: 'failed', credits: 0, result: { error: 'content_refused' } });
  });

  it.each<[string, Fault]>([
    ['503', { on: 'any', kind: 'status', status: 503, times: 2 }],
    ['HTML', { on: 'poll', kind: 'html', times: 2 }],
    ['an unknown state', { on: 'poll', kind: 'state', state: 'dreaming', times: 2 }],
    ['"no such job" at first', { on: 'poll', kind: 'not_found', times: 2 }],
    ['1 GB of JSON', { on: 'poll', kind: 'huge_json', bytes: 1_000_000_000 }],
  ])('is looked at again when a look is answered with %s', async (_what, trouble) => {
    fault({ ...trouble, ...(trouble.on === 'any' ? { skip: 1 } : {}) } as Fault);
    const { task, accepted } = await run();
    expect(task.status).toBe('success');
    expect(accepted).toBe(1);
  });

  it.each<[string, Fault, RegExp]>([
    [
      'lies on a private address',
      { on: 'start', kind: 'result_url', url: 'http://10.0.0.7/video.mp4' },
      /refused/,
    ],
    ['is 20 GB', { on: 'download', kind: 'huge', bytes: 20_000_000_000 }, /larger than/],
  ])('and whose result %s fails with the reason, and is not charged', async (_what, trouble, reason) => {
    fault(trouble);
    const { task } = await run();
    expect(task).toMatchObject({ status: 'failed', credits: 0, result: { error: 'generation_failed' } });
    expect(task.result?.message).toMatch(reason);
  });

  it('has its result fetched again when the first time breaks off', async () => {
    fault({ on: 'download', kind: 'short' });
    const { task } = await run();
    expect(task.status).toBe('success');
  });

  it('is stopped at the provider when it is cancelled in the provider’s queue', async () => {
    ark.set({ queueMs: 60_000 });
    const id = await upstreams.begin(SEEDANCE, INPUT);
    await expect.poll(() => upstreams.eventsOf(id)).toContain('attempt.accepted');
    expect((await upstreams.cancel(id)).status).toBe(200);
    const task = await upstreams.end(id);
    expect(task).toMatchObject({ status: 'failed', credits: 0, result: { error: 'task_cancelled' } });
    expect(ark.jobCounts().cancelled).toBe(1);
  });

  it('continues and is charged when it is cancelled too late for the provider', async () => {
    ark.set({ runMs: 3_000 });
    const id = await upstreams.begin(SEEDANCE, INPUT);
    await expect.poll(() => ark.jobCounts().running).toBe(1);
    await upstreams.cancel(id);
    const task = await upstreams.end(id);
    expect(task).toMatchObject({ status: 'success' });
    expect(await upstreams.eventsOf(id)).toContain('task.cancel_refused');
  });

  it('that expires gets its credits back; a late result is delivered free and booked as a loss', async () => {
    ark.set({ queueMs: 0, runMs: 15_000 });
    const before = await upstreams.balance();
    const id = await upstreams.begin(MODEL, INPUT);
    const task = await upstreams.end(id);
    expect(task).toMatchObject({
      status: 'failed',
      credits: 0,
      result: { error: 'task_expired', media_urls: [] },
    });
    expect((await upstreams.balance()).posted).toBe(before.posted);
    await expect.poll(() => upstreams.eventsOf(id)).toContain('task.late_result');
    const late = await upstreams.read(id);
    expect(late).toMatchObject({ status: 'failed', credits: 0, result: { error: 'task_expired' } });
    expect(late.result?.media_urls).toHaveLength(1);
    expect(await upstreams.balance()).toEqual(before);
    const { rows } = await core.pool.query('select kind, amount from transfers where task_id = $1', [id]);
    expect(rows).toEqual([{ kind: 'loss', amount: -24_300_000n }]);
    await expect
      .poll(() => upstreams.callbacks.filter(({ task: posted }) => posted.task_id === id).length)
      .toBe(2);
    const ids = upstreams.callbacks
      .filter(({ task: posted }) => posted.task_id === id)
      .map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(2);
  });
});
