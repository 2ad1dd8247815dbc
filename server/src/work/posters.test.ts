// Posters of results: made by a process of the renderer once the task has ended, and never waited for.
import { copyFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { makeSmallPictures } from '../../../draft/small-pictures.ts';
import { createTestApi, GOOD_BODY } from '../http/testing.ts';
import { isObject } from '../lib/json.ts';
import { pause } from '../lib/time.ts';
import type { StoredOutput } from '../tasks/task.ts';
import { PosterMaker } from './posters.ts';

const WAIT_MS = 240_000;
const PREVIEW = new URL('../catalog/templates/media/900000003.mp4', import.meta.url);

const api = await createTestApi();
const { core } = api;
const caller = await api.openAccount();
const posters = new PosterMaker({ ...core, makePictures: makeSmallPictures });
posters.start();
afterAll(() => posters.stop());

/** Ends a task with one result that is made of these bytes. */
async function endWith(
  make: (path: string) => Promise<void>,
  contentType: string,
  name: string,
): Promise<string> {
  const taskId = String((await api.create(caller, GOOD_BODY)).data.task_id);
  const path = core.files.newStagingPath();
  await make(path);
  const task = await api.readTask(taskId);
  const kept = await core.files.keepResult({ accountId: task.account_id, taskId, name, path, contentType });
  const { key, sizeBytes, sha256 } = kept;
  const kind = contentType.startsWith('image/') ? 'image' : 'video';
  const outputs: StoredOutput[] = [{ key, kind, contentType, sizeBytes, sha256 }];
  const facts = { provider: 'draft', modelVersion: 'draft-1', usage: {}, outputs };
  await core.settler.succeed(task, facts);
  return taskId;
}

async function resultOf(taskId: string) {
  const path = `/api/v1/client/job/TaskInfo?task_id=${taskId}`;
  const { data } = await api.call({ path, key: caller.key });
  return isObject(data.result) ? data.result : {};
}

async function waitFor<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const until = performance.now() + WAIT_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error('This did not come true in time');
    await pause(50);
  }
}

async function posterOf(taskId: string): Promise<Buffer> {
  const urls = await waitFor(async () => {
    const { poster_urls: found } = await resultOf(taskId);
    return Array.isArray(found) ? found : undefined;
  });
  const response = await fetch(String(urls[0]));
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function tryEnded(taskId: string): Promise<boolean> {
  const { rows } = await core.pool.query<{ ended: boolean }>(
    'select poster_due is null and poster_tries > 0 as ended from files where task_id = $1',
    [taskId],
  );
  return rows.every(({ ended }) => ended);
}

it('a video gets a JPEG of its first frame within 40 kB, with the shape of the video', async () => {
  const taskId = await endWith((path) => copyFile(PREVIEW, path), 'video/mp4', 'video.mp4');
  const poster = await posterOf(taskId);
  expect(poster.length).toBeLessThanOrEqual(40_000);
  const { format, width = 0, height = 1 } = await sharp(poster).metadata();
  expect(format).toBe('jpeg');
  expect(width / height).toBeCloseTo(360 / 478, 2);
});

it('a picture gets one too, also one of noise that is hard to make small', async () => {
  const noise = {
    create: {
      width: 1200,
      height: 900,
      channels: 3,
      background: 'black',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  } as const;
  const write = async (path: string) => writeFile(path, await sharp(noise).png().toBuffer());
  const poster = await posterOf(await endWith(write, 'image/png', 'image.png'));
  expect(poster.length).toBeLessThanOrEqual(40_000);
});

it('a sound gets a picture of its shape: louder moments are higher', async () => {
  const rate = 8_000;
  const wav = Buffer.alloc(44 + rate * 2);
  wav.write('RIFF\0\0\0\0WAVEfmt ', 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  for (const [at, value] of [
    [16, 16],
    [20, 0x0001_0001],
    [24, rate],
    [28, rate * 2],
    [32, 0x0010_0002],
    [40, rate * 2],
  ])
    wav.writeUInt32LE(value, at);
  wav.write('data', 36, 'latin1');
  for (let at = 0; at < rate; at += 1) {
    wav.writeInt16LE(Math.round(30_000 * (at / rate) * Math.sin(at / 5)), 44 + at * 2);
  }
  const poster = await posterOf(await endWith((path) => writeFile(path, wav), 'audio/wav', 'audio.wav'));
  const { data, info } = await sharp(poster).greyscale().raw().toBuffer({ resolveWithObject: true });
  const lightIn = (from: number, to: number) =>
    data.filter((value, at) => at % info.width >= from && at % info.width < to && value > 60).length;
  const half = info.width / 2;
  expect(lightIn(half, info.width)).toBeGreaterThan(lightIn(0, half) * 1.5);
});

it('a result that cannot be read has none, and those beside it have theirs', async () => {
  const broken = await endWith(
    (path) =>
      writeFile(
        path,
        Buffer.concat([Buffer.from('0000001866747970', 'hex'), Buffer.from('isom'), Buffer.alloc(4_000, 7)]),
      ),
    'video/mp4',
    'video.mp4',
  );
  const whole = await endWith((path) => copyFile(PREVIEW, path), 'video/mp4', 'video.mp4');
  await posterOf(whole);
  await waitFor(async () => (await tryEnded(broken)) || undefined);
  const result = await resultOf(broken);
  expect(result).toMatchObject({ code: 200, media_urls: [expect.any(String)] });
  expect(result).not.toHaveProperty('poster_urls');
});

it('a task that has not ended is not touched', async () => {
  const taskId = String((await api.create(caller, GOOD_BODY)).data.task_id);
  const path = core.files.newStagingPath();
  await copyFile(PREVIEW, path);
  const { account_id: accountId } = await api.readTask(taskId);
  await core.files.keepResult({ accountId, taskId, name: 'video.mp4', path, contentType: 'video/mp4' });
  const ended = await endWith((to) => copyFile(PREVIEW, to), 'video/mp4', 'video.mp4');
  await posterOf(ended);
  const { rows } = await core.pool.query('select poster_tries from files where task_id = $1', [taskId]);
  expect(rows).toEqual([{ poster_tries: 0 }]);
});
