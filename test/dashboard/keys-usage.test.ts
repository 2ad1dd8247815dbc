// Keys and usage in the browser: make a key, bound it, see the create above its budget refused by name, and find the sums
// of what is shown in the file.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { waitFor } from '../stage/wait.ts';
import { findBarriers } from './axe.ts';
import { startStage } from './stage.ts';

/** Two renders on a machine that does much else. */
const ENDED_MS = 300_000;
const MODEL = 'reelay/draft-t2v';
const stage = await startStage();
await stage.core.catalog.changeModel(MODEL, { price: { kind: 'flat', version: 'test', credits: 8 } });

function create(key: string): Promise<Response> {
  return fetch(`${stage.url}/api/v1/client/job/CreateTask`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: MODEL,
      input: { prompt: 'A lake at sunset' },
      metadata: { project: 'lake' },
    }),
  });
}

it('makes a key with a budget, shows it once, and the create above the budget is refused by name', async () => {
  const { page, close } = await stage.open('/keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.waitForURL(/\?open=new/);
  await page.reload();
  const sheet = page.getByRole('dialog', { name: 'New key' });
  await sheet.getByRole('textbox', { name: 'Name' }).fill('agency');
  await sheet.getByRole('button', { name: 'Set limits' }).click();
  await sheet.getByRole('textbox', { name: 'Credits in all' }).fill('20');
  expect(await findBarriers(page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Make the key' }).click();
  const made = page.getByRole('dialog', { name: 'The key agency' });
  const key = await made.getByRole('region', { name: 'The key' }).innerText();
  expect(key).toMatch(/^ak_test[0-9A-Za-z]{28}$/);
  await made.getByRole('button', { name: 'Done' }).click();
  await page
    .getByRole('dialog', { name: 'Is the key kept?' })
    .getByRole('button', { name: 'Close' })
    .last()
    .click();
  await made.waitFor({ state: 'hidden' });
  expect([(await create(key)).status, (await create(key)).status]).toEqual([200, 200]);
  const refused = await create(key);
  expect(await refused.json()).toMatchObject({ code: 402, error: 'key_total_limit_reached' });
  // Without a reload: the page follows what its account spends.
  await page
    .getByRole('row', { name: /agency/ })
    .getByText('16 of 20 in all')
    .waitFor();
  expect(await page.content()).not.toContain(key);
  await close();
});

it('finds keys by name or end and puts them in order, and both stand in the address', async () => {
  const ends = { expiresAt: new Date(Date.now() + 86_400_000) };
  for (const [name, more] of [
    ['studio', {}],
    ['website', { ...ends, mode: 'live' }],
  ] as const)
    await stage.core.accounts.createKey({
      account: stage.accountId,
      mode: 'test',
      name,
      role: 'member',
      ...more,
    });
  const { page, close } = await stage.open('/keys?sort=ends');
  const rows = page.getByRole('table', { name: 'API keys' }).locator('tbody tr');
  await page.getByText('Expires first').first().waitFor();
  await expect.poll(() => rows.first().innerText()).toContain('website');
  await page.getByRole('searchbox', { name: 'Search keys' }).fill('STUD');
  await page.waitForURL(/q=STUD/);
  await rows.filter({ hasText: 'website' }).waitFor({ state: 'hidden' });
  await rows.filter({ hasText: 'studio' }).first().waitFor();
  await page.getByRole('searchbox', { name: 'Search keys' }).fill('nobody');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await rows.filter({ hasText: 'website' }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await close();
});

it('rotates a key with an overlap, and disables it when that is confirmed', async () => {
  const { page, close } = await stage.open('/keys');
  const row = page.getByRole('row', { name: /agency/ });
  const choose = async (item: string) => {
    await row.getByRole('button', { name: 'Actions of agency' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await choose('Rotate');
  await page.getByRole('dialog', { name: 'Rotate agency' }).getByRole('button', { name: 'Rotate' }).click();
  const made = page.getByRole('dialog', { name: 'The key agency' });
  const key = await made.getByRole('region', { name: 'The key' }).innerText();
  await made.getByRole('button', { name: 'Done' }).click();
  await page
    .getByRole('dialog', { name: 'Is the key kept?' })
    .getByRole('button', { name: 'Close' })
    .last()
    .click();
  await row.getByText('also works').waitFor();
  await choose('Disable');
  await page
    .getByRole('dialog', { name: 'Disable agency?' })
    .getByRole('button', { name: 'Disable' })
    .click();
  await row.getByText('Disabled').waitFor();
  await expect.poll(async () => (await create(key)).text()).toContain('"key_disabled"');
  await close();
});

it('lets agents use a live key above a price only with a person, says so at the key and in the audit log', async () => {
  const { page, close } = await stage.open('/keys');
  const row = page.getByRole('row', { name: /website/ });
  await row.getByRole('button', { name: 'Actions of website' }).click();
  await page.getByRole('menuitem', { name: 'Change' }).click();
  const sheet = page.getByRole('dialog', { name: 'Key website' });
  await sheet.getByRole('switch', { name: 'Agents may use it' }).setChecked(true, { force: true });
  await sheet.getByRole('textbox', { name: 'Agents ask a person above' }).fill('50');
  expect(await findBarriers(page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Save' }).click();
  await row.getByText('Agents may use it; a person agrees above 50 credits').waitFor();
  const acts = await page.request.get(`${stage.url}/api/v1/operator/acts?action=key`);
  expect((await acts.json()).items[0]).toMatchObject({
    action: 'key.change',
    actor: { name: stage.owner.email },
    before: { agents_live: false, agents_confirm_above: null },
    after: { agents_live: true, agents_confirm_above: 50 },
  });
  await close();
});

it('shows usage whose file has the same rows, and says of which key', async () => {
  const [key] = (await stage.core.accounts.listKeys(stage.accountId, { limit: 10 })).filter(
    ({ name }) => name === 'agency',
  );
  await waitFor('the tasks have ended, so that no sum changes', ENDED_MS, async () => {
    const { rows } = await stage.core.pool.query('select 1 from tasks where completed_at is null limit 1');
    return rows.length === 0;
  });
  const { page, close } = await stage.open(`/usage?by=metadata.project&key=${key?.id}`);
  const table = page.getByRole('table', { name: 'Usage' });
  await table.getByRole('row', { name: /lake/ }).waitFor();
  const shown = await table
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.slice(1, -1).map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')),
    );
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download CSV' }).click(),
  ]);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n').slice(1);
  const inFile = lines.map((line) => {
    const [name, , tasks, succeeded, failed, credits, held] = line.split(',');
    return [name, tasks, succeeded, failed, held, credits];
  });
  expect(inFile).toEqual(shown);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: /^key: agency/ }).click();
  await page.waitForURL(/by=metadata\.project$/);
  await close();
});
