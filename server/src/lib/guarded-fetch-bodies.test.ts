import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuardedFetch } from './guarded-fetch.ts';
import { failureOf, useServers } from './testing-servers.ts';

const { serve, startFetch } = useServers();
const limits = { timeoutMs: 5_000, maxBytes: 1_000 };
let folder: string;
let guardedFetch: GuardedFetch;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guarded-fetch-'));
  guardedFetch = startFetch({ allowLoopback: true });
});

afterEach(() => rm(folder, { recursive: true }));

describe('an answer saved to a file', () => {
  it('lands there whole, under back pressure', async () => {
    const content = Buffer.alloc(3_000_000, 'reel');
    const base = await serve((_request, response) => response.end(content));
    const saveTo = join(folder, 'clip');
    const answer = await guardedFetch(base, { timeoutMs: 5_000, maxBytes: 4_000_000, saveTo });
    expect(answer).toMatchObject({ sizeBytes: content.length, savedTo: saveTo });
    expect(answer.body.length).toBe(0);
    expect(content.equals(await readFile(saveTo))).toBe(true);
  });

  it('leaves no file when it is too large, cut off or an error page', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/missing') response.writeHead(404);
      response.write(Buffer.alloc(request.url === '/large' ? 2_000 : 10));
      if (request.url === '/cut') setImmediate(() => response.destroy());
      else response.end();
    });
    const saveTo = join(folder, 'clip');
    expect((await failureOf(guardedFetch(`${base}/large`, { ...limits, saveTo }))).kind).toBe('too_large');
    expect((await failureOf(guardedFetch(`${base}/cut`, { ...limits, saveTo }))).kind).toBe('http');
    const missing = await guardedFetch(`${base}/missing`, { ...limits, saveTo });
    expect(missing).toMatchObject({ status: 404, sizeBytes: 10, savedTo: null });
    expect(await readdir(folder)).toEqual([]);
  });

  it('never replaces a file that is there', async () => {
    const base = await serve((_request, response) => response.end('new'));
    const saveTo = join(folder, 'clip');
    await writeFile(saveTo, 'old');
    await expect(guardedFetch(base, { ...limits, saveTo })).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(saveTo, 'utf8')).toBe('old');
  });
});

describe('D2: a body with a content coding', () => {
  const content = Buffer.from('the same words, again and again. '.repeat(200));
  const packers: Record<string, (bytes: Buffer) => Buffer> = {
    gzip: gzipSync,
    'X-GZIP': gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
    zstd: zstdCompressSync,
    'aws-chunked, gzip': gzipSync,
    identity: (bytes) => bytes,
    'aws-chunked': (bytes) => bytes,
    'UTF-8': (bytes) => bytes,
    '': (bytes) => bytes,
    // The label is wrong: the bytes decide, if they can.
    'gzip ': (bytes) => bytes,
    'deflate ': (bytes) => bytes,
  };
  const serveCoded = (pack: (bytes: Buffer) => Buffer, coding: string, status = 200) =>
    serve((_request, response) => {
      response.writeHead(status, { 'content-encoding': coding });
      for (const byte of [pack(content).subarray(0, 1), pack(content).subarray(1)]) response.write(byte);
      response.end();
    });

  it.each(Object.entries(packers))(
    '%j is read as what it is, in memory and in a file',
    async (coding, pack) => {
      const base = await serveCoded(pack, coding);
      const roomy = { timeoutMs: 5_000, maxBytes: content.length };
      const answer = await guardedFetch(base, roomy);
      expect([answer.sizeBytes, answer.body.equals(content)]).toEqual([content.length, true]);
      const saveTo = join(folder, 'clip');
      expect((await guardedFetch(base, { ...roomy, saveTo })).sizeBytes).toBe(content.length);
      expect(content.equals(await readFile(saveTo))).toBe(true);
      const failure = await failureOf(guardedFetch(base, { ...roomy, maxBytes: content.length - 1 }));
      expect(failure.kind).toBe('too_large');
    },
  );

  it('is read in an error, too', async () => {
    const base = await serveCoded(gzipSync, 'gzip', 422);
    const answer = await guardedFetch(base, { timeoutMs: 5_000, maxBytes: content.length });
    expect([answer.status, answer.body.equals(content)]).toEqual([422, true]);
  });

  it.each<[string, string, Buffer]>([
    ['a bomb', 'gzip', gzipSync(Buffer.alloc(20_000_000))],
    ['a bomb', 'br', brotliCompressSync(Buffer.alloc(20_000_000))],
    ['half of one', 'gzip', gzipSync(content).subarray(0, 60)],
    ['no brotli', 'br', content],
    ['packed twice', 'gzip, gzip', gzipSync(gzipSync(content))],
  ])('is refused when it is %s (%s), and leaves no file', async (_what, coding, bytes) => {
    const base = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': coding }).end(bytes);
    });
    const saveTo = join(folder, 'clip');
    const roomy = { timeoutMs: 5_000, maxBytes: 1_000_000_000 };
    expect((await failureOf(guardedFetch(base, roomy))).kind).toBe('encoding');
    expect((await failureOf(guardedFetch(base, { ...roomy, saveTo }))).kind).toBe('encoding');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is unpacked to a file under back pressure', async () => {
    const large = randomBytes(3_000_000);
    const base = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(large));
    });
    const saveTo = join(folder, 'clip');
    await guardedFetch(base, { timeoutMs: 5_000, maxBytes: 4_000_000, saveTo });
    expect(large.equals(await readFile(saveTo))).toBe(true);
  });
});
