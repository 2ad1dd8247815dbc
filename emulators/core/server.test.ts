import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../server/src/lib/json.ts';
import { HOUR_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi } from './api.ts';
import type { RunningEmulator } from './emulator.ts';
import { startEmulator } from './server.ts';
import { call, get, openEmulator } from './testing.ts';
import { plainApi } from './testing-api.ts';

async function startDone(emulator: RunningEmulator): Promise<string> {
  const { json } = await call(emulator, 'POST', '/jobs', { json: { prompt: 'a boat' } });
  emulator.advance(2_000);
  return String((await call(emulator, 'GET', `/jobs/${json.id}`)).json.video);
}

describe('an emulator', () => {
  it('gives the fields that an adapter needs, and accepts only their key', async () => {
    const emulator = await openEmulator(plainApi);
    expect(emulator.fields).toEqual({ base_url: `${emulator.url}/v1`, api_key: 'plain-emulator-key' });
    expect((await call(emulator, 'GET', '/jobs')).status).toBe(200);
    const wrong = await call(emulator, 'GET', '/jobs', { headers: { authorization: 'Bearer other' } });
    expect([wrong.status, wrong.json]).toEqual([401, { error: 'bad key' }]);
  });

  it('can be given another key', async () => {
    const emulator = await openEmulator(plainApi, { fields: { api_key: 'second-account' } });
    expect((await call(emulator, 'GET', '/jobs')).status).toBe(200);
  });

  it('answers an unknown path in the provider’s words', async () => {
    const emulator = await openEmulator(plainApi);
    expect((await call(emulator, 'GET', '/nothing')).json).toEqual({ error: 'no such address' });
    expect((await call(emulator, 'PUT', '/jobs')).status).toBe(404);
  });

  it('says that a port is taken', async () => {
    const emulator = await openEmulator(plainApi);
    const port = Number(new URL(emulator.url).port);
    await expect(startEmulator(plainApi, { port })).rejects.toThrow(/EADDRINUSE/);
  });

  it('refuses a body above the provider’s limit', async () => {
    const emulator = await openEmulator({ ...plainApi, bodyBytesMax: 100 });
    const { status } = await call(emulator, 'POST', '/jobs', { json: { prompt: 'a'.repeat(200) } });
    expect(status).toBe(413);
    expect(emulator.accepted()).toEqual([]);
  });

  it('does not hide its own mistake: the answer is 500, and closing throws it', async () => {
    const broken: EmulatedApi = {
      ...plainApi,
      serve: (tools) => ({
        ...plainApi.serve(tools),
        authorize: () => {
          throw new Error('a bug');
        },
      }),
    };
    const emulator = await startEmulator(broken);
    expect((await get(`${emulator.url}/v1/jobs`)).status).toBe(500);
    await expect(emulator.close()).rejects.toThrow('a bug');
  });
});

describe('results', () => {
  it('are videos that play, in the proportions and seconds that were asked for', async () => {
    const emulator = await openEmulator(plainApi);
    const response = await fetch(await startDone(emulator));
    expect(response.headers.get('content-type')).toBe('video/mp4');
    const source = new BufferSource(await response.arrayBuffer());
    const input = new Input({ formats: ALL_FORMATS, source });
    const track = await input.getPrimaryVideoTrack();
    expect(await track?.getCodec()).toBe('avc');
    expect([await track?.getDisplayWidth(), await track?.getDisplayHeight()]).toEqual([96, 54]);
    expect(await input.computeDuration()).toBeCloseTo(2, 3);
    let packets = 0;
    if (track)
      for await (const packet of new EncodedPacketSink(track).packets())
        packets += packet.data.length ? 1 : 0;
    expect(packets).toBe(4);
  });

  it('are pictures that open, even if the API serves them itself', async () => {
    const emulator = await openEmulator(plainApi);
    const response = await fetch(`${emulator.fields.base_url}/jobs/x/content`, {
      headers: { authorization: `Bearer ${emulator.fields.api_key}` },
    });
    const { format, width, height } = await sharp(await response.arrayBuffer()).metadata();
    expect({ format, width, height }).toEqual({ format: 'png', width: 96, height: 54 });
    expect((await get(`${emulator.fields.base_url}/jobs/x/content`)).status).toBe(401);
  });

  it('have one address, which expires after the provider’s hours', async () => {
    const emulator = await openEmulator(plainApi);
    const url = await startDone(emulator);
    emulator.advance(24 * HOUR_MS - 201);
    expect((await get(url)).status).toBe(200);
    emulator.advance(1);
    const { status, text } = await get(url);
    expect(status).toBe(403);
    expect(text).toMatch(/<Code>AccessDenied<\/Code>/);
  });

  it('are not returned for a changed address', async () => {
    const emulator = await openEmulator(plainApi);
    const url = new URL(await startDone(emulator));
    url.searchParams.set('expires', '99999999999999');
    expect((await get(url.href)).text).toMatch(/<Code>SignatureDoesNotMatch<\/Code>/);
  });
});

