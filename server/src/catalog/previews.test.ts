// Copies of the preview videos of imported templates: fetched once and bounded, known by their bytes, served by this server.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createTestApi } from '../http/testing.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import { copyPreviews } from './previews.ts';
import { startMediaHost } from './testing-host.ts';

const MEBIBYTE = 1024 * 1024;
const api = await createTestApi();
const caller = await api.openAccount();
const video = readFileSync(new URL('templates/media/900000001.mp4', import.meta.url));
const bodies: Record<string, string | Buffer> = {
  '/page.mp4': '<script>alert(1)</script>',
  '/large.mp4': Buffer.concat([video, Buffer.alloc(12 * MEBIBYTE)]),
};
const {
  url: HOST,
  asked,
  loopback,
  strict,
} = await startMediaHost((path) => (path === '/gone.mp4' ? undefined : (bodies[path] ?? video)));

function entry(id: string, preview?: string): JsonObject {
  return {
    TemplateId: id,
    ConsumeItems: [{ Resolution: '720p', Credit: 1 }],
    ...(preview && { PreviewVideo: preview }),
  };
}

function copy(guardedFetch = loopback): Promise<number> {
  const { pool, files, storage } = api.core;
  const parts = {
    pool,
    guardedFetch,
    storage,
    newPath: () => files.newStagingPath(),
    isRoomLow: () => false,
  };
  return copyPreviews(parts, new AbortController().signal);
}

async function previewsOf(): Promise<Record<string, unknown>> {
  const { data } = await api.call({ path: '/api/v1/client/job/Templates?vendor=kling', key: caller.key });
  const templates = Array.isArray(data.templates) ? data.templates.filter(isObject) : [];
  return Object.fromEntries(templates.map(({ template_id: id, preview_url: url }) => [id, url]));
}

/** The answer of this server to an address that it has given. */
function read(url: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${api.url}${new URL(String(url)).pathname}`, { headers });
}

it('are copied once, whatever their server calls them, and what is too large or no video is left out', async () => {
  await api.core.catalog.importTemplates('kling', [
    entry('good', `${HOST}/good.mp4`),
    entry('gone', `${HOST}/gone.mp4`),
    entry('page', `${HOST}/page.mp4`),
    entry('large', `${HOST}/large.mp4`),
    entry('none'),
  ]);
  const [first] = await Promise.all([copy(), copy()]);
  expect(first).toBe(4);
  expect(await copy()).toBe(0);
  expect(asked.sort()).toEqual(['/gone.mp4', '/good.mp4', '/large.mp4', '/page.mp4']);
  await expect.poll(async () => (await previewsOf()).good).toEqual(expect.any(String));
  expect(await previewsOf()).toMatchObject({ gone: null, page: null, large: null, none: null });
  const counts = await api.core.catalog.countCopies();
  expect(counts.find(({ catalogue }) => catalogue === 'kling')).toMatchObject({
    previews: 1,
    previews_failed: 3,
    preview_bytes: video.length,
  });
});

it('are served by this server whole and in parts, with the type of their bytes', async () => {
  const { good } = await previewsOf();
  expect(new URL(String(good)).origin).toBe(new URL(api.core.publicUrl.value).origin);
  const whole = await read(good);
  expect(whole.headers.get('content-type')).toBe('video/mp4');
  expect(whole.headers.get('x-content-type-options')).toBe('nosniff');
  expect(Buffer.from(await whole.arrayBuffer()).equals(video)).toBe(true);
  const part = await read(good, { range: 'bytes=4-7' });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
    206,
    `bytes 4-7/${video.length}`,
    'ftyp',
  ]);
  expect((await read(String(good).replace(/-[0-9a-f]{4}/, '-0000'))).status).toBe(404);
});

it('are made again when the entry names another one, and not from this machine', async () => {
  const { good: before } = await previewsOf();
  await api.core.catalog.importTemplates('kling', [entry('good', `${HOST}/other.mp4`)]);
  expect(await copy(strict)).toBe(1);
  expect(asked).not.toContain('/other.mp4');
  await expect.poll(async () => (await previewsOf()).good).toBeNull();
  expect((await read(before)).status).toBe(404);
});

it('go with their template, object and row', async () => {
  const { pool, storage } = api.core;
  await api.core.catalog.importTemplates('kling', [entry('last', `${HOST}/last.mp4`)]);
  await copy();
  const keys = () => pool.query(`select key from template_previews where template_id = 'last'`);
  const [{ key }] = (await keys()).rows;
  expect(await storage.head(key)).not.toBeNull();
  await pool.query(`delete from templates where template_id = 'last'`);
  await copy();
  expect((await keys()).rows).toEqual([]);
  expect(await storage.head(key)).toBeNull();
});
