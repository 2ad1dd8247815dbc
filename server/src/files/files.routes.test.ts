import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { request as send } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { CODES } from '../doors/crun/codes.ts';
import { AppError } from '../errors.ts';
import { addLinger } from '../http/linger.ts';
import { newId } from '../lib/ids.ts';
import { makeMedia } from '../lib/testing-media.ts';
import { systemClock } from '../lib/time.ts';
import { registerFileRoutes } from './files.routes.ts';
import { createFiles, DEFAULT_FILE_SETTINGS, type Files } from './files.ts';
import { createStaging } from './staging.ts';
import type { FileStorage } from './storage.ts';
import { createDiskStorage } from './storage-disk.ts';
import { type StartedStorage, startS3Storage } from './testing-s3.ts';

const database = await createTestDatabase();
const accountId = newId();
const video = makeMedia('video/mp4', 1_000);
const UPLOAD_BYTES_MAX = 200_000;

interface RunningServer {
  app: FastifyInstance;
  files: Files;
  baseUrl: string;
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-file-routes-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function startServer(storage: FileStorage): Promise<RunningServer> {
  // When the server closes, an answer that ends leaves its connection open for the keep-alive time.
  const app = Fastify({ bodyLimit: 1_000, forceCloseConnections: true });
  addLinger(app, { wholeMs: 1_000, silentMs: 200, bytesMax: 10_000_000 });
  let baseUrl = '';
  const files = createFiles({
    pool: database.pool,
    storage,
    staging: await createStaging({ folder: join(folder, 'incoming'), clock: systemClock, stallMs: 150 }),
    secret: 'a secret of this deployment',
    publicUrl: () => baseUrl,
    clock: systemClock,
    settings: { ...DEFAULT_FILE_SETTINGS, uploadBytesMax: UPLOAD_BYTES_MAX },
  });
  app.setErrorHandler((error, _request, reply) => {
    const status = error instanceof AppError ? CODES[error.errorName] : 500;
    const errors = error instanceof AppError ? error.details.errors : [String(error)];
    return reply.code(status).send({ code: status, errors });
  });
  await registerFileRoutes(app, {
    files,
    thumbnails: { prepare: async () => undefined },
    clock: systemClock,
  });
  app.post('/echo', async (request) => request.body);
  await app.listen({ port: 0, host: '127.0.0.1' });
  baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return { app, files, baseUrl };
}

async function keepVideo(files: Files): Promise<string> {
  const path = files.newStagingPath();
  await writeFile(path, video);
  const result = { accountId, taskId: newId(), name: 'video.mp4', path, contentType: 'video/mp4' };
  const { key } = await files.keepResult(result);
  return files.linkTo(key, systemClock() + 600_000);
}

type Headers = Record<string, string>;

async function get(url: string, headers: Headers = {}, method: 'GET' | 'HEAD' = 'GET') {
  const answer = await send(url, { method, headers });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: Buffer.from(await answer.body.arrayBuffer()),
  };
}

async function put(url: string, body: Buffer, headers: Headers = {}) {
  const answer = await send(url, { method: 'PUT', body, headers });
  const text = await answer.body.text();
  return { status: answer.statusCode, text };
}

const storages: [string, () => Promise<StartedStorage>][] = [
  [
    'disk',
    async () => ({ storage: createDiskStorage(join(folder, 'objects')), stop: async () => undefined }),
  ],
  ['S3', startS3Storage],
];

