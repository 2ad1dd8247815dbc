// The ways in of a person, in the browser: a linked sign-in that is taken away, and a second factor that is added, asked for
// at the next sign-in, and removed with a backup code.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { paths } from '../../dashboard/src/paths.ts';
import { codeOf } from './authenticator.ts';
import { findBarriers } from './axe.ts';
import { startStage } from './stage.ts';

const stage = await startStage();
const { owner } = stage;

async function giveCode(page: Page, code: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Code' }).fill(code);
}

it('a linked sign-in is listed, and unlinked after a question', async () => {
  const { pool } = stage.core;
  await pool.query(
    `insert into sign_ins (id, person_id, provider_id, account_id)
     select gen_random_uuid(), id, 'github', 'a sign-in of this test' from people where email = $1`,
    [owner.email],
  );
  const { page, close } = await stage.open(paths.account());
  const row = page.getByRole('row').filter({ hasText: 'GitHub' });
  await row.getByRole('button', { name: 'Unlink' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Unlink GitHub?').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Unlink' }).click();
  await row.waitFor({ state: 'detached' });
  const { rows } = await pool.query('select provider_id from sign_ins order by 1');
  expect(rows).toEqual([{ provider_id: 'credential' }]);
  await close();
});

it('a second factor is added, asked for at the next sign-in before anything is opened, and removed', async () => {
  const { page, close } = await stage.open(paths.account());
  await page.getByRole('button', { name: 'Add a second factor' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Your password' }).fill(owner.password);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  const key = String(await dialog.getByLabel('Key', { exact: true }).textContent());
  expect(await dialog.getByLabel('Link for the app', { exact: true }).textContent()).toMatch(
    /^otpauth:\/\/totp\//,
  );
  expect(await findBarriers(page)).toEqual([]);
  await giveCode(page, '000');
  await dialog.getByRole('button', { name: 'Turn it on' }).click();
  await dialog.getByText('It is not on yet').waitFor();
  await giveCode(page, codeOf(key));
  await dialog.getByRole('button', { name: 'Turn it on' }).click();
  const codes = String(await dialog.getByLabel('Backup codes', { exact: true }).textContent()).split('\n');
  expect(codes).toHaveLength(10);
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('button', { name: 'Remove it' }).waitFor();
  await page.getByRole('button', { name: 'Sign out here' }).click();

  await page.getByRole('textbox', { name: 'Email' }).fill(owner.email);
  await page.getByLabel('Password').first().fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Your code' }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  expect((await page.context().cookies()).filter(({ value }) => value !== '')).toEqual([]);
  await giveCode(page, 'aaaaa-aaaaa');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('You are not signed in').waitFor();
  await giveCode(page, codes[0]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Playground' }).waitFor();

  await page.goto(`${stage.url}${paths.account()}`);
  await page.getByRole('button', { name: 'Remove it' }).click();
  await dialog.getByRole('textbox', { name: 'Your password' }).fill(owner.password);
  await giveCode(page, codes[1]);
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Remove it' }).click();
  await page.getByRole('button', { name: 'Add a second factor' }).waitFor();
  await close();
});
