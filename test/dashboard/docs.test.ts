// The reference page for a person who is signed in, and the guides beside it.
import { expect, it } from 'vitest';
import { findBarriersInBothThemes } from './axe.ts';
import { startStage } from './stage.ts';

const BALANCE = '/api/v1/client/account/balance';
const CALL = `fetch('${BALANCE}').then((answer) => answer.status)`;

const stage = await startStage();

it('a call without a key is made for the account of the dashboard, in the test book', async () => {
  const { page } = await stage.open('/playground', { mode: 'live' });
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.goto(`${stage.url}/docs/`);
  const answer = await page.evaluate(`fetch('${BALANCE}').then((answer) => answer.json())`);
  expect(answer).toMatchObject({ code: 200, data: { balance: 1_000_000 } });
  await page.context().close();
});

it('a call with a key stays a call of that key, and nobody calls without both', async () => {
  const { page } = await stage.open('/playground');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.goto(`${stage.url}/docs/`);
  const wrong = `fetch('${BALANCE}', {headers: {'x-api-key': 'ak_wrong'}}).then((answer) => answer.status)`;
  expect(await page.evaluate(wrong)).toBe(401);
  await page.context().close();
  const nobody = await stage.open('/docs/', { person: null });
  expect(await nobody.page.evaluate(CALL)).toBe(401);
  await nobody.page.context().close();
});

it('the field for the key shows what a key of Reelay looks like', async () => {
  const { page } = await stage.open('/docs/', { person: null });
  await page.getByPlaceholder('ak_test… or sign in to the dashboard').first().waitFor();
  await page.context().close();
});

it('the guides are found by words, clean in axe in both themes, and not wider than a small phone', async () => {
  const { page, close } = await stage.open('/docs/guides', { person: null });
  await page.getByRole('searchbox', { name: 'Search the guides' }).fill('fastify parser');
  const found = page.getByRole('list', { name: 'Found' });
  await found.getByRole('link', { name: 'Fastify' }).first().waitFor();
  expect(await findBarriersInBothThemes(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Receiving callbacks' }).waitFor();
  expect(page.url()).toMatch(/receiving-callbacks#fastify$/);
  await page.getByRole('button', { name: 'Copy' }).first().waitFor();
  expect(await findBarriersInBothThemes(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 800 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  await close();
});
