// Tasks and a task's page: live rows, filters, cancel, and texts of others that stay texts.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { TEMPLATE_MEDIA_FOLDER } from '../../server/src/catalog/templates.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { endByHand, findTaskFacts } from '../../server/src/tasks/by-hand.ts';
import { findBarriers } from './axe.ts';
import { startStage } from './stage.ts';

const stage = await startStage();
const { core, accountId } = stage;
const made = await core.accounts.createKey({
  account: accountId,
  mode: 'test',
  name: 'Studio',
  role: 'member',
});
/** A render on a machine that does much else. */
const RENDER_MS = 600_000;
/** Of an `img`. */
interface Drawn {
  naturalWidth: number;
}
const SCRIPT = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

async function create(input: object, more: object = {}): Promise<string> {
  const answer = await fetch(`${stage.url}/api/v1/client/job/CreateTask`, {
    method: 'POST',
    headers: { 'x-api-key': made.key, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'reelay/draft-t2v', input, ...more }),
  });
  const { data } = (await answer.json()) as { data: { task_id: string } };
  return data.task_id;
}

/**
 * Tasks wait while this test holds the lock that the rounds of all dispatchers take. @returns what frees it; the end of
 * the test frees it, too.
 */
async function holdDispatch(): Promise<() => Promise<void>> {
  const client = await core.pool.connect();
  await client.query(`begin`);
  await client.query(`select pg_advisory_xact_lock(hashtext('reelay dispatch'))`);
  let freed: Promise<void> | undefined;
  const end = async () => {
    try {
      await client.query('commit');
    } finally {
      // One that broke is given back too, or the end of the file waits for it.
      client.release();
    }
  };
  const free = () => {
    freed ??= end();
    return freed;
  };
  onTestFinished(free);
  return free;
}

function rowOf(page: Page, prompt: string) {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name: prompt }) });
}

