// What a person sees in a browser: the video of a task plays with its sound, and the reference page works
// with nothing behind it except this server.
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findTarget } from './harness.ts';

/** What these tests use of the page's own environment; the project is not compiled for browsers. */
interface PageVideo {
  src: string;
  readonly currentTime: number;
  readonly duration: number;
  readonly videoWidth: number;
  readonly videoHeight: number;
  readonly seekable: { end(index: number): number };
  readonly error: { message: string } | null;
  ontimeupdate: () => void;
  onerror: () => void;
  play(): Promise<void>;
}
declare const document: { querySelector(selector: 'video'): PageVideo };
declare const Image: new () => { src: string; readonly naturalWidth: number; decode(): Promise<void> };

const { client } = await findTarget();
let browser: Browser;

beforeAll(async () => {
  const executablePath = await sparticuz.executablePath();
  // Not the package's own list: it switches off web security, and a single process for everything cannot lose
  // a page.
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
  ];
  browser = await chromium.launch({ executablePath, args });
});
afterAll(() => browser.close());

/** What the page's video element reports about an address after it has played for half a second. */
async function play(page: Page, address: string) {
  await page.setContent('<video muted></video>');
  return page.evaluate(async (source) => {
    const video = document.querySelector('video');
    video.src = source;
    await video.play();
    await new Promise<void>((resolve, reject) => {
      video.ontimeupdate = () => {
        if (video.currentTime > 0.5) resolve();
      };
      video.onerror = () => reject(new Error(video.error?.message));
    });
    const { videoWidth, videoHeight, duration, seekable } = video;
    return { videoWidth, videoHeight, duration, seekableTo: seekable.end(0) };
  }, address);
}

it('plays the video of a task, with sound, and can seek in it', async () => {
  const input = { prompt: 'waves on a beach at sunset', resolution: '480p', duration: 2, audio: true };
  const task = await client.waitFor(await client.createId({ model: 'reelay/draft-t2v', input }));
  const page = await browser.newPage();
  const shown = await play(page, task.result?.media_urls[0] ?? '');
  expect(shown).toMatchObject({ videoWidth: 864, videoHeight: 480 });
  expect(Math.abs(shown.duration - 2)).toBeLessThanOrEqual(1 / 24 + 0.001);
  expect(shown.seekableTo).toBeCloseTo(shown.duration, 1);
  await page.close();
});

it('shows the cover and plays the preview of a template', async () => {
  const { data } = await client.call('/api/v1/client/job/bytedance-templates?template_id=104909826');
  const [template] = data.templates as { Cover: string; PreviewVideo: string }[];
  const page = await browser.newPage();
  const shown = await play(page, template.PreviewVideo);
  expect(shown.duration).toBeGreaterThan(1);
  const width = await page.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    return image.naturalWidth;
  }, template.Cover);
  expect(width).toBeGreaterThan(200);
  await page.close();
});

it('shows the dashboard at the root, and the reference page at its place; neither needs another host', async () => {
  const page = await browser.newPage();
  const hosts = new Set<string>();
  page.on('request', (request) => /^http/.test(request.url()) && hosts.add(new URL(request.url()).origin));
  await page.goto(client.url);
  await page.getByRole('heading', { name: /^(Open the set-up link|Sign in)$/ }).waitFor();
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${client.url}/docs`);
  await page.getByRole('heading', { name: 'Create a task' }).first().waitFor({ state: 'attached' });
  expect(new URL(page.url()).pathname).toBe('/docs/');
  expect([...hosts]).toEqual([new URL(client.url).origin]);
  expect(faults).toEqual([]);
  await page.close();
});