describe.each(storages)('a file read from %s', (_kind, startStorage) => {
  let server: RunningServer;
  let stopStorage: () => Promise<void>;
  let link: string;

  beforeAll(async () => {
    const { storage, stop } = await startStorage();
    stopStorage = stop;
    server = await startServer(storage);
    link = await keepVideo(server.files);
  });

  afterAll(async () => {
    await server.app.close();
    await stopStorage();
  });

  it('comes whole, with the headers that a player and a careful browser need', async () => {
    const answer = await get(link);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(video);
    expect(answer.headers).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      'content-disposition': 'inline; filename="video.mp4"',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(answer.headers['content-security-policy']).toContain('sandbox');
    expect(answer.headers['cache-control']).toMatch(/^private, max-age=(59\d|600), immutable$/);
  });

  it('is described by HEAD as GET would send it', async () => {
    const [head, whole] = [await get(link, {}, 'HEAD'), await get(link)];
    // These differ by the clock and by what the client does with its connection, not by the file.
    const incidental = new Set(['date', 'cache-control', 'connection', 'keep-alive']);
    const describing = (answer: typeof head) =>
      Object.entries(answer.headers).filter(([name]) => !incidental.has(name));
    expect(head.status).toBe(200);
    expect(head.body.length).toBe(0);
    expect(describing(head)).toEqual(describing(whole));
  });

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-499', 0, 499],
    ['bytes=500-', 500, 999],
    ['bytes=-100', 900, 999],
    ['bytes=-5000', 0, 999],
    ['bytes=999-5000', 999, 999],
  ])('gives the part %s', async (range, start, end) => {
    const answer = await get(link, { range });
    expect(answer.status).toBe(206);
    expect(answer.headers['content-range']).toBe(`bytes ${start}-${end}/1000`);
    expect(answer.headers['content-length']).toBe(String(end - start + 1));
    expect(answer.body).toEqual(video.subarray(start, end + 1));
    expect((await get(link, { range }, 'HEAD')).headers['content-range']).toBe(`bytes ${start}-${end}/1000`);
  });

  it('answers 416 for a part that does not exist, and ignores a header that is not a range', async () => {
    for (const range of ['bytes=1000-', 'bytes=-0']) {
      const answer = await get(link, { range });
      expect(answer).toMatchObject({ status: 416, body: Buffer.alloc(0) });
      expect(answer.headers).toMatchObject({ 'content-range': 'bytes */1000', 'cache-control': 'no-store' });
    }
    for (const range of ['bytes=0-1,4-5', 'lines=1-2', 'bytes=9-3']) {
      expect((await get(link, { range })).status).toBe(200);
    }
  });

  it('is not sent again to a client that already has it', async () => {
    const etag = String((await get(link)).headers.etag);
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await get(link, { 'if-none-match': tags });
      expect(answer).toMatchObject({ status: 304, body: Buffer.alloc(0) });
      expect(answer.headers.etag).toBe(etag);
    }
    expect((await get(link, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('gives a part only to a client whose other parts are of the same bytes', async () => {
    const { etag, 'last-modified': modified } = (await get(link)).headers;
    const range = 'bytes=0-9';
    for (const condition of [etag, modified]) {
      expect((await get(link, { range, 'if-range': String(condition) })).status).toBe(206);
    }
    for (const condition of ['"other"', `W/${etag}`, 'Thu, 01 Jan 2026 00:00:00 GMT']) {
      expect((await get(link, { range, 'if-range': condition })).status).toBe(200);
    }
  });

  it('answers 404 in the form of every error for a link that is wrong or whose file is gone', async () => {
    const gone = server.files.linkTo('results/none/video.mp4', systemClock() + 60_000);
    const expired = server.files.linkTo('results/none/video.mp4', systemClock() - 1_000);
    const changed = link.replace('signature=', 'signature=A');
    for (const url of [gone, expired, changed, `${server.baseUrl}/files/`, `${link}&signature=x`]) {
      const answer = await get(url);
      expect([url, answer.status, JSON.parse(answer.body.toString()).code]).toEqual([url, 404, 404]);
      expect(answer.headers['cache-control']).toBeUndefined();
    }
  });

  it('accepts an upload and returns it', async () => {
    const image = makeMedia('image/png', 150_000);
    const ticket = await server.files.startUpload({ accountId, contentType: 'image/png', ext: '.png' });
    expect((await get(ticket.fileUrl)).status).toBe(404);
    expect(await put(ticket.uploadUrl, image, { 'content-type': 'image/png' })).toEqual({
      status: 200,
      text: '',
    });
    const answer = await get(ticket.fileUrl);
    expect(answer.headers['content-type']).toBe('image/png');
    expect(answer.body).toEqual(image);
  });
});

describe('an upload over HTTP', () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer(createDiskStorage(join(folder, 'uploads')));
  });

  afterAll(async () => {
    await server.app.close();
  });

  async function startPng(): Promise<URL> {
    const ticket = await server.files.startUpload({ accountId, contentType: 'image/png', ext: '.png' });
    return new URL(ticket.uploadUrl);
  }

  /** Sends bytes unchanged and returns the whole answer once the server has closed or fallen silent. */
  async function sendRaw(url: URL, lines: string[], body: Buffer): Promise<string> {
    const socket = connect(Number(url.port), url.hostname);
    socket.write([`PUT ${url.pathname}${url.search} HTTP/1.1`, 'Host: x', ...lines, '', ''].join('\r\n'));
    socket.write(body);
    const chunks: Buffer[] = [];
    socket.on('error', () => socket.destroy());
    for await (const chunk of socket) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  it('needs no content type, as some clients send none', async () => {
    const url = await startPng();
    expect((await put(url.href, makeMedia('image/png', 500))).status).toBe(200);
  });

  it('of a wrong type, by name or by bytes, is 422', async () => {
    const url = (await startPng()).href;
    const wrongName = await put(url, makeMedia('image/png', 500), { 'content-type': 'application/json' });
    expect(wrongName.status).toBe(422);
    expect(wrongName.text).toContain('Content-Type: must be image/png');
    const wrongBytes = await put(url, Buffer.from('<html>'.repeat(50)), { 'content-type': 'image/png' });
    expect(wrongBytes.status).toBe(422);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('that announces more than the limit is refused before its bytes are read', async () => {
    const answer = await sendRaw(await startPng(), ['Content-Length: 200001'], Buffer.alloc(0));
    expect(answer).toMatch(/^HTTP\/1\.1 422 /);
    expect(answer).toContain('must be at most 200000 bytes');
  });

  it('without a length is 422, however it is framed', async () => {
    const chunked = Buffer.from('5\r\nabcde\r\n0\r\n\r\n');
    const lines = ['Transfer-Encoding: chunked', 'Connection: close'];
    expect(await sendRaw(await startPng(), lines, chunked)).toMatch(/^HTTP\/1\.1 422 /);
    expect(await sendRaw(await startPng(), ['Connection: close'], Buffer.alloc(0))).toMatch(
      /^HTTP\/1\.1 422 /,
    );
  });

  it('B4: that stalls gets an answer that says so before it is cut, and leaves nothing behind', async () => {
    const started = performance.now();
    const answer = await sendRaw(await startPng(), ['Content-Length: 1000'], makeMedia('image/png', 100));
    expect(answer).toMatch(/^HTTP\/1\.1 422 /);
    expect(answer).toContain('body: the bytes came too slowly');
    expect(performance.now() - started).toBeLessThan(5_000);
    await expect.poll(() => readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('from another origin is allowed by the preflight', async () => {
    const answer = await send(await startPng(), {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example' },
    });
    await answer.body.dump();
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, PUT',
      'access-control-allow-headers': 'content-type, range',
    });
  });

  it('does not change how the bodies of other routes are parsed', async () => {
    const answer = await send(`${server.baseUrl}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    expect(await answer.body.json()).toEqual({ a: 1 });
    const xml = await send(`${server.baseUrl}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: '<a/>',
    });
    await xml.body.dump();
    expect(xml.statusCode).not.toBe(200);
  });
});
