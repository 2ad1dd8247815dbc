import { createHash } from 'node:crypto';
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { AppError, type ErrorName } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import { makeMedia } from '../lib/testing-media.ts';
import { DAY_MS, HOUR_MS } from '../lib/time.ts';
import { createFiles, DEFAULT_FILE_SETTINGS, type FileSettings, type Files } from './files.ts';
import { createStaging } from './staging.ts';
import type { FileStorage } from './storage.ts';
import { createDiskStorage } from './storage-disk.ts';

const database = await createTestDatabase();
const PUBLIC_URL = 'http://reelay.example:8787';
const accountId = newId();
const startMs = Date.UTC(2026, 10, 21);

let folder: string;
let nowMs: number;
let files: Files;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-files-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  nowMs = startMs;
  files = await start({});
});

async function start(changes: Partial<FileSettings>, storage?: FileStorage): Promise<Files> {
  const clock = () => nowMs;
  return createFiles({
    pool: database.pool,
    storage: storage ?? createDiskStorage(join(folder, 'objects')),
    staging: await createStaging({ folder: join(folder, 'incoming'), clock, stallMs: 200 }),
    secret: 'a secret of this deployment',
    publicUrl: () => PUBLIC_URL,
    clock,
    settings: { ...DEFAULT_FILE_SETTINGS, ...changes },
  });
}

/** Splits a link as the HTTP route does. */
function take(link: string): { key: string; query: Record<string, string> } {
  const url = new URL(link);
  return { key: url.pathname.slice('/files/'.length), query: Object.fromEntries(url.searchParams) };
}

async function expectError(promise: Promise<unknown>, name: ErrorName, lines?: string[]): Promise<void> {
  const error = await promise.then(
    (value) => value,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).errorName).toBe(name);
  if (lines !== undefined) expect((error as AppError).details.errors).toEqual(lines);
}

const png = makeMedia('image/png', 2_000);

async function startPng(): Promise<{ put: string; get: string }> {
  const ticket = await files.startUpload({ accountId, contentType: 'image/png', ext: '.png' });
  return { put: ticket.uploadUrl, get: ticket.fileUrl };
}

async function upload(link: string, content: Buffer, headers: { type?: string; length?: string } = {}) {
  return await files.receiveUpload({
    ...take(link),
    contentType: headers.type,
    contentLength: headers.length ?? String(content.length),
    body: Readable.from([content]),
  });
}

async function readLink(link: string): Promise<Buffer> {
  const { key, query } = take(link);
  const opened = await (await files.openLink(key, query)).read();
  return Buffer.concat((await opened?.stream.toArray()) ?? []);
}

async function keepVideo(content = makeMedia('video/mp4', 3_000)) {
  const path = files.newStagingPath();
  await writeFile(path, content);
  const result = { accountId, taskId: newId(), name: 'video.mp4', path, contentType: 'video/mp4' };
  return { result, kept: await files.keepResult(result) };
}

async function readRow(key: string) {
  const { rows } = await database.pool.query('select * from files where key = $1', [key]);
  return rows[0];
}

