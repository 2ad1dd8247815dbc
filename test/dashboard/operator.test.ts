// What an operator does in the browser, each act of which stands in the audit log afterwards.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { startEmulator } from '../../emulators/core/server.ts';
import { EMULATED_APIS } from '../../emulators/emulators.ts';
import { flatPrice } from '../../server/src/catalog/prices.ts';
import { waitFor } from '../stage/wait.ts';
import { findBarriers } from './axe.ts';
import { startStage } from './stage.ts';

const MODEL = 'bytedance/seedance1-0-pro-t2v';
const DAY_MS = 86_400_000;
/** Nothing listens there. */
const RECEIVER = 'http://127.0.0.1:9/hooks';
const INPUT = { prompt: 'a cat', resolution: '480p', duration: 5 };

const stage = await startStage({
  environment: {
    REELAY_LIVE_LOOPBACK_CALLBACKS: 'true',
    REELAY_SMTP_URL: 'smtp://127.0.0.1:9',
    REELAY_MAIL_FROM: 'reelay@example.com',
  },
});
const api = EMULATED_APIS.find(({ id }) => id === 'ark');
if (!api) throw new Error('there is no emulator ark');
const emulator = await startEmulator(api, { settings: { queueMs: 20, runMs: 50 } });
afterAll(() => emulator.close());

/** The acts in the audit log, as the page shows them, newest first. */
async function readActs(page: Page): Promise<string> {
  await page.goto(`${stage.url}/operator/audit`);
  const table = page.getByRole('table', { name: 'Acts' });
  await table.getByText('account.create').first().waitFor();
  return table.innerText();
}

