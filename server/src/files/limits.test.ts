import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { AppError } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import { makeMedia } from '../lib/testing-media.ts';
import { DAY_MS, MINUTE_MS } from '../lib/time.ts';
import { reserveUploads } from './files.store.ts';
import { createFiles, DEFAULT_FILE_SETTINGS, type FileSettings, type Files } from './files.ts';
import { createStaging } from './staging.ts';
import type { FileStorage } from './storage.ts';
import { createDiskStorage } from './storage-disk.ts';

const database = await createTestDatabase();
const folder = await mkdtemp(join(tmpdir(), 'reelay-limits-'));
const incoming = join(folder, 'incoming');
const onDisk: FileStorage = createDiskStorage(join(folder, 'objects'));
const png = makeMedia('image/png', 1_000);
const more = Number.MAX_SAFE_INTEGER;
let nowMs = Date.UTC(2026, 10, 21);

afterAll(() => rm(folder, { recursive: true }));

async function start(changes: Partial<FileSettings>, pool = database.pool, storage = onDisk) {
  const clock = () => nowMs;
  const settings = { ...DEFAULT_FILE_SETTINGS, ...changes };
  const files = createFiles({
    pool,
    storage,
    staging: await createStaging({ folder: incoming, clock, stallMs: 200 }),
    secret: 'a secret of this deployment',
    publicUrl: () => 'http://reelay.example:8787',
    clock,
    settings,
  });
  return { files, settings };
}

const reserve = (files: Files, accountId: string) =>
  files.startUpload({ accountId, contentType: 'image/png', ext: '.png' });

function upload(files: Files, link: string, body: Readable | Buffer = png, sizeBytes = png.length) {
  const url = new URL(link);
  return files.receiveUpload({
    key: url.pathname.slice('/files/'.length),
    query: Object.fromEntries(url.searchParams),
    contentType: 'image/png',
    contentLength: String(sizeBytes),
    body: body instanceof Readable ? body : Readable.from([body]),
  });
}

async function refusalOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

const countOf = async (accountId: string) =>
  (await database.pool.query('select count(*)::integer as n from files where account_id = $1', [accountId]))
    .rows[0].n;

it('B2: gives 64 simultaneous requests from 64 connections no more places than an account has', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 64 });
  try {
    const starts = await Promise.all(Array.from({ length: 64 }, () => start({ uploadsMax: 10 }, pool)));
    const accounts = [newId(), newId()];
    const outcomes = await Promise.allSettled(
      starts.map(({ files }, at) => reserve(files, accounts[at % 2] as string)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(await Promise.all(accounts.map(countOf))).toEqual([10, 10]);
  } finally {
    await pool.end();
  }
});

it('B2: says which limit of uploads was reached, and frees the place at the end of the retention', async () => {
  const { files } = await start({ uploadsMax: 2 });
  const accountId = newId();
  await upload(files, (await reserve(files, accountId)).uploadUrl);
  nowMs += MINUTE_MS;
  await reserve(files, accountId);
  const refusal = await refusalOf(reserve(files, accountId));
  expect(refusal.errorName).toBe('uploads_full');
  expect(refusal.message).toMatch(
    /^This account has 2 uploads, and 2 is the most at once; the oldest is removed within/,
  );
  expect(refusal.details.retryAfterSeconds).toBeGreaterThan(6 * 3600);
  await reserve(files, newId());
  nowMs += 3 * DAY_MS;
  await files.removeExpired(100);
  await reserve(files, accountId);
});

