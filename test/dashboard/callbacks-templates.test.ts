// Callbacks and templates in the browser: what a person does with them, from the page to the receiver and back.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { copyPreviews } from '../../server/src/catalog/previews.ts';
import { createGuardedFetch } from '../../server/src/lib/guarded-fetch.ts';
import { findBarriers } from './axe.ts';
import { startStage } from './stage.ts';
import { readVideo } from './video.ts';

const RENDER_MS = 600_000;
const PICTURE = join(import.meta.dirname, '..', '..', 'draft', 'samples', 'cat.jpg');
const PAYLOAD = '<img src=x onerror="window.isHit=1"><script>window.isHit=1</script>';

const stage = await startStage();
const { key } = await stage.core.accounts.createKey({
  account: stage.accountId,
  mode: 'test',
  name: PAYLOAD,
});

/** A task whose callback goes to this address. */
async function createTask(callbackUrl: string): Promise<void> {
  const response = await fetch(`${stage.url}/api/v1/client/job/CreateTask`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'reelay/draft-t2v',
      callback_url: callbackUrl,
      input: { prompt: PAYLOAD, duration: 1, resolution: '480p' },
    }),
  });
  expect(response.status).toBe(200);
}

function isHit(page: Page): Promise<unknown> {
  return page.evaluate('window.isHit');
}

it('a callback goes into an inbox, where its signature verifies, and again when it is replayed', async () => {
  const { page, close } = await stage.open('/callbacks?view=inboxes');
  await page.getByRole('button', { name: 'New inbox' }).click();
  const inbox = page.getByRole('region', { name: 'Inbox', exact: true });
  const address = await inbox.getByRole('region', { name: 'Address of the inbox' }).innerText();
  await fetch(`${address}?q=${encodeURIComponent(PAYLOAD)}`, { method: 'POST', body: PAYLOAD });
  await inbox.getByText('Not signed').waitFor();
  await createTask(address.trim());
  await inbox.getByText('Signature verified').first().waitFor({ timeout: RENDER_MS });

  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByRole('link', { name: /^End of a task/ }).click();
  const sheet = page.getByRole('dialog', { name: 'Callback' });
  await sheet.getByText('Delivered', { exact: true }).waitFor();
  await sheet.getByText('1. 200').click();
  await sheet.getByRole('region', { name: 'Headers of try 1' }).waitFor();
  expect(await sheet.innerText()).not.toContain('webhook-signature');
  expect(await findBarriers(page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Replay' }).click();
  await sheet.getByText('2. 200').waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'hidden' });

  await page.getByRole('tab', { name: 'Inboxes' }).click();
  await expect.poll(() => inbox.getByText('Signature verified').count()).toBe(2);
  // One may be sent again once in ten seconds.
  await stage.core.pool.query(`update callbacks set replayed_at = replayed_at - interval '1 minute'`);
  await page.goto(`${stage.url}/tasks`);
  await page.locator('a[data-row]').first().click();
  const ofTask = page.getByRole('region', { name: 'Callbacks' });
  await ofTask.getByText('delivered, 2 tries').waitFor();
  await page.getByRole('button', { name: 'Replay callback' }).click();
  await ofTask.getByText('delivered, 3 tries').waitFor();
  expect(await isHit(page)).toBeUndefined();
  await close();
});

it('a test of a receiver says why an address is refused, and what was sent', async () => {
  const { page, close } = await stage.open('/callbacks', { theme: 'dark' });
  await page.getByRole('button', { name: 'Test a receiver' }).click();
  const sheet = page.getByRole('dialog', { name: 'Test a receiver' });
  await sheet.getByRole('button', { name: 'Send the test' }).click();
  await sheet.getByText('Enter the address to post to').waitFor();
  await sheet.getByRole('textbox', { name: 'Address of the receiver' }).fill('http://10.0.0.1/');
  await page.keyboard.press('Enter');
  await sheet.getByText('it leads to a private or reserved network').waitFor();
  await sheet
    .getByRole('region', { name: 'Request' })
    .getByText(/callback\.test/)
    .waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await close();
});

