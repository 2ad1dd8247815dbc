// How people get in and out: the first by the printed link, others by invitation, and what a reader may not do.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { paths } from '../../dashboard/src/paths.ts';
import { findBarriers } from './axe.ts';
import { startStage } from './stage.ts';

const PASSWORD = 'a long enough phrase';

const stage = await startStage({ isUnclaimed: true });
const owner = { email: 'first@example.com', password: PASSWORD, cookies: [] };

async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByRole('textbox', { name: 'Email' }).fill(email);
  await page.getByLabel('Password', { exact: false }).first().fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

it('the printed link makes the first person owner and operator, and leads to a first video', async () => {
  const link = new URL(await stage.core.people.makeSetupLink());
  const { page, close } = await stage.open('/', { person: null });
  await page.getByRole('heading', { name: 'Open the set-up link' }).waitFor();
  // Pasted into the same tab, only the fragment of the address is another one, and nothing loads.
  await page.goto(`${stage.url}${link.pathname}${link.hash}`);
  await page.getByRole('heading', { name: 'Set up Reelay' }).waitFor();
  expect(page.url()).toBe(`${stage.url}/setup`);
  await page.getByRole('button', { name: 'Set up Reelay' }).click();
  await page.getByText('An address with an @ is needed').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('textbox', { name: 'Email' }).fill(owner.email);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Fay First');
  await page.getByRole('textbox', { name: 'Name of the account' }).fill('Studio');
  await page.getByLabel('Password').first().fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up Reelay' }).click();
  await page.getByRole('heading', { name: 'Your first video' }).waitFor();
  await page.getByRole('button', { name: 'Account: Studio' }).waitFor();
  await page.getByRole('button', { name: 'Make a test key' }).click();
  const key = await page
    .getByText(/^ak_test/)
    .first()
    .textContent();
  const create = await fetch(`${stage.url}/api/v1/client/job/CreateTask`, {
    method: 'POST',
    headers: { 'x-api-key': String(key), 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'reelay/draft-t2v',
      input: { prompt: 'a lake', duration: 1, resolution: '480p' },
    }),
  });
  expect(create.status).toBe(200);
  const video = page.getByLabel('Your first video');
  await video.waitFor({ timeout: 600_000 });
  await expect.poll(() => video.evaluate((element) => Number(Reflect.get(element, 'videoWidth')))).toBe(864);
  await close();
});

it('the link opens nothing a second time', async () => {
  const { page, close } = await stage.open('/setup#AAAA', { person: null });
  await page.getByRole('heading', { name: 'This instance has an owner' }).waitFor();
  await close();
});

it('a wrong password is refused in words, and a right one leads back to where a person was', async () => {
  const { page, close } = await stage.open('/account?x=1', { person: null });
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signIn(page, { email: owner.email, password: 'not the password' });
  await page.getByRole('alert').getByText('You are not signed in').waitFor();
  await signIn(page, owner);
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  expect(page.url()).toBe(`${stage.url}/account?x=1`);
  await close();
});

it('a sign-in leads to no address outside of the application', async () => {
  const { page, close } = await stage.open('/sign-in?next=//example.com/', { person: null });
  await signIn(page, owner);
  await page.getByRole('heading', { level: 1, name: 'Playground' }).waitFor();
  expect(page.url()).toContain(`${stage.url}/playground`);
  await close();
});

it('an invited reader reads, is refused where it would spend, and the reason stands at the button', async () => {
  const inviting = await stage.open('/account', { person: null });
  const { page } = inviting;
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signIn(page, owner);
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByRole('textbox', { name: 'Email' }).fill('reader@example.com');
  await page.getByRole('dialog').getByText('Reader', { exact: true }).click();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
  const link = new URL(String(await page.getByLabel('Invitation link', { exact: true }).textContent()));
  await page.getByRole('button', { name: 'Done' }).click();
  const joining = await stage.open(`${link.pathname}${link.hash}`, { person: null });
  await joining.page.getByRole('heading', { name: 'Join Studio' }).waitFor();
  expect(await findBarriers(joining.page)).toEqual([]);
  await joining.page.getByRole('textbox', { name: 'Your name' }).fill('<img src=x onerror=alert(1)>');
  await joining.page.getByLabel('New password').first().fill(PASSWORD);
  await joining.page.getByRole('button', { name: 'Join' }).click();
  await joining.page.getByRole('heading', { level: 1, name: 'Playground' }).waitFor();
  const answer = await joining.page.evaluate(
    `fetch('/api/v1/account/keys', {method: 'POST', headers: {'content-type': 'application/json', 'x-reelay-mode': 'test'}, body: '{"mode":"test","name":"x"}'}).then((answer) => answer.status)`,
  );
  expect(answer).toBe(403);
  await joining.page.goto(`${stage.url}${paths.account()}`);
  const invite = joining.page.getByRole('button', { name: 'Invite' });
  await invite.hover();
  await joining.page.getByRole('tooltip', { name: 'Only an owner of the account may do this' }).waitFor();
  await page.reload();
  await page.getByRole('cell').getByText('<img src=x onerror=alert(1)>').waitFor();
  await joining.close();
  await inviting.close();
});

it('signing out everywhere ends the sessions of other browsers within seconds', async () => {
  const here = await stage.open('/account', { person: null });
  const there = await stage.open('/account', { person: null });
  for (const { page } of [here, there]) {
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(page, owner);
    await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  }
  const stolen = await there.page.context().cookies();
  await here.page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await here.page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
  await here.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await expect
    .poll(async () => {
      await there.page.reload();
      return there.page.getByRole('heading', { level: 1 }).first().textContent();
    })
    .toBe('Sign in');
  const cookie = stolen.map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await fetch(`${stage.url}/api/v1/account/me`, { headers: { cookie } });
  expect(answer.status).toBe(401);
  await here.close();
  await there.close();
});