async function call(path: string, key: string, body?: object) {
  const response = await fetch(`${stage.url}/api/v1/client/job${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  return (await response.json()) as { data: Record<string, string | number> };
}

/** A task once it has ended. */
function endOf(id: string, key: string) {
  return waitFor('the end of the task', 60_000, async () => {
    const read = await call(`/TaskInfo?task_id=${id}`, key);
    return ['success', 'failed'].includes(String(read.data.status)) && read.data;
  });
}

it('grants credits with the amount typed twice, asks for a notice, and reads both in the audit log', async () => {
  const { page, close } = await stage.open('/operator/accounts');
  await page.getByRole('link', { name: 'default' }).click();
  await page.getByRole('button', { name: 'Grant or correct' }).click();
  const sheet = page.getByRole('dialog', { name: 'Credits of default' });
  await sheet
    .getByLabel(/^Credits\b(?!,)/)
    .first()
    .fill('250.5');
  await sheet.getByLabel('Reason').fill('paid by invoice 7');
  const button = sheet.getByRole('button', { name: 'Grant 250.5' });
  expect(await button.getAttribute('aria-disabled')).toBe('true');
  await sheet.getByLabel('Credits, once more').fill('250.5');
  await button.click();
  await sheet.waitFor({ state: 'hidden' });
  await page
    .getByRole('region', { name: 'Live credits' })
    .getByText('250.5', { exact: true })
    .first()
    .waitFor();
  expect(await stage.core.credits.balance(stage.accountId, 'live')).toEqual({
    posted: 250_500_000n,
    held: 0n,
  });
  await page.getByRole('button', { name: 'Notice of low live credits' }).click();
  const notice = page.getByRole('dialog', { name: 'Notice of low live credits' });
  expect(await notice.getByLabel('Mail to').inputValue()).toBe(stage.owner.email);
  await notice.getByLabel('Threshold').fill('100');
  expect(await findBarriers(page)).toEqual([]);
  await notice.getByRole('button', { name: 'Save the notice' }).click();
  await notice.waitFor({ state: 'hidden' });
  const live = page.getByRole('region', { name: 'Live credits' });
  await live.getByText(`below 100, to ${stage.owner.email}`).waitFor();
  const acts = await readActs(page);
  expect(acts).toContain('notice.change');
  expect(acts).toContain('credits.grant');
  expect(acts).toContain('paid by invoice 7');
  expect(acts).toContain(stage.owner.email);
  await close();
});

it('sets a price from tomorrow on: then quote and charge are the new ones, and the tasks of today keep theirs', async () => {
  const model = 'reelay/draft-t2v';
  await stage.core.catalog.changeModel(model, { price: flatPrice(2_000_000n, Date.now()) });
  const { page, close } = await stage.open('/operator/models?q=draft-t2v');
  await page.getByRole('link', { name: model }).click();
  const sheet = page.getByRole('dialog', { name: model });
  const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
  await sheet.getByLabel('Credits of a task').fill('3.25');
  await sheet.getByLabel('Holds from').fill(tomorrow);
  await sheet.getByRole('button', { name: 'Set the price from that day' }).click();
  await sheet.getByRole('button', { name: 'Withdraw' }).waitFor();
  const { key } = await stage.core.accounts.createKey({ account: 'default', mode: 'test', name: 'days' });
  const body = { model, input: { prompt: 'a day', duration: 1, resolution: '480p' } };
  const quote = async () => (await call('/EstimateTask', key, body)).data.estimated_credits;
  const create = async () => String((await call('/CreateTask', key, body)).data.task_id);
  const chargedFor = async (id: string) => (await endOf(id, key)).credits;
  expect(await quote()).toBe(2);
  const today = await create();
  // The clock of the server is that of this process. It is set to the first second of tomorrow, and timers go on.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(`${tomorrow}T00:00:00Z`) });
  onTestFinished(() => void vi.useRealTimers());
  expect(await quote()).toBe(3.25);
  const next = await create();
  expect(await chargedFor(today)).toBe(2);
  expect(await chargedFor(next)).toBe(3.25);
  // Back to today, or the session would be a day old, and operators give their password again after twelve hours.
  vi.useRealTimers();
  await page.reload();
  await page.getByRole('dialog', { name: model }).getByText('3.25', { exact: false }).first().waitFor();
  expect(await readActs(page)).toContain('price.set');
  await close();
});

it('saves all prices as a sheet, shows what a changed one sets, and sets it', async () => {
  const model = 'runway/gen4-turbo-i2v';
  const { page, close } = await stage.open('/operator/models?q=gen4-turbo');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the sheet' }).click();
  const sheet = await readFile(await (await saved).path(), 'utf8');
  const buffer = Buffer.from(sheet.replace(`${model},second,720p,10,`, `${model},second,720p,12,`));
  const file = { name: 'mine.csv', mimeType: 'text/csv', buffer };
  await page.getByLabel('File of prices').setInputFiles(file);
  const changes = page.getByRole('region', { name: 'What mine.csv changes' });
  await changes.getByText('720p 10 -> 12').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await changes.getByRole('button', { name: 'Set 1 price' }).click();
  await changes.waitFor({ state: 'hidden' });
  const priceOf = async () => (await stage.core.catalog.findStatus(model))?.price;
  await expect.poll(priceOf).toMatchObject({ credits: { '720p': 12 } });
  expect(await readActs(page)).toContain('price.set');
  await close();
});

it('adds an account at a provider, tests it, and a live task is made with it', async () => {
  const { page, close } = await stage.open('/operator/credentials');
  await page.getByRole('button', { name: 'Add an account' }).first().click();
  const sheet = page.getByRole('dialog', { name: 'Add an account' });
  await sheet.getByRole('combobox', { name: 'Provider' }).click();
  const title = stage.core.credentials.providers.find(({ id }) => id === 'ark')?.facts.title ?? '';
  await page.getByRole('option', { name: title }).click();
  for (const [name, value] of Object.entries(emulator.fields))
    await sheet.getByRole('textbox', { name: new RegExp(`^${name}\\b`) }).fill(value);
  await sheet.getByRole('button', { name: 'Add the account' }).click();
  await sheet.waitFor({ state: 'hidden' });
  const row = page.getByRole('row').filter({ hasText: 'ark/operator' });
  await row.getByRole('cell', { name: 'untested', exact: true }).waitFor();
  await row.getByRole('button', { name: 'Test ark/operator' }).click();
  await row.getByRole('cell', { name: 'works', exact: true }).waitFor();
  const credits = {
    accountId: stage.accountId,
    book: 'live',
    amount: 1_000_000_000n,
    reason: 'to try it',
  } as const;
  await stage.core.credits.grant(credits);
  const { key } = await stage.core.accounts.createKey({ account: 'default', mode: 'live', name: 'live' });
  const { data } = await call('/CreateTask', key, { model: MODEL, input: INPUT });
  expect((await endOf(String(data.task_id), key)).status).toBe('success');
  const acts = await readActs(page);
  for (const action of ['credential.add', 'credential.test']) expect(acts).toContain(action);
  const secrets = Object.entries(emulator.fields).filter(([name]) => /key|secret/.test(name));
  for (const [, secret] of secrets) expect(acts).not.toContain(secret);
  await close();
});

it('switches selected accounts at providers off and on, and retires one once its name is typed', async () => {
  const { page, close } = await stage.open('/operator/credentials');
  const name = 'ark/operator';
  const row = page.getByRole('row').filter({ hasText: name });
  for (const [verb, done] of [
    ['Disable 1', '1 disabled'],
    ['Enable 1', '1 enabled'],
  ]) {
    await page.getByLabel(`Select: ${name}`).check();
    await page.getByRole('button', { name: verb }).click();
    await page.getByRole('status').filter({ hasText: done }).waitFor();
  }
  await row.getByRole('button', { name: `More about ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Retire' }).click();
  const dialog = page.getByRole('dialog', { name: `Retire ${name}?` });
  const retire = dialog.getByRole('button', { name: 'Retire' });
  await dialog.getByLabel(`Type ${name}`).fill('ark');
  expect(await retire.getAttribute('aria-disabled')).toBe('true');
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByLabel(`Type ${name}`).fill(name);
  await retire.click();
  await row.getByRole('cell', { name: 'retired', exact: true }).waitFor();
  await close();
});

