import { describe, expect, it } from 'vitest';
import type { EmulatedApi } from './api.ts';
import type { RunningEmulator } from './emulator.ts';
import type { Fault } from './faults.ts';
import { call, openEmulator, openReceiver, type Receiver, until } from './testing.ts';
import { plainApi } from './testing-api.ts';

async function startWithCallback(emulator: RunningEmulator, callback: string): Promise<string> {
  const { json } = await call(emulator, 'POST', '/jobs', { json: { prompt: 'a boat', callback } });
  return String(json.id);
}

async function openPair(...faults: Fault[]): Promise<{ emulator: RunningEmulator; receiver: Receiver }> {
  const emulator = await openEmulator(plainApi);
  for (const fault of faults) emulator.addFault(fault);
  return { emulator, receiver: await openReceiver() };
}

const words = ({ posts }: Receiver) => posts.map(({ json }) => json.status);

describe('callbacks', () => {
  it('report each change once, in order and signed, without a poll', async () => {
    const { emulator, receiver } = await openPair();
    const id = await startWithCallback(emulator, receiver.url);
    emulator.advance(10_000);
    await until(() => receiver.posts.length === 3);
    expect(words(receiver)).toEqual(['waiting', 'working', 'done']);
    expect(receiver.posts[2].json).toMatchObject({ id, video: expect.stringMatching(/\.mp4/) });
    expect(receiver.posts[2].headers['x-signature']).toBe('good');
  });

  it('are kept with the time of the change that they report', async () => {
    const { emulator, receiver } = await openPair();
    const startMs = emulator.clock.now();
    await startWithCallback(emulator, receiver.url);
    emulator.advance(10_000);
    await until(() => emulator.deliveries().length === 3);
    expect(emulator.deliveries().map(({ changedAt }) => changedAt - startMs)).toEqual([0, 300, 1_800]);
  });

  it('come in real time as well', async () => {
    const emulator = await openEmulator(plainApi, { manualClock: false, settings: { queueMs: 5, runMs: 5 } });
    const receiver = await openReceiver();
    await startWithCallback(emulator, receiver.url);
    await until(() => receiver.posts.length === 3);
  });

  it('do not report states that the provider does not report', async () => {
    const { emulator, receiver } = await openPair();
    const id = await startWithCallback(emulator, receiver.url);
    await until(() => receiver.posts.length === 1);
    await call(emulator, 'DELETE', `/jobs/${id}`);
    emulator.advance(10_000);
    await startWithCallback(emulator, receiver.url);
    await until(() => receiver.posts.length === 2);
    expect(words(receiver)).toEqual(['waiting', 'waiting']);
  });

  it('are retried as often as the provider promises, after its pause', async () => {
    const { emulator, receiver } = await openPair();
    receiver.statuses = [200, 200, 500, 503, 500];
    await startWithCallback(emulator, receiver.url);
    emulator.advance(1_800);
    for (const tries of [3, 4, 5]) {
      await until(() => emulator.deliveries().length === tries);
      emulator.advance(999);
      expect(receiver.posts).toHaveLength(tries);
      emulator.advance(1);
    }
    emulator.advance(60_000);
    const tries = emulator.deliveries().map(({ state, attempt, status }) => [state, attempt, status]);
    expect(tries.slice(2)).toEqual([
      ['done', 1, 500],
      ['done', 2, 503],
      ['done', 3, 500],
    ]);
    expect(receiver.posts).toHaveLength(5);
  });

  it('are retried when no answer comes within the provider’s time', async () => {
    const impatient: EmulatedApi = {
      ...plainApi,
      serve: (tools) => {
        const served = plainApi.serve(tools);
        return {
          ...served,
          callbacks: served.callbacks && { ...served.callbacks, timeoutMs: 500, pauseMs: 0 },
        };
      },
    };
    const emulator = await openEmulator(impatient, {
      manualClock: false,
      settings: { queueMs: 0, runMs: 0 },
    });
    const receiver = await openReceiver();
    receiver.statuses = [200, 200, 0];
    await startWithCallback(emulator, receiver.url);
    await until(() => emulator.deliveries().length === 4);
    expect(emulator.deliveries().map(({ status }) => status)).toEqual([200, 200, null, 200]);
  });

  it('never leave this machine', async () => {
    const { emulator } = await openPair();
    await startWithCallback(emulator, 'http://198.51.100.7/hook');
    await startWithCallback(emulator, 'https://127.0.0.1:1/hook');
    await startWithCallback(emulator, 'not an address');
    await until(() => emulator.deliveries().length === 3);
    expect(emulator.deliveries().map(({ status }) => status)).toEqual([null, null, null]);
  });

  it('are lost, doubled, late and out of order on demand', async () => {
    const { emulator, receiver } = await openPair(
      { on: 'callback', kind: 'drop' },
      { on: 'callback', kind: 'double' },
      { on: 'callback', kind: 'late', ms: 5_000 },
    );
    await startWithCallback(emulator, receiver.url);
    emulator.advance(300 + 1_500);
    await until(() => receiver.posts.length === 2);
    expect(words(receiver)).toEqual(['working', 'working']);
    emulator.advance(4_999);
    expect(receiver.posts).toHaveLength(2);
    emulator.advance(1);
    await until(() => receiver.posts.length === 3);
    expect(words(receiver)).toEqual(['working', 'working', 'done']);
  });

  it('change places on demand', async () => {
    const { emulator, receiver } = await openPair({ on: 'callback', kind: 'reorder' });
    await startWithCallback(emulator, receiver.url);
    emulator.advance(10_000);
    await until(() => receiver.posts.length === 3);
    expect(words(receiver)).toEqual(['working', 'waiting', 'done']);
  });

  it('can be forged: a false success with a broken signature replaces the true report', async () => {
    const { emulator, receiver } = await openPair({ on: 'callback', kind: 'forge' });
    const id = await startWithCallback(emulator, receiver.url);
    await until(() => receiver.posts.length === 1);
    const [{ json, headers }] = receiver.posts;
    expect(json).toMatchObject({ id, status: 'done', video: 'https://results.attacker.example/video.mp4' });
    expect(headers['x-signature']).toBe('doog');
    expect((await call(emulator, 'GET', `/jobs/${id}`)).json.status).toBe('waiting');
  });
});
