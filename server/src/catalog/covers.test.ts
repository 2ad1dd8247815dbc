// Covers of imported templates: copied once, small, and never an address of another host.
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { makeSmallPictures } from '../../../draft/small-pictures.ts';
import { createTestApi } from '../http/testing.ts';
import { isObject } from '../lib/json.ts';
import { makeCovers } from './covers.ts';
import { startMediaHost } from './testing-host.ts';

const api = await createTestApi();
const caller = await api.openAccount();
const picture = await sharp({ create: { width: 900, height: 1600, channels: 3, background: '#3070a0' } })
  .png()
  .toBuffer();
const {
  url: HOST,
  asked,
  loopback,
  strict,
} = await startMediaHost((path) => {
  if (path === '/gone.png') return undefined;
  return path === '/page.png' ? '<svg onload="alert(1)"/>' : picture;
});

function entry(id: string, cover: string) {
  return { TemplateId: id, Cover: cover, ConsumeItems: [{ Resolution: '720p', Credit: 1 }] };
}

function make(guardedFetch = loopback): Promise<number> {
  const { pool, files } = api.core;
  const parts = {
    pool,
    guardedFetch,
    newPath: () => files.newStagingPath(),
    makePictures: makeSmallPictures,
  };
  return makeCovers(parts, new AbortController().signal);
}

async function coversOf(): Promise<Record<string, unknown>> {
  const { data } = await api.call({ path: '/api/v1/client/job/Templates?vendor=kling', key: caller.key });
  const templates = Array.isArray(data.templates) ? data.templates.filter(isObject) : [];
  return Object.fromEntries(templates.map(({ template_id: id, cover_url: url }) => [id, url]));
}

it('are copied once, cut to one ratio within 40 kB, and served by this server', async () => {
  await api.core.catalog.importTemplates('kling', [
    entry('good', `${HOST}/good.png`),
    entry('gone', `${HOST}/gone.png`),
    entry('page', `${HOST}/page.png`),
  ]);
  expect(await make()).toBe(3);
  expect(await make()).toBe(0);
  expect(asked.sort()).toEqual(['/gone.png', '/good.png', '/page.png']);
  await expect.poll(async () => (await coversOf()).good).toEqual(expect.any(String));
  const covers = await coversOf();
  expect(covers).toMatchObject({ gone: null, page: null });
  const { pathname, origin } = new URL(String(covers.good));
  expect(origin).toBe(new URL(api.core.publicUrl.value).origin);
  const response = await fetch(`${api.url}${pathname}`);
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.length).toBeLessThanOrEqual(40_000);
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 360, height: 480 });
});

it('are made again when the entry names another picture, and not from this machine', async () => {
  await api.core.catalog.importTemplates('kling', [entry('good', `${HOST}/other.png`)]);
  expect(await make(strict)).toBe(1);
  expect(asked).not.toContain('/other.png');
  await expect.poll(async () => (await coversOf()).good).toBeNull();
});
