// How somebody that nobody has invited makes an account, where the operator lets anybody sign up.
import { expect, it } from 'vitest';
import { startMailbox } from '../../server/src/mail/testing.ts';
import { waitFor } from '../stage/wait.ts';
import { findBarriers } from './axe.ts';
import { startStage } from './stage.ts';

const MAIL_MS = 300_000;
const EMAIL = 'new@example.com';
const mailbox = await startMailbox();
const stage = await startStage({
  environment: {
    REELAY_SMTP_URL: mailbox.url,
    REELAY_MAIL_FROM: 'reelay@example.com',
    REELAY_SIGN_UP: 'verified',
  },
});

it('a link by mail leads from the sign-in page to an account of the own, with test credits', async () => {
  const { page, close } = await stage.open('/sign-in', { person: null });
  await page.getByRole('link', { name: 'Make an account' }).click();
  await page.getByRole('heading', { name: 'Make an account' }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('textbox', { name: 'Email' }).fill(EMAIL);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
  await waitFor('the mail came', MAIL_MS, async () => mailbox.received.length > 0);
  const link = new URL(String(/\S+\/sign-up#\S+/.exec(mailbox.received[0].text)?.[0]));
  await page.goto(`${stage.url}/sign-up#AAAA`);
  await page.getByText('The link was refused').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Ask for another link' }).click();
  await page.getByRole('button', { name: 'Send a link' }).waitFor();
  await page.goto(link.href);
  await expect.poll(() => page.getByRole('textbox', { name: 'Email' }).inputValue()).toBe(EMAIL);
  expect(page.url()).toBe(`${stage.url}/sign-up`);
  await page.getByRole('textbox', { name: 'Your name' }).fill('<img src=x onerror=alert(1)>');
  await page.getByRole('textbox', { name: 'Name of the account' }).fill('Stage');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByText('The password is too short').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByLabel('Password').first().fill('a long enough phrase');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Your first video' }).waitFor();
  await page.getByRole('button', { name: 'Account: Stage' }).waitFor();
  const { rows } = await stage.core.pool.query(
    `select b.book, b.posted from balances b join memberships m on m.account_id = b.account_id
     join people p on p.id = m.person_id where p.email = $1 order by b.book`,
    [EMAIL],
  );
  expect(rows.map(({ book, posted }) => [book, String(posted)])).toEqual([
    ['live', '0'],
    ['test', '1000000000000'],
  ]);
  await close();
});
