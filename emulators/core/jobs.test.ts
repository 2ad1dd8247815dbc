import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi } from './api.ts';
import type { RunningEmulator } from './emulator.ts';
import type { ApiRequest } from './exchange.ts';
import { call, openEmulator } from './testing.ts';
import { plainApi } from './testing-api.ts';

async function start(emulator: RunningEmulator, more = {}): Promise<string> {
  const { json } = await call(emulator, 'POST', '/jobs', { json: { prompt: 'a boat', ...more } });
  return String(json.id);
}

async function statusOf(emulator: RunningEmulator, id: string) {
  return (await call(emulator, 'GET', `/jobs/${id}`)).json.status;
}

describe('a job', () => {
  it('waits, runs and succeeds by the clock of the emulator', async () => {
    const emulator = await openEmulator(plainApi);
    const id = await start(emulator);
    const seen = [await statusOf(emulator, id)];
    for (const ms of [299, 1, 1_499, 1]) {
      emulator.advance(ms);
      seen.push(await statusOf(emulator, id));
    }
    expect(seen).toEqual(['waiting', 'waiting', 'working', 'working', 'done']);
  });

  it('takes its times from the settings, down to none at all', async () => {
    const emulator = await openEmulator(plainApi, { settings: { queueMs: 0, runMs: 0 } });
    expect(await statusOf(emulator, await start(emulator))).toBe('done');
  });

  it('can be stopped while it waits, but not while it runs', async () => {
    const emulator = await openEmulator(plainApi);
    const [first, second] = [await start(emulator), await start(emulator)];
    expect((await call(emulator, 'DELETE', `/jobs/${first}`)).status).toBe(200);
    emulator.advance(300);
    expect((await call(emulator, 'DELETE', `/jobs/${second}`)).status).toBe(409);
    emulator.advance(HOUR_MS);
    expect([await statusOf(emulator, first), await statusOf(emulator, second)]).toEqual(['stopped', 'done']);
  });

  it('is forgotten after the provider’s hours', async () => {
    const emulator = await openEmulator(plainApi);
    const id = await start(emulator);
    emulator.advance(48 * HOUR_MS - 1);
    expect((await call(emulator, 'GET', `/jobs/${id}`)).status).toBe(200);
    emulator.advance(1);
    expect((await call(emulator, 'GET', `/jobs/${id}`)).status).toBe(404);
    expect((await call(emulator, 'GET', '/jobs')).text).toBe('[]');
  });

  it('has its own id even if chance repeats one', async () => {
    const picked: string[] = [];
    const api: EmulatedApi = {
      ...plainApi,
      serve(tools) {
        const jobs = tools.jobs();
        const served = plainApi.serve(tools);
        const [create, ...others] = served.routes;
        const answer = (request: ApiRequest) => {
          const ids = ['one', 'one', 'two'];
          const id = jobs.unusedId(() => ids.shift() ?? 'three');
          picked.push(jobs.add(request, { id, data: {}, model: 'plain-1' }).id);
          return {};
        };
        return { ...served, routes: [{ ...create, answer }, ...others] };
      },
    };
    const emulator = await openEmulator(api);
    for (let turn = 0; turn < 3; turn += 1) await call(emulator, 'POST', '/jobs');
    expect(picked).toEqual(['one', 'two', 'three']);
  });

  it('has the same id in another run with the same seed', async () => {
    const [one, other] = [await openEmulator(plainApi), await openEmulator(plainApi)];
    expect(await start(one)).toBe(await start(other));
  });
});

describe('quotas', () => {
  it('let only so many jobs run at once; the others wait in their order', async () => {
    const emulator = await openEmulator(plainApi, { settings: { concurrency: 1 } });
    const ids = [await start(emulator), await start(emulator), await start(emulator)];
    const all = () => Promise.all(ids.map((id) => statusOf(emulator, id)));
    emulator.advance(300);
    expect(await all()).toEqual(['working', 'waiting', 'waiting']);
    emulator.advance(1_500);
    expect(await all()).toEqual(['done', 'working', 'waiting']);
    emulator.set({ concurrency: 2 });
    expect(await all()).toEqual(['done', 'working', 'working']);
    emulator.advance(1_500);
    expect(await all()).toEqual(['done', 'done', 'done']);
  });

  it('give the place of a job that was stopped in the queue to one job only', async () => {
    const emulator = await openEmulator(plainApi, { settings: { concurrency: 1 } });
    const ids = [await start(emulator), await start(emulator), await start(emulator)];
    emulator.advance(300);
    await call(emulator, 'DELETE', `/jobs/${ids[1]}`);
    emulator.advance(1_500);
    expect(emulator.jobCounts()).toMatchObject({ queued: 0, running: 1, succeeded: 1, cancelled: 1 });
  });

  it('refuse starts above the rate, and accept them again a minute later', async () => {
    const emulator = await openEmulator(plainApi, { settings: { startsPerMinute: 2 } });
    const tries = async () => (await call(emulator, 'POST', '/jobs', { json: { prompt: 'a boat' } })).status;
    expect([await tries(), await tries(), await tries()]).toEqual([200, 200, 429]);
    emulator.advance(MINUTE_MS);
    expect(await tries()).toBe(200);
    expect(emulator.accepted()).toHaveLength(3);
  });
});

describe('the log of accepted jobs', () => {
  it('holds a job whose answer was lost, on the disk as in memory', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'emulators-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const logFile = join(folder, 'plain.jsonl');
    const emulator = await openEmulator(plainApi, { logFile });
    emulator.addFault({ on: 'start', kind: 'close_after' });
    await expect(start(emulator, { name: 'task-7' })).rejects.toThrow();
    const body = JSON.stringify({ prompt: 'a boat', name: 'task-7' });
    const [entry] = emulator.accepted();
    expect(emulator.accepted()).toHaveLength(1);
    expect(entry).toEqual({
      at: emulator.clock.now(),
      provider: 'plain',
      jobId: expect.stringMatching(/^job-/),
      credential: '-key',
      token: 'task-7',
      model: 'plain-1',
      bodySha256: createHash('sha256').update(body).digest('hex'),
    });
    expect(readFileSync(logFile, 'utf8')).toBe(`${JSON.stringify(entry)}\n`);
  });

  it('names a job without another name by its callback address', async () => {
    const emulator = await openEmulator(plainApi);
    await start(emulator, { callback: 'http://127.0.0.1:1/hook/abc' });
    await start(emulator);
    expect(emulator.accepted().map(({ token }) => token)).toEqual(['http://127.0.0.1:1/hook/abc', null]);
  });

  it('has no line for a refused start', async () => {
    const emulator = await openEmulator(plainApi);
    await call(emulator, 'POST', '/jobs', { json: {} });
    await call(emulator, 'POST', '/jobs', {
      json: { prompt: 'a boat' },
      headers: { authorization: 'Bearer x' },
    });
    expect(emulator.accepted()).toEqual([]);
  });
});