describe('an upload', () => {
  it('is announced, sent and read back by its links', async () => {
    const { put, get } = await startPng();
    expect(put).toMatch(/^http:\/\/reelay\.example:8787\/files\/uploads\/[0-9a-f-]{36}\.png\?/);
    await expectError(files.openLink(take(get).key, take(get).query), 'link_invalid');
    const kept = await upload(put, png, { type: 'image/png' });
    expect(kept).toMatchObject({
      key: take(put).key,
      sizeBytes: 2_000,
      sha256: createHash('sha256').update(png).digest('hex'),
      expiresAt: new Date(startMs + 3 * DAY_MS),
    });
    expect(await readLink(get)).toEqual(png);
    expect(await readRow(kept.key)).toMatchObject({
      account_id: accountId,
      kind: 'upload',
      state: 'ready',
      size_bytes: 2_000n,
    });
  });

  it('is refused at the start with every wrong argument in one answer', async () => {
    const types =
      'image/jpeg, image/png, image/webp, image/gif, image/tiff, image/avif, video/mp4, ' +
      'video/quicktime, video/webm, audio/mpeg, audio/wav';
    for (const [contentType, ext, lines] of [
      ['image/svg+xml', 'svg', [`content_type: must be one of ${types}`]],
      ['image/heic', '.heic', [`content_type: must be one of ${types}`]],
      ['application/octet-stream', '.exe', [`content_type: must be one of ${types}`]],
      ['image/png', '.exe', ['ext: must be .png for image/png']],
      ['image/png', '.jpg', ['ext: must be .png for image/png']],
      ['image/jpeg', '.png', ['ext: must be .jpg or .jpeg or .jfif or .jpe for image/jpeg']],
      ['', '', [`content_type: must be one of ${types}`]],
    ] as const) {
      await expectError(files.startUpload({ accountId, contentType, ext }), 'validation_failed', [...lines]);
    }
  });

  it.each([
    [
      'without a length',
      png,
      { length: undefined, type: 'image/png' },
      'Content-Length: must be given and above 0',
    ],
    ['of length 0', Buffer.alloc(0), {}, 'Content-Length: must be given and above 0'],
    ['with a length that is no number', png, { length: '2e3' }, 'Content-Length: must be given and above 0'],
    ['beyond the limit', Buffer.alloc(5_001), {}, 'Content-Length: must be at most 5000 bytes'],
    [
      'of another announced type',
      png,
      { type: 'application/json' },
      'Content-Type: must be image/png, as it was announced for this address',
    ],
    [
      'of other bytes',
      makeMedia('video/mp4', 100),
      { type: 'image/png' },
      'body: its first bytes are not those of image/png',
    ],
    [
      'of a web page',
      Buffer.from('<script>alert(1)</script>'),
      {},
      'body: its first bytes are not those of image/png',
    ],
    ['that ends early', png, { length: '2001' }, 'body: fewer bytes came than Content-Length announced'],
    ['that goes on', png, { length: '1999' }, 'body: more bytes came than Content-Length announced'],
  ])('%s is refused, and the address stays good', async (_kind, content, headers, line) => {
    files = await start({ uploadBytesMax: 5_000 });
    const { put, get } = await startPng();
    const { key, query } = take(put);
    const length = 'length' in headers ? headers.length : String(content.length);
    const contentType = 'type' in headers ? headers.type : undefined;
    const body = Readable.from([content]);
    await expectError(
      files.receiveUpload({ key, query, contentType, contentLength: length, body }),
      'validation_failed',
      [line],
    );
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    await upload(put, png);
    expect(await readLink(get)).toEqual(png);
  });

  it.each([
    ['image/x-png', '.png', '.png', 'image/png'],
    ['image/jpg', '.JPG', '.jpg', 'image/jpeg'],
    ['image/pjpeg', 'jpeg', '.jpeg', 'image/jpeg'],
    ['IMAGE/JPEG; charset=binary', '.jfif', '.jpg', 'image/jpeg'],
    ['image/jpeg', 'My.Holiday.Photo.JPG', '.jpg', 'image/jpeg'],
    ['image/jpeg', 'https://e.com/a/b.JPEG?width=8#top', '.jpeg', 'image/jpeg'],
    ['image/jpeg', 'photo', '.jpg', 'image/jpeg'],
    ['application/octet-stream', 'C:\\Pictures\\a.TIF', '.tif', 'image/tiff'],
    ['binary/octet-stream', '.webm', '.webm', 'video/webm'],
  ])('D4: as %s with the extension %s is taken', async (contentType, ext, ending, type) => {
    const { uploadUrl: put, fileUrl: get } = await files.startUpload({ accountId, contentType, ext });
    expect(take(put).key.endsWith(ending)).toBe(true);
    await upload(put, makeMedia(type, 300));
    const { key, query } = take(get);
    expect((await files.openLink(key, query)).contentType).toBe(type);
  });

  it.each([undefined, '', 'application/octet-stream', 'image/jpg', 'application/x-www-form-urlencoded'])(
    'D4: sent as %j is what its bytes are, also when they are another picture',
    async (contentType) => {
      const { put, get } = await startPng();
      await upload(put, makeMedia('image/jpeg', 300), { type: contentType });
      const { key, query } = take(get);
      expect((await files.openLink(key, query)).contentType).toBe('image/jpeg');
      const own = await files.openOwn(get);
      own?.stream.destroy();
      expect(own?.contentType).toBe('image/jpeg');
    },
  );

  it('D5: of a type that nothing decodes is refused by its bytes, with their name', async () => {
    const { put } = await startPng();
    await expectError(upload(put, makeMedia('image/heic', 300)), 'validation_failed', [
      'body: its first bytes are not those of image/png but of image/heic, which is not accepted',
    ]);
  });

  it('is refused by a link that has expired, was changed or is for reading', async () => {
    const { put, get } = await startPng();
    await expectError(upload(get, png), 'link_invalid');
    await expectError(upload(put.replace('image%2Fpng', 'video%2Fmp4'), png), 'link_invalid');
    nowMs += 3_600_000;
    await expectError(upload(put, png), 'link_invalid');
  });

  it('may be sent again, as after a lost answer, but not changed', async () => {
    const { put, get } = await startPng();
    await upload(put, png);
    await upload(put, png);
    await expectError(upload(put, makeMedia('image/png', 1_999)), 'validation_failed', [
      'body: this address was already used for another file',
    ]);
    expect(await readLink(get)).toEqual(png);
  });

  it('keeps exactly one of two different bodies that come at once', async () => {
    const { put, get } = await startPng();
    const bodies = [makeMedia('image/png', 1_001), makeMedia('image/png', 1_002)] as const;
    const outcomes = await Promise.allSettled(bodies.map((body) => upload(put, body)));
    const winner = outcomes.findIndex((outcome) => outcome.status === 'fulfilled');
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await readLink(get)).toEqual(bodies[winner]);
  });

  it('can be repeated after a fault of the storage', async () => {
    const disk = createDiskStorage(join(folder, 'objects'));
    const broken = { ...disk, put: () => Promise.reject(new Error('the disk is full')) };
    const { put, get } = await startPng();
    const unlucky = await start({}, broken);
    const body = Readable.from([png]);
    const request = { ...take(put), contentType: undefined, contentLength: '2000', body };
    await expect(unlucky.receiveUpload(request)).rejects.toThrow('the disk is full');
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    await expectError(files.openLink(take(get).key, take(get).query), 'link_invalid');
    await upload(put, png);
    expect(await readLink(get)).toEqual(png);
  });
});