it('shows a task from its create to its video without a reload, and plays it', async () => {
  const { page, close } = await stage.open('/tasks');
  await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
  const id = await create(
    { prompt: 'A lake at dawn', duration: 1, resolution: '480p' },
    { metadata: { project: 'spring' } },
  );
  await page.getByRole('link', { name: 'A lake at dawn' }).waitFor();
  await rowOf(page, 'A lake at dawn').getByText('Done').last().waitFor({ timeout: RENDER_MS });
  await page.getByRole('link', { name: 'A lake at dawn' }).click();
  await page.getByRole('region', { name: 'Timeline' }).getByText(/^Done/).waitFor();
  const video = page.locator('video');
  await expect
    .poll(() => video.evaluate((element) => (element as unknown as { duration: number }).duration))
    .toBeCloseTo(1, 0);
  await page.getByRole('region', { name: 'Money' }).getByRole('link').first().click();
  await page.waitForURL(/\/usage\?task=.*#held$/);
  await page.locator('tr[aria-current]').filter({ hasText: 'Set aside' }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'spring' }).click();
  await page.waitForURL(/metadata\.project=spring/);
  await page.getByRole('link', { name: 'A lake at dawn' }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  expect(page.url()).not.toContain(id);
  await close();
});

it('an operator shows a result to every account on the page of its model, and takes it back', async () => {
  const [row] = (await core.browser.search({ accountId, mode: 'test' }, { states: ['succeeded'], limit: 1 }))
    .rows;
  const { page, close } = await stage.open(`/tasks/${row.id}`);
  await page.getByRole('button', { name: 'Show as an example' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Show it' }).click();
  await page.getByRole('button', { name: 'Take back the example' }).waitFor();
  await page.getByRole('region', { name: 'Facts' }).getByRole('link', { name: row.model }).click();
  const examples = page.getByRole('region', { name: 'Examples' });
  await examples.getByLabel(row.prompt ?? '').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await examples.getByRole('button', { name: 'Take back' }).click();
  await page
    .getByRole('region', { name: 'Made in your account' })
    .getByLabel(row.prompt ?? '')
    .waitFor();
  await close();
});

it('shows what a task was made from, small, and asks another host only by the server and on a click', async () => {
  const free = await holdDispatch();
  const foreign = 'https://samples.example/portrait.jpg';
  const picture = { contentType: 'image/jpeg', ext: '.jpg' };
  const { uploadUrl, fileUrl } = await core.files.startUpload({ accountId, ...picture });
  const bytes = await readFile(new URL('900000001.jpg', TEMPLATE_MEDIA_FOLDER));
  await fetch(uploadUrl, { method: 'PUT', headers: { 'content-type': 'image/jpeg' }, body: bytes });
  const input = { prompt: 'a dancer of two pictures', img_urls: [fileUrl, foreign], duration: 5 };
  const id = await create(input, { model: 'vidu/q1-r2v' });
  const { page, close } = await stage.open('/tasks');
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  const isDrawn = (image: Locator) =>
    expect
      .poll(() => image.evaluate((element) => (element as unknown as Drawn).naturalWidth))
      .toBeGreaterThan(0);
  await isDrawn(rowOf(page, 'a dancer of two pictures').locator('img'));
  await page.goto(`${stage.url}/tasks/${id}`);
  const pictures = page.getByRole('list', { name: 'Pictures of the input' });
  await isDrawn(pictures.getByRole('img', { name: 'Input 1' }));
  await pictures.getByText(foreign).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await pictures.getByRole('button', { name: 'Load Input 2' }).click();
  await isDrawn(pictures.getByRole('img', { name: 'Input 2' }));
  expect([...hosts]).toEqual([new URL(stage.url).host]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled').first().waitFor();
  await free();
  await close();
});

it('gathers new tasks, walks by j, keeps the filter, and cancels what is selected', async () => {
  const free = await holdDispatch();
  const prompts = ['first of three', 'second of three', 'third of three'];
  const { page, close } = await stage.open('/tasks?q=of+three');
  const ids = [];
  for (const prompt of prompts) ids.push(await create({ prompt }));
  await page.goto(`${stage.url}/tasks`);
  await page.getByRole('link', { name: 'third of three' }).waitFor();
  await create({ prompt: 'a newcomer' });
  await page.getByRole('button', { name: '1 new' }).click();
  await page.getByRole('link', { name: 'a newcomer' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Tasks' }).click();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('third of three');
  await page.getByRole('searchbox', { name: 'Search prompts and ids' }).fill('of three');
  await page.waitForURL(/q=of\+three/);
  await page.getByRole('link', { name: 'a newcomer' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'third of three' }).click();
  await page.getByText('Id', { exact: true }).waitFor();
  await page.keyboard.press('j');
  await page.waitForURL(new RegExp(`${ids[1]}\\?q=of\\+three`));
  await page.goBack();
  await page.goBack();
  for (const prompt of prompts.slice(0, 2))
    await page.getByRole('checkbox', { name: `Select: ${prompt}` }).check();
  await page.getByRole('button', { name: 'Cancel 2' }).click();
  await page.getByRole('status').filter({ hasText: '2 cancelled, nothing charged' }).waitFor();
  await rowOf(page, 'first of three').getByText('Cancelled').last().waitFor();
  // The states are one stop of the Tab key, in which the arrows move; what is chosen is said.
  const states = page.getByRole('toolbar', { name: 'State' });
  await states.getByRole('link', { name: 'All' }).focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.waitForURL(/status=cancelled/);
  await page.getByRole('status').filter({ hasText: 'State: Cancelled' }).waitFor({ state: 'attached' });
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Cancelled');
  expect(await states.locator('[aria-current], [tabindex="0"]').allInnerTexts()).toEqual(['Cancelled']);
  await page.keyboard.press('Tab');
  await expect.poll(() => page.evaluate('document.activeElement.type')).toBe('search');
  await free();
  await close();
});

it('shows what others wrote as text, and says when there is no such task', async () => {
  const id = await create(
    { prompt: `${SCRIPT} reelay:stuck`, duration: 2 },
    { metadata: { [SCRIPT.slice(0, 40)]: SCRIPT } },
  );
  await endByHand(core, await findTaskFacts(core.pool, id), { as: 'failed', reason: SCRIPT });
  const { page, close } = await stage.open(`/tasks/${id}`, { theme: 'dark' });
  await page.getByText(/; nothing was charged/).waitFor();
  expect(await page.getByText(SCRIPT).count()).toBeGreaterThan(3);
  expect(await page.title()).toBe('reelay/draft-t2v · Reelay');
  await page.getByText('As the API has it').click();
  await page.getByRole('region', { name: 'Task as JSON' }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.goto(`${stage.url}/tasks`);
  await page.getByRole('link', { name: SCRIPT }).waitFor();
  await page.goto(`${stage.url}/tasks/${newId()}`);
  await page.getByRole('heading', { name: 'No such task in this account' }).waitFor();
  expect(await page.title()).toBe('Task · Reelay');
  await close();
});

/** What the page wrote while its server or its network was away: the browser says that, and nothing else goes wrong. */
function forgetOutage(faults: string[]): void {
  expect(faults.filter((fault) => !/net::ERR_/.test(fault))).toEqual([]);
  faults.splice(0);
}

it('keeps what it shows while the server is away, and follows the task by the stream once it is back', async () => {
  const free = await holdDispatch();
  await create({ prompt: 'over a restart', duration: 1, resolution: '480p' });
  const { page, faults, close } = await stage.open('/tasks');
  const row = rowOf(page, 'over a restart');
  const line = page.getByText(/^No connection\. .* again in \d s/);
  await row.getByText('Waiting').last().waitFor();
  await page.getByRole('checkbox', { name: 'Select: over a restart' }).check();
  await page.evaluate('window.isSamePage = true');
  await stage.restart(async () => {
    await free();
    // Nothing was pressed: the end of the stream says it.
    await line.waitFor();
    await page.getByRole('button', { name: 'Cancel 1' }).click();
    await page.getByRole('alert').filter({ hasText: 'The server cannot be reached' }).waitFor();
    await row.getByText('Waiting').last().waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });
  await line.waitFor({ state: 'detached' });
  // The cancel was refused there and then; it is not sent now.
  await row.getByText('Done').last().waitFor({ timeout: RENDER_MS });
  expect(await page.evaluate('window.isSamePage')).toBe(true);
  forgetOutage(faults);
  await close();
});

it('keeps the text of a form without a network, and goes to the page that was asked for once there is one', async () => {
  const { page, faults, close } = await stage.open('/keys?open=new');
  const sheet = page.getByRole('dialog', { name: 'New key' });
  const name = sheet.getByRole('textbox', { name: 'Name' });
  const make = sheet.getByRole('button', { name: 'Make the key' });
  const line = page.getByText(/^No connection/).last();
  await name.fill('offline');
  await page.context().setOffline(true);
  await make.click();
  await sheet.getByRole('alert').filter({ hasText: 'The server cannot be reached' }).waitFor();
  expect(await name.inputValue()).toBe('offline');
  await line.waitFor({ state: 'attached' });
  await page.context().setOffline(false);
  await page.getByRole('status').filter({ hasText: 'The connection is back' }).waitFor({ state: 'attached' });
  await make.click();
  await page.getByRole('dialog', { name: 'The key offline' }).waitFor();
  await page.goto(`${stage.url}/keys`);
  await page.getByRole('row', { name: /offline/ }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Callbacks', exact: true }).click();
  await line.waitFor();
  await page.getByRole('row', { name: /offline/ }).waitFor();
  await page.context().setOffline(false);
  await page.getByRole('heading', { name: 'Callbacks' }).waitFor();
  forgetOutage(faults);
  await close();
});