it('ends unknown outcomes once their credits are typed, one or several, and sends their callbacks again', async () => {
  const { key } = await stage.core.accounts.createKey({ account: 'default', mode: 'test', name: 'stuck' });
  const body = { model: MODEL, input: { ...INPUT, prompt: 'reelay:stuck' }, callback_url: RECEIVER };
  const ids: string[] = [];
  for (let count = 0; count < 3; count++)
    ids.push(String((await call('/CreateTask', key, body)).data.task_id));
  await waitFor('the tasks are unknown', 60_000, async () => {
    const { rowCount } = await stage.core.pool.query(
      `update attempts set state = 'unknown' where task_id = any ($1) and state in ('accepted', 'unknown')`,
      [ids],
    );
    return rowCount === ids.length;
  });
  const { page, close } = await stage.open('/operator/unknown');
  await page.getByRole('button', { name: `End ${ids[0]}` }).click();
  const sheet = page.getByRole('dialog', { name: 'End the task without a charge' });
  const end = sheet.getByRole('button', { name: /^End it and give back/ });
  await sheet.getByRole('textbox', { name: 'Reason' }).fill('the provider lost it');
  expect(await end.getAttribute('aria-disabled')).toBe('true');
  const amount = /[\d.]+$/.exec(await end.innerText())?.[0] ?? '';
  await sheet.getByLabel(`Type ${amount}`).fill(amount);
  await end.click();
  await sheet.waitFor({ state: 'hidden' });
  await page.getByLabel('Select all that are shown').check();
  await page.getByRole('button', { name: 'End 2' }).click();
  const dialog = page.getByRole('dialog', { name: 'End 2?' });
  const both = String(Math.round(Number(amount) * 2 * 1_000_000) / 1_000_000);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('the provider lost them');
  await dialog.getByLabel(`Type ${both}`).fill(both);
  await dialog.getByRole('button', { name: 'End 2' }).click();
  await page.getByRole('status').filter({ hasText: '2 ended, nothing charged' }).waitFor();
  for (const id of ids) expect((await endOf(id, key)).credits).toBe(0);
  await page.goto(`${stage.url}/operator/callbacks`);
  await page.getByLabel('Select all that are shown').check();
  await page.getByRole('button', { name: 'Replay 3' }).click();
  await page.getByRole('status').filter({ hasText: '3 sent again' }).waitFor();
  await close();
});

it('disables several accounts at once after a typed word, with a line of the audit log for each', async () => {
  const names = ['north', 'south', 'west'];
  for (const name of names) await stage.core.accounts.create(name);
  const { page, close } = await stage.open('/operator/accounts?rows=25');
  for (const name of names) await page.getByLabel(`Select: ${name}`).check();
  await page.getByRole('button', { name: 'Disable 3' }).click();
  const dialog = page.getByRole('dialog', { name: 'Disable 3?' });
  const button = dialog.getByRole('button', { name: 'Disable 3' });
  await dialog.getByLabel('Type disable 3').fill('disable');
  await dialog.getByLabel('Type disable 3').press('Enter');
  expect(await button.getAttribute('aria-disabled')).toBe('true');
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByLabel('Type disable 3').fill('disable 3');
  await button.click();
  await page.getByRole('status').filter({ hasText: '3 disabled' }).waitFor();
  const rows = await stage.core.accounts.list({ limit: 50 });
  const disabled = rows.filter(({ disabled_at }) => disabled_at !== null).map(({ name }) => name);
  expect(disabled.sort()).toEqual(names);
  await page.goto(`${stage.url}/operator/audit?action=account.change`);
  const lines = page.getByRole('table', { name: 'Acts' }).getByText('account.change');
  await expect.poll(() => lines.count()).toBe(3);
  await close();
});