it('B2: reserves the announced bytes before it reads them, with many PUTs at once', async () => {
  const { files } = await start({ uploadsBytesMax: 2_500 });
  const accountId = newId();
  const links = await Promise.all(Array.from({ length: 8 }, () => reserve(files, accountId)));
  const outcomes = await Promise.allSettled(links.map(({ uploadUrl: link }) => upload(files, link)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  const refused = outcomes.findIndex(({ status }) => status === 'rejected');
  const refusal = await refusalOf(upload(files, (links[refused] as (typeof links)[0]).uploadUrl));
  expect(refusal.message).toContain('have 2000 bytes, and 2500 is the most together');
  // The same bytes at the same address are not a second file.
  const kept = outcomes.findIndex(({ status }) => status === 'fulfilled');
  await upload(files, (links[kept] as (typeof links)[0]).uploadUrl);
});

it('B2: counts an upload that is being stored once', async () => {
  const { promise: stored, resolve: store } = Promise.withResolvers<void>();
  let storing = 0;
  const slow: FileStorage = {
    ...onDisk,
    async put(...given) {
      storing += 1;
      await stored;
      return onDisk.put(...given);
    },
  };
  const { files } = await start({ uploadsBytesMax: 2_500 }, database.pool, slow);
  const accountId = newId();
  const links = await Promise.all(Array.from({ length: 3 }, () => reserve(files, accountId)));
  const first = upload(files, links[0].uploadUrl);
  await expect.poll(() => storing).toBe(1);
  const second = upload(files, links[1].uploadUrl);
  const outcome = Promise.allSettled([first, second]);
  await expect.poll(() => storing).toBe(2);
  const refusal = await refusalOf(upload(files, links[2].uploadUrl));
  expect(refusal.message).toContain('have 2000 bytes');
  store();
  expect((await outcome).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
});

it('B2: frees the bytes of a broken upload, and leaves nothing of it on the disk', async () => {
  const { files } = await start({ uploadsBytesMax: 1_500 });
  const { uploadUrl: link } = await reserve(files, newId());
  for (let again = 0; again < 3; again++) {
    const broken = await refusalOf(upload(files, link, png.subarray(0, 10)));
    expect(broken.errorName).toBe('validation_failed');
  }
  await upload(files, link);
  expect(await readdir(incoming)).toEqual([]);
});

it('B2: finds the places that were given in a lost answer', async () => {
  const accountId = newId();
  const uploads = [1, 2].map((n) => ({
    id: newId(),
    accountId,
    key: `uploads/${accountId}-${n}.png`,
    contentType: 'image/png',
    createdAt: new Date(nowMs),
    expiresAt: new Date(nowMs + DAY_MS),
  }));
  const limits = { filesMax: 2, bytesMax: 1_000 };
  for (let again = 0; again < 2; again++) {
    const places = await reserveUploads(database.pool, uploads, limits);
    expect(places.map(({ isTaken }) => isTaken)).toEqual([true, true]);
  }
  expect(await countOf(accountId)).toBe(2);
});

it('B2: refuses uploads and results while the disk has less than its minimum, and still reads', async () => {
  const { files, settings } = await start({ diskFreeBytesMin: 1 });
  const accountId = newId();
  const { uploadUrl: put, fileUrl: get } = await reserve(files, accountId);
  const { uploadUrl: later } = await reserve(files, accountId);
  await upload(files, put);
  const path = files.newStagingPath();
  await writeFile(path, makeMedia('video/mp4', 2_000));
  const result = { accountId, taskId: newId(), name: 'video.mp4', path, contentType: 'video/mp4' };
  settings.diskFreeBytesMin = more;
  const refused = [
    () => reserve(files, accountId),
    () => upload(files, later),
    () => files.keepResult(result),
    () => files.checkRoom(),
  ];
  for (const call of refused) {
    const { errorName, details } = await refusalOf(call());
    expect([errorName, details.retryAfterSeconds]).toEqual(['storage_full', 30]);
  }
  expect((await files.openOwn(get))?.sizeBytes).toBe(1_000);
  await expect.poll(() => files.isRoomLow()).toBe(true);
  settings.diskFreeBytesMin = 1;
  await files.keepResult(result);
  await upload(files, later);
});

it('B2: accepts no upload that would use up the last free bytes', async () => {
  const { files } = await start({ uploadBytesMax: more, uploadsBytesMax: more, diskFreeBytesMin: 1 });
  const { uploadUrl: link } = await reserve(files, newId());
  expect((await refusalOf(upload(files, link, png, 2 ** 49))).errorName).toBe('storage_full');
  await upload(files, link);
});

it('B2: says that the disk is full if writing to it fails for that reason', async () => {
  const storage = { ...onDisk, put: () => writeFile('/dev/full', png) };
  const { files } = await start({}, database.pool, storage);
  const refusal = await refusalOf(upload(files, (await reserve(files, newId())).uploadUrl));
  expect(refusal.errorName).toBe('storage_full');
  expect(refusal.cause).toMatchObject({ code: 'ENOSPC' });
  expect(await readdir(incoming)).toEqual([]);
});