describe('the control address', () => {
  const control = async (emulator: RunningEmulator, name: string, json?: Json) => {
    const [method, path] = name.split(' ');
    const init = { method, body: json === undefined ? undefined : JSON.stringify(json) };
    return get(`${emulator.url}/_control/${path}`, init);
  };

  it('shows what was accepted, and how many jobs are in each state', async () => {
    const emulator = await openEmulator(plainApi);
    await startDone(emulator);
    expect(JSON.parse((await control(emulator, 'GET accepted')).text)).toEqual(emulator.accepted());
    expect((await control(emulator, 'GET jobs')).json).toMatchObject({ succeeded: 1, running: 0 });
  });

  it('counts the requests of each kind, and not its own', async () => {
    const emulator = await openEmulator(plainApi);
    await startDone(emulator);
    await control(emulator, 'GET jobs');
    const before = (await control(emulator, 'GET requests')).json;
    expect(before).toMatchObject({ start: 1, cancel: 0, other: 0 });
    await call(emulator, 'GET', '/jobs/nothing');
    expect((await control(emulator, 'GET requests')).json).toEqual({
      ...before,
      poll: Number(before.poll) + 1,
    });
  });

  it('adds faults, one or many, and clears them', async () => {
    const emulator = await openEmulator(plainApi);
    const faults = [
      { on: 'any', kind: 'html' },
      { on: 'start', kind: 'never' },
    ];
    await control(emulator, 'POST faults', faults[0]);
    await control(emulator, 'POST faults', [faults[1]]);
    expect(emulator.faults()).toEqual(faults);
    await control(emulator, 'DELETE faults');
    expect(emulator.faults()).toEqual([]);
    const { status, json } = await control(emulator, 'POST faults', { on: 'start', kind: 'nothing' });
    expect([status, json.error]).toEqual([400, expect.stringMatching(/"kind" is one of/)]);
  });

  it('stops the clock and moves it ahead', async () => {
    const emulator = await openEmulator(plainApi, { manualClock: false });
    const { json } = await control(emulator, 'POST clock', { manual: true });
    const moved = await control(emulator, 'POST clock', { advanceMs: 5_000 });
    expect(moved.json).toEqual({ now: Number(json.now) + 5_000, manual: true });
    expect((await control(emulator, 'POST clock', { advanceMs: -1 })).status).toBe(400);
  });

  it('changes settings, all or none', async () => {
    const emulator = await openEmulator(plainApi);
    expect((await control(emulator, 'POST settings', { runMs: 7, credits: 3 })).json).toMatchObject({
      runMs: 7,
      credits: 3,
    });
    const wrongs: Json[] = [{ runMs: -1 }, { runMs: 9, credits: '3' }, { colour: 'red' }, [], null];
    for (const wrong of wrongs) {
      expect((await control(emulator, 'POST settings', wrong)).status).toBe(400);
    }
    expect(emulator.settings).toMatchObject({ runMs: 7, credits: 3 });
  });

  it('lists what exists when asked for something else', async () => {
    const emulator = await openEmulator(plainApi);
    const { status, json } = await control(emulator, 'GET nothing');
    expect([status, json.error]).toEqual([404, expect.stringMatching(/GET accepted/)]);
  });
});