it('asks for the word before everything is refused, ends that again, and says when the switch cannot be read', async () => {
  const { page, close } = await stage.open('/operator/switches');
  const begin = page.getByRole('button', { name: 'Begin the maintenance' });
  await begin.waitFor();
  expect(await begin.getAttribute('aria-disabled')).toBe('true');
  await page.getByLabel('What clients read').fill('Back at noon UTC');
  await page.getByLabel('Type maintenance').fill('maintenance');
  await begin.click();
  await page.getByText('Back at noon UTC').waitFor();
  expect((await stage.core.catalog.statuses()).maintenance).toEqual({ on: true, text: 'Back at noon UTC' });
  await page.getByRole('button', { name: 'End the maintenance' }).click();
  await begin.waitFor();
  expect((await stage.core.catalog.statuses()).maintenance.on).toBe(false);
  await page.route('**/operator/maintenance', (route) => route.fulfill({ status: 409, json: {} }));
  await page.reload();
  const fault = page.getByRole('alert').filter({ hasText: 'The switch could not be read' });
  await fault.waitFor();
  await page.unroute('**/operator/maintenance');
  await fault.getByRole('button', { name: 'Try again' }).click();
  await begin.waitFor();
  await close();
});

it('shows what an import of templates would change before it is done, and removes a template', async () => {
  const { page, close } = await stage.open('/operator/templates');
  const shipped = await stage.core.catalog.exportTemplates('bytedance');
  const [first] = shipped;
  const file = [
    { ...first, Title_en: 'Another title' },
    { ...first, TemplateId: '777' },
  ];
  await page.getByLabel('File of templates').setInputFiles({
    name: 'some.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(file)),
  });
  const plan = page.getByRole('region', { name: 'What some.json changes' });
  await plan.getByText('Added: 1').waitFor();
  await plan.getByText(`${first.TemplateId}: Title_en`).waitFor();
  expect(await stage.core.catalog.exportTemplates('bytedance')).toEqual(shipped);
  await plan.getByRole('button', { name: 'Import 2 of some.json' }).click();
  await plan.waitFor({ state: 'hidden' });
  expect(await stage.core.catalog.exportTemplates('bytedance')).toHaveLength(shipped.length + 1);

  await page.getByRole('link', { name: 'bytedance' }).click();
  const row = page.getByRole('table', { name: 'Templates' }).getByRole('row').filter({ hasText: '777' });
  for (const verb of ['Take out', 'Remove']) {
    await row.getByRole('checkbox').check();
    await page.getByRole('button', { name: `${verb} 1` }).click();
    const dialog = page.getByRole('dialog', { name: `${verb} 1?` });
    await dialog.getByLabel(`Type ${verb.toLowerCase()} 1`).fill(`${verb.toLowerCase()} 1`);
    await dialog.getByRole('button', { name: `${verb} 1` }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('status').filter({ hasText: '1 ' }).first().waitFor();
  }
  await row.waitFor({ state: 'hidden' });
  expect(await stage.core.catalog.exportTemplates('bytedance')).toHaveLength(shipped.length);
  await close();
});

it('lets a person in by a link, makes it a reader, and removes it', async () => {
  const { page, close } = await stage.open('/operator/people');
  const email = 'grace@example.com';
  await page.getByRole('button', { name: 'Invite' }).click();
  const sheet = page.getByRole('dialog', { name: 'Invite a person' });
  await sheet.getByRole('textbox', { name: 'Email' }).fill(email);
  const send = sheet.getByRole('button', { name: 'Invite' });
  expect(await send.getAttribute('aria-disabled')).toBe('true');
  await sheet.getByRole('textbox', { name: 'Account' }).fill('default');
  expect(await findBarriers(page)).toEqual([]);
  await send.click();
  const made = page.getByRole('dialog', { name: 'The link' });
  const link = new URL(await made.getByRole('region', { name: 'Link', exact: true }).innerText());
  await made.getByRole('button', { name: 'Done' }).click();
  const joined = await fetch(`${stage.url}/api/v1/account/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: stage.url },
    body: JSON.stringify({ token: link.hash.slice(1), password: 'a long enough phrase', name: 'Grace' }),
  });
  expect(joined.status).toBe(200);
  await page.reload();
  const row = page.getByRole('row', { name: /grace@example.com/ });
  const choose = async (item: string) => {
    await row.getByRole('button', { name: 'Actions of Grace' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await choose('Change roles');
  const roles = page.getByRole('dialog', { name: 'Roles of Grace' });
  await roles.getByRole('combobox', { name: 'default' }).click();
  await roles.getByRole('option', { name: 'Reader' }).click();
  await roles.getByRole('button', { name: 'Done' }).click();
  await row.getByText('Reader').waitFor();
  await choose('Remove');
  const remove = page.getByRole('dialog', { name: 'Remove Grace?' });
  expect(await remove.getByRole('button', { name: 'Remove' }).getAttribute('aria-disabled')).toBe('true');
  await remove.getByLabel(`Type ${email}`).fill(email);
  await remove.getByRole('button', { name: 'Remove' }).click();
  await row.waitFor({ state: 'hidden' });
  expect(await readActs(page)).toContain('invitation.create');
  await close();
});
