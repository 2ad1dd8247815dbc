// A second factor in the browser: it is added, asked for at the next sign-in, and removed with a backup code.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { paths } from '../../dashboard/src/paths.ts';
import { codeOf } from './authenticator.ts';
import { findBarriers } from './axe.ts';
import { startStage } from './stage.ts';

const TIMEOUT_MS = 300_000;
const stage = await startStage();
const { owner } = stage;

async function giveCode(page: Page, code: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Code' }).fill(code);
}

it('a second factor is added, asked for at the next sign-in before anything is opened, and removed', {
  timeout: TIMEOUT_MS,
}, async () => {
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