it('the secret is masked until it is asked for, and is rotated with the overlap that was chosen', async () => {
  const { page, close } = await stage.open('/callbacks');
  const card = page.getByRole('region', { name: 'Signing secret' });
  await card.getByText(/^whsec_…/).waitFor();
  await card.getByRole('button', { name: 'Reveal' }).click();
  await card.getByText(/^whsec_[\w+/]{20,}/).waitFor();
  await card.getByRole('button', { name: 'Rotate' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rotate the signing secret' });
  await dialog.getByText('7 d', { exact: true }).click();
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Rotate' }).click();
  const made = page.getByRole('dialog', { name: 'The new secret' });
  await made.getByRole('region', { name: 'New signing secret' }).waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await card.getByText(/The one before signs as well/).waitFor();
  await card.getByRole('button', { name: 'Rotate' }).click();
  await dialog.getByText('None', { exact: true }).click();
  const rotate = dialog.getByRole('button', { name: 'Rotate' });
  expect(await rotate.getAttribute('aria-disabled')).toBe('true');
  await dialog.getByLabel('Type rotate').fill('rotate');
  await rotate.click();
  await made.getByText('The old one signs nothing any more.').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await close();
});

it('a card of the gallery plays its preview on focus, one at a time, and frees it afterwards', async () => {
  const { page, close } = await stage.open('/templates');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const cards = page.getByRole('list', { name: 'Templates' }).getByRole('link');
  const videos = page.locator('main video');
  await cards.nth(0).focus();
  await expect.poll(() => videos.count()).toBe(1);
  await cards.nth(1).hover();
  await expect.poll(() => cards.nth(1).locator('video').count()).toBe(1);
  expect(await videos.count()).toBe(1);
  await page.mouse.move(0, 0);
  await expect.poll(() => videos.count()).toBe(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await cards.nth(2).focus();
  await cards.nth(3).hover();
  await page.getByRole('searchbox', { name: 'Search templates' }).fill('holo');
  await expect.poll(() => cards.count()).toBe(1);
  expect(await videos.count()).toBe(0);
  expect(new URL(page.url()).search).toBe('?q=holo');
  await page.reload();
  await expect.poll(() => cards.count()).toBe(1);
  await close();
});

it('the preview of an imported template is copied, and the copy plays under the policy', async () => {
  const file = readFileSync(
    new URL('../../server/src/catalog/templates/media/900000001.mp4', import.meta.url),
  );
  const host = createServer((_request, response) => response.end(file));
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const guardedFetch = createGuardedFetch({ allowLoopback: true });
  onTestFinished(async () => {
    await guardedFetch.close();
    host.close();
  });
  const { port } = host.address() as AddressInfo;
  const { catalog, files, pool, storage } = stage.core;
  await catalog.importTemplates('kling', [
    {
      TemplateId: 'dance',
      Title: 'Dance',
      ConsumeItems: [{ Resolution: '720p', Credit: 1 }],
      PreviewVideo: `http://127.0.0.1:${port}/dance.mp4`,
    },
  ]);
  const parts = {
    pool,
    storage,
    guardedFetch,
    newPath: () => files.newStagingPath(),
    isRoomLow: () => false,
  };
  expect(await copyPreviews(parts, new AbortController().signal)).toBe(1);
  await expect
    .poll(async () => (await catalog.listGallery()).find(({ id }) => id === 'dance')?.previewVersion)
    .toBeTruthy();
  const { page, close } = await stage.open('/templates?q=dance&vendor=kling');
  await page.getByRole('list', { name: 'Templates' }).getByRole('link').first().click();
  const video = page.getByLabel('Preview of Dance');
  await expect.poll(() => video.evaluate((element) => Reflect.get(element, 'videoWidth'))).toBeGreaterThan(0);
  expect(await video.getAttribute('src')).toContain(`${stage.url}/templates/previews/kling/dance-`);
  await close();
});

it('a template is used with a picture of the person, and the video plays', async () => {
  const { page, close } = await stage.open('/templates?q=glitch', { theme: 'dark' });
  await page.getByRole('list', { name: 'Templates' }).getByRole('link').first().click();
  const sheet = page.getByRole('dialog');
  await sheet.getByText('1 picture').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await sheet.getByRole('link', { name: 'Use' }).click();
  await page.getByRole('heading', { name: 'Playground' }).waitFor();
  await page.locator('input[type="file"]').first().setInputFiles(PICTURE);
  await page.getByRole('button', { name: /^Remove/ }).waitFor();
  const upload = page.getByRole('progressbar', { name: /^Upload of/ });
  await expect.poll(() => upload.count()).toBe(0);
  await page.getByText('480p', { exact: true }).click();
  const run = page.getByRole('button', { name: 'Run', exact: true });
  await expect.poll(() => run.getAttribute('aria-disabled')).toBeNull();
  await run.click();
  expect(await readVideo(page)).toEqual({ width: 640, height: 480, seconds: 5 });
  await close();
});