describe('a result', () => {
  it('is taken over, described and read back by a link of any length', async () => {
    const content = makeMedia('video/mp4', 70_000);
    const { result, kept } = await keepVideo(content);
    expect(kept).toMatchObject({
      sizeBytes: 70_000,
      sha256: createHash('sha256').update(content).digest('hex'),
      expiresAt: new Date(startMs + 14 * DAY_MS),
    });
    expect(kept.key).toMatch(/^results\/[0-9a-f-]{36}\/video\.mp4$/);
    await expect(access(result.path)).rejects.toMatchObject({ code: 'ENOENT' });
    const link = files.linkTo(kept.key, nowMs + 10_000);
    expect(await readLink(link)).toEqual(content);
    nowMs += 10_000;
    await expectError(readLink(link), 'link_invalid');
    expect(await readRow(kept.key)).toMatchObject({ task_id: result.taskId, state: 'ready' });
  });

  it.each([
    ['empty', Buffer.alloc(0), 'The result is an empty file'],
    ['too large', makeMedia('video/mp4', 5_001), 'The result is larger than 5000 bytes'],
    ['an error page', Buffer.from('<html>Service unavailable</html>'), 'The result is not video/mp4'],
    [
      'cut short within its first box',
      makeMedia('video/mp4', 0).subarray(0, 6),
      'The result is not video/mp4',
    ],
  ])('that is %s is refused with a reason for the client', async (_kind, content, message) => {
    files = await start({ resultBytesMax: 5_000 });
    await expect(keepVideo(content)).rejects.toMatchObject({ errorName: 'generation_failed', message });
    await files.sweepStaging();
    await rm(join(folder, 'incoming'), { recursive: true });
  });

  it('stays at its local path when storage fails, so that keeping it can be tried again', async () => {
    const disk = createDiskStorage(join(folder, 'objects'));
    let isBroken = true;
    const flaky: FileStorage = {
      ...disk,
      put: (key, path, about) =>
        isBroken ? Promise.reject(new Error('unreachable')) : disk.put(key, path, about),
    };
    files = await start({}, flaky);
    const path = files.newStagingPath();
    await writeFile(path, makeMedia('image/png', 500));
    const result = { accountId, taskId: newId(), name: 'last_frame.png', path, contentType: 'image/png' };
    await expect(files.keepResult(result)).rejects.toThrow('unreachable');
    isBroken = false;
    expect((await files.keepResult(result)).sizeBytes).toBe(500);
  });

  it('of a second try is stored beside the first and never replaces it', async () => {
    const first = await keepVideo();
    const path = files.newStagingPath();
    await writeFile(path, makeMedia('video/mp4', 4_000));
    const second = await files.keepResult({ ...first.result, path });
    expect(second.key).not.toBe(first.kept.key);
    expect((await readLink(files.linkTo(first.kept.key, nowMs + 1_000))).length).toBe(3_000);
  });
});

