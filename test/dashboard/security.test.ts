// What somebody else may try with the session of a person, in a real browser: pages of other origins, a stolen cookie, a
// cookie that was put under the sign-in.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { request } from 'undici';
import { afterAll, expect, it } from 'vitest';
import { startStage } from './stage.ts';

const COOKIE = 'reelay.session';
const stage = await startStage();
const { core, url, owner, accountId } = stage;

/** A site of somebody else on this machine, with a form that posts to this server. */
const foreign = createServer((_request, response) => {
  const action = `${url}/api/v1/account/inboxes?account=${accountId}&amp;mode=test`;
  const form = `<form method="post" enctype="text/plain" action="${action}"><button>Win</button></form>`;
  response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>other</title>${form}`);
});
await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
afterAll(() => foreign.close());
const { port } = foreign.address() as AddressInfo;

async function signIn(): Promise<BrowserContext> {
  const context = await stage.browser.newContext();
  const answer = await context.request.post(`${url}/api/v1/account/session`, {
    headers: { origin: url },
    data: { email: owner.email, password: owner.password },
  });
  expect(answer.status()).toBe(200);
  return context;
}

async function cookieOf(context: BrowserContext): Promise<string> {
  const cookie = (await context.cookies(url)).find(({ name }) => name === COOKIE);
  return `${COOKIE}=${cookie?.value}`;
}

async function statusFor(cookie: string): Promise<number> {
  const { statusCode, body } = await request(`${url}/api/v1/account/me`, { headers: { cookie } });
  await body.dump();
  return statusCode;
}

/** What a session could have changed. */
async function countAll(): Promise<object> {
  const { rows } = await core.pool.query(
    `select (select count(*) from inboxes) as inboxes, (select count(*) from tasks) as tasks,
       (select count(*) from api_keys where kind = 'key') as keys, (select count(*) from sessions) as sessions`,
  );
  return rows[0];
}

/** Posts from a page in each way that a browser has. @returns what its script could read. */
function attack(page: Page): Promise<string[]> {
  return page.evaluate(
    async ({ url, accountId }) => {
      const query = `account=${accountId}&mode=test`;
      const session = { 'x-reelay-account': accountId, 'x-reelay-mode': 'test' };
      const json = { 'content-type': 'application/json' };
      const attempt = (path: string, options: RequestInit) =>
        fetch(`${url}${path}`, { credentials: 'include', ...options }).then(
          async (answer) => `${answer.type} ${await answer.text()}`,
          () => 'refused',
        );
      return [
        await attempt(`/api/v1/account/me`, {}),
        await attempt(`/api/v1/client/account/balance?${query}`, {}),
        await attempt('/api/v1/account/inboxes', {
          method: 'POST',
          headers: { ...session, ...json },
          body: '{}',
        }),
        await attempt(`/api/v1/account/inboxes?${query}`, { method: 'POST', mode: 'no-cors', body: '{}' }),
        await attempt('/api/v1/account/sessions', { method: 'DELETE' }),
      ];
    },
    { url, accountId },
  );
}

it('changes and shows nothing for a page of another origin, be it of the same site', async () => {
  const context = await signIn();
  const before = await countAll();
  for (const name of ['127.0.0.1', 'localhost']) {
    const page = await context.newPage();
    await page.goto(`http://${name}:${port}/`);
    expect(await attack(page)).toEqual(['refused', 'refused', 'refused', 'opaque ', 'refused']);
    await page.getByRole('button', { name: 'Win' }).click();
    await page.waitForURL(`${url}/**`);
    await page.close();
  }
  expect(await countAll()).toEqual(before);
  // The same calls of a page of this server do what they say, so it was not for another reason that nothing happened.
  const own = await context.newPage();
  await own.goto(`${url}/tasks`);
  const answers = await attack(own);
  expect(answers[0]).toContain(owner.email);
  expect(answers[2]).toContain('/inbox/');
  await context.close();
});

it('is worth nothing to a thief of its cookie once the person has signed out', async () => {
  const context = await signIn();
  const stolen = await cookieOf(context);
  expect(await statusFor(stolen)).toBe(200);
  const stream = await request(`${url}/api/v1/client/job/Events?account=${accountId}&mode=test`, {
    headers: { cookie: stolen },
  });
  expect(stream.statusCode).toBe(200);
  const page = await context.newPage();
  await page.goto(`${url}/tasks`);
  await page.evaluate(() => fetch('/api/v1/account/sessions', { method: 'DELETE' }));
  expect(await statusFor(stolen)).toBe(401);
  // It ends by itself, or this waits until the test is out of time.
  await stream.body.text();
  await context.close();
});

it('gets another cookie at the sign-in than the one that somebody put there', async () => {
  const attacker = await signIn();
  const planted = await cookieOf(attacker);
  const context = await stage.browser.newContext();
  await context.addCookies(await attacker.cookies());
  await context.request.post(`${url}/api/v1/account/session`, {
    headers: { origin: url },
    data: { email: owner.email, password: owner.password },
  });
  const own = await cookieOf(context);
  expect(own).not.toBe(planted);
  expect([await statusFor(own), await statusFor(planted)]).toEqual([200, 401]);
  await Promise.all([context.close(), attacker.close()]);
});
