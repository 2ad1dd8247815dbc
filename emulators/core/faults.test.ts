import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { RunningEmulator } from './emulator.ts';
import { type Fault, readFault } from './faults.ts';
import { call, get, openEmulator, type TestAnswer } from './testing.ts';
import { plainApi } from './testing-api.ts';

function start(emulator: RunningEmulator, prompt = 'a boat', timeoutMs?: number): Promise<TestAnswer> {
  return call(emulator, 'POST', '/jobs', { json: { prompt }, timeoutMs });
}

async function startDone(emulator: RunningEmulator): Promise<string> {
  const id = String((await start(emulator)).json.id);
  emulator.advance(2_000);
  return id;
}

async function openWith(...faults: Fault[]): Promise<RunningEmulator> {
  const emulator = await openEmulator(plainApi);
  for (const fault of faults) emulator.addFault(fault);
  return emulator;
}

/** What is in use, without what is only not collected yet; its buffers are released a little later. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Reads so many bytes and holds the answer there; returns the first piece. */
async function readPart({ body }: Response, bytes: number): Promise<Uint8Array> {
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const { value: first = new Uint8Array() } = await reader.read();
  for (let left = bytes - first.length; left > 0; left -= (await reader.read()).value?.length ?? left);
  return first;
}

describe('faults of an exchange', () => {
  it.each<[string, Fault, number]>([
    ['close_before', { on: 'start', kind: 'close_before' }, 0],
    ['hang_before', { on: 'start', kind: 'hang_before' }, 0],
    ['close_after', { on: 'start', kind: 'close_after' }, 1],
    ['hang_after', { on: 'start', kind: 'hang_after' }, 1],
    ['half', { on: 'start', kind: 'half' }, 1],
  ])('%s leaves the caller without a whole answer', async (_name, fault, accepted) => {
    const emulator = await openWith(fault);
    await expect(start(emulator, 'a boat', 500)).rejects.toThrow();
    await expect.poll(() => emulator.accepted()).toHaveLength(accepted);
    expect((await start(emulator)).status).toBe(200);
  });

  it.each<[string, Fault, { status: number; text: RegExp; accepted: number }]>([
    [
      'status before acting',
      { on: 'start', kind: 'status', status: 502 },
      { status: 502, text: /^<html>/, accepted: 0 },
    ],
    [
      'status after acting',
      { on: 'start', kind: 'status', status: 504, body: 'late', after: true },
      { status: 504, text: /^late$/, accepted: 1 },
    ],
    ['html', { on: 'start', kind: 'html' }, { status: 200, text: /^<html>/, accepted: 1 }],
    [
      'body',
      { on: 'start', kind: 'body', status: 403, json: { error: 'overdue' } },
      { status: 403, text: /^{"error":"overdue"}$/, accepted: 0 },
    ],
    [
      'deep_json',
      { on: 'start', kind: 'deep_json', depth: 9 },
      { status: 200, text: /^\[{9}\]{9}$/, accepted: 1 },
    ],
    [
      'huge_json',
      { on: 'start', kind: 'huge_json', bytes: 70_000 },
      { status: 200, text: /^\{"padding":"a{35000}a{35000}"\}$/, accepted: 1 },
    ],
  ])('%s answers something else', async (_name, fault, expected) => {
    const emulator = await openWith(fault);
    const { status, text } = await start(emulator);
    expect(status).toBe(expected.status);
    expect(text).toMatch(expected.text);
    expect(emulator.accepted()).toHaveLength(expected.accepted);
  });

  it('carries headers, such as Retry-After', async () => {
    const emulator = await openWith({
      on: 'any',
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '7' },
    });
    const { status, headers } = await call(emulator, 'GET', '/jobs');
    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('slow acts at once and answers later', async () => {
    const emulator = await openWith({ on: 'start', kind: 'slow', ms: 150 });
    const begunMs = performance.now();
    expect((await start(emulator)).status).toBe(200);
    expect(performance.now() - begunMs).toBeGreaterThan(140);
  });

  it('huge_json costs the emulator no memory, however large', async () => {
    const emulator = await openWith({ on: 'poll', kind: 'huge_json', bytes: 20e9 });
    const before = bytesInUse();
    const end = new AbortController();
    const response = await fetch(`${emulator.fields.base_url}/jobs/x`, {
      headers: { authorization: `Bearer ${emulator.fields.api_key}` },
      signal: end.signal,
    });
    await readPart(response, 200e6);
    await expect.poll(() => bytesInUse() - before).toBeLessThan(20e6);
    end.abort();
  });
});

describe('faults of a job', () => {
  it('never leaves it running forever', async () => {
    const emulator = await openWith({ on: 'start', kind: 'never' });
    const id = await startDone(emulator);
    emulator.advance(40 * 3_600_000);
    expect((await call(emulator, 'GET', `/jobs/${id}`)).json.status).toBe('working');
  });

  it('fail ends it with the given error, also when the answer to its start is lost', async () => {
    const error = { code: 'OutputRefused' };
    const emulator = await openWith(
      { on: 'start', kind: 'close_after' },
      { on: 'start', kind: 'fail', json: error },
    );
    await expect(start(emulator)).rejects.toThrow();
    emulator.advance(2_000);
    const [{ jobId }] = emulator.accepted();
    expect((await call(emulator, 'GET', `/jobs/${jobId}`)).json).toMatchObject({ status: 'broken', error });
  });

  it('state shows any word, once; an earlier word shows the job as it was then', async () => {
    const emulator = await openWith(
      { on: 'poll', kind: 'state', state: 'PAUSED' },
      { on: 'poll', kind: 'state', state: 'waiting' },
    );
    const id = await startDone(emulator);
    const answers = [];
    for (let turn = 0; turn < 3; turn += 1) answers.push((await call(emulator, 'GET', `/jobs/${id}`)).json);
    expect(answers.map(({ status }) => status)).toEqual(['PAUSED', 'waiting', 'done']);
    expect(answers.map(({ video }) => video !== null)).toEqual([false, false, true]);
  });

  it('not_found denies an existing job', async () => {
    const emulator = await openWith({ on: 'poll', kind: 'not_found', times: 2 });
    const id = await startDone(emulator);
    const statuses = [];
    for (let turn = 0; turn < 3; turn += 1)
      statuses.push((await call(emulator, 'GET', `/jobs/${id}`)).status);
    expect(statuses).toEqual([404, 404, 200]);
  });

  it('result_url gives the result another address, permanently or for one answer', async () => {
    const emulator = await openWith(
      { on: 'start', kind: 'result_url', url: 'http://10.0.0.1/a.mp4' },
      { on: 'poll', kind: 'result_url', url: 'http://10.0.0.2/b.mp4' },
    );
    const id = await startDone(emulator);
    const video = async () => (await call(emulator, 'GET', `/jobs/${id}`)).json.video;
    expect([await video(), await video()]).toEqual(['http://10.0.0.2/b.mp4', 'http://10.0.0.1/a.mp4']);
  });
});

describe('the queue of faults', () => {
  it('is taken in order: a fault that skips requests comes before the next one', async () => {
    const emulator = await openWith(
      { on: 'start', kind: 'status', status: 500, skip: 1, times: 2 },
      { on: 'start', kind: 'status', status: 503 },
    );
    const statuses = [];
    for (let turn = 0; turn < 5; turn += 1) statuses.push((await start(emulator)).status);
    expect(statuses).toEqual([200, 500, 500, 503, 200]);
  });

  it('keeps a permanent fault until it is cleared', async () => {
    const emulator = await openWith({ on: 'start', kind: 'status', status: 500, times: 'always' });
    expect([(await start(emulator)).status, (await start(emulator)).status]).toEqual([500, 500]);
    emulator.clearFaults();
    expect((await start(emulator)).status).toBe(200);
  });

  it('applies a fault only to the action, path or body that it names', async () => {
    const emulator = await openWith(
      { on: 'list', kind: 'status', status: 500 },
      { on: 'start', kind: 'status', status: 503, where: 'a storm' },
    );
    expect((await start(emulator)).status).toBe(200);
    expect((await start(emulator, 'a storm')).status).toBe(503);
    expect((await call(emulator, 'GET', '/jobs')).status).toBe(500);
  });

  it.each([
    [{ on: 'start', kind: 'explode' }, /"kind" is one of/],
    [{ on: 'poll', kind: 'never' }, /"on" of the fault never is one of start$/],
    [{ on: 'start', kind: 'status' }, /"status" of the fault status is: number/],
    [{ on: 'start', kind: 'html', times: 0 }, /"times" is at least 1/],
    [{ on: 'start', kind: 'html', skip: -1 }, /"skip" is a whole number/],
    [{ on: 'start', kind: 'html', after: true }, /has no "after"/],
    ['html', /A fault is an object/],
  ])('refuses %j', (fault, message) => {
    expect(() => readFault(fault)).toThrow(message);
  });
});

describe('faults of a download', () => {
  async function openDownload(fault: Fault) {
    const emulator = await openWith(fault);
    const id = await startDone(emulator);
    const { video } = (await call(emulator, 'GET', `/jobs/${id}`)).json;
    return { emulator, url: String(video) };
  }

  it('redirect leads elsewhere', async () => {
    const { url } = await openDownload({ on: 'download', kind: 'redirect', to: 'http://10.0.0.1/x.mp4' });
    const { status, headers } = await get(url, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([302, 'http://10.0.0.1/x.mp4']);
  });

  it('wrong_type returns a page instead of a video', async () => {
    const { url } = await openDownload({ on: 'download', kind: 'wrong_type' });
    const { status, headers, text } = await get(url);
    expect([status, headers.get('content-type'), text.slice(0, 6)]).toEqual([200, 'text/html', '<html>']);
  });

  it('short ends before the announced length', async () => {
    const { url } = await openDownload({ on: 'download', kind: 'short' });
    await expect(get(url)).rejects.toThrow();
    expect((await get(url)).status).toBe(200);
  });

  it('slow trickles: the head arrives long before the end', async () => {
    const { url } = await openDownload({ on: 'download', kind: 'slow', ms: 400 });
    const begunMs = performance.now();
    const response = await fetch(url);
    const headMs = performance.now() - begunMs;
    await response.arrayBuffer();
    expect(performance.now() - begunMs - headMs).toBeGreaterThan(200);
  });

  it('huge announces 20 GB, begins like a video, and costs no memory', async () => {
    const { url } = await openDownload({ on: 'download', kind: 'huge', bytes: 20e9 });
    const before = bytesInUse();
    const end = new AbortController();
    const response = await fetch(url, { signal: end.signal });
    expect(response.headers.get('content-length')).toBe('20000000000');
    const head = await readPart(response, 200e6);
    expect(Buffer.from(head.subarray(4, 8)).toString('latin1')).toBe('ftyp');
    await expect.poll(() => bytesInUse() - before).toBeLessThan(20e6);
    end.abort();
  });

  it('huge can hide its length', async () => {
    const { url } = await openDownload({ on: 'download', kind: 'huge', bytes: 300_000, chunked: true });
    const response = await fetch(url);
    expect(response.headers.get('content-length')).toBeNull();
    expect((await response.arrayBuffer()).byteLength).toBe(300_000);
  });
});