describe('an own link', () => {
  it('is opened from storage, whatever follows in its query', async () => {
    const { put, get } = await startPng();
    await upload(put, png);
    const own = await files.openOwn(get);
    expect(own).toMatchObject({ contentType: 'image/png', sizeBytes: 2_000 });
    expect(Buffer.concat((await own?.stream.toArray()) ?? [])).toEqual(png);
  });

  it('is distinguished from every other address', async () => {
    const { get } = await startPng();
    for (const url of [
      get.replace('8787', '8788'),
      get.replace('reelay.example', 'reelay.example.evil.example'),
      get.replace('http:', 'https:'),
      get.replace('/files/', '/other/'),
      'https://example.com/a.png',
      `${PUBLIC_URL}/files/%2e%2e/%2e%2e/etc/passwd`,
      'not an address',
      '',
    ]) {
      expect([url, await files.openOwn(url)]).toEqual([url, null]);
    }
  });

  it('that is wrong, expired or not uploaded yet is an error, and no request goes to another address', async () => {
    const { put, get } = await startPng();
    await expectError(files.openOwn(get), 'link_invalid');
    await upload(put, png);
    await expectError(files.openOwn(put), 'link_invalid');
    await expectError(files.openOwn(`${PUBLIC_URL}/files/other?x=1`), 'link_invalid');
    nowMs += 3 * DAY_MS;
    await expectError(files.openOwn(get), 'link_invalid');
  });
});

describe('the clean-up', () => {
  beforeEach(async () => {
    await database.pool.query('delete from files');
  });

  async function countRows(): Promise<number> {
    const { rows } = await database.pool.query<{ count: number }>('select count(*)::int as count from files');
    return rows[0]?.count ?? -1;
  }

  it('removes the object and the row at the end of the retention and not before', async () => {
    const { put, get } = await startPng();
    await upload(put, png);
    const { kept } = await keepVideo();
    nowMs = startMs + 3 * DAY_MS - 1;
    expect(await files.removeExpired(100)).toEqual({ removed: 0, failed: 0 });
    expect(await readLink(get)).toEqual(png);
    nowMs = startMs + 3 * DAY_MS;
    expect(await files.removeExpired(100)).toEqual({ removed: 1, failed: 0 });
    await expect(access(join(folder, 'objects', take(get).key))).rejects.toMatchObject({ code: 'ENOENT' });
    nowMs = startMs + 14 * DAY_MS;
    expect(await files.removeExpired(100)).toEqual({ removed: 1, failed: 0 });
    expect(await countRows()).toBe(0);
    await expectError(readLink(files.linkTo(kept.key, nowMs + 1_000)), 'link_invalid');
  });

  it('works in batches, and removes rows whose objects never came', async () => {
    for (let count = 0; count < 25; count += 1) await startPng();
    nowMs += 8 * HOUR_MS;
    expect(await files.removeExpired(10)).toEqual({ removed: 10, failed: 0 });
    expect(await countRows()).toBe(15);
    expect(await files.removeExpired(100)).toEqual({ removed: 15, failed: 0 });
  });

  it('keeps the row of an object that storage could not remove, and goes on with the others', async () => {
    const keys = [take((await startPng()).put).key, take((await startPng()).put).key];
    const disk = createDiskStorage(join(folder, 'objects'));
    let isBroken = true;
    files = await start(
      {},
      {
        ...disk,
        remove: (key) =>
          isBroken && key === keys[0] ? Promise.reject(new Error('unreachable')) : disk.remove(key),
      },
    );
    nowMs += 3 * DAY_MS;
    expect(await files.removeExpired(100)).toEqual({ removed: 1, failed: 1 });
    expect(await countRows()).toBe(1);
    isBroken = false;
    expect(await files.removeExpired(100)).toEqual({ removed: 1, failed: 0 });
  });

  it('is done once by two nodes at the same time', async () => {
    const count = 20;
    for (let index = 0; index < count; index += 1) await startPng();
    nowMs += 3 * DAY_MS;
    const sibling = await start({});
    await Promise.all([files.removeExpired(100), sibling.removeExpired(100)]);
    expect(await countRows()).toBe(0);
  });

  it('finds its rows by an index', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query('set local enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        'explain select id, key from files where expires_at <= now() order by expires_at limit 10',
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('files_expiry');
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
