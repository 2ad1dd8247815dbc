// Sign-in at a real provider of OpenID Connect, which runs here, with a browser's cookies followed by hand.
import { describe, expect, it } from 'vitest';
import { OWN_PAGE } from '../doors/account/testing.ts';
import { newId } from '../lib/ids.ts';
import { type Browser, createOauthStage } from './testing.ts';

const { api, begin, issuer, newBrowser, passProvider, signIn, unverified } = await createOauthStage();

async function invite(email: string, accountId: string): Promise<void> {
  await api.core.members.invite({ email, accountId, role: 'member' });
}

async function readMe(browser: Browser): Promise<unknown> {
  return (await browser.go(`${api.url}/api/v1/account/me`)).json();
}

const newEmail = () => `${newId()}@example.com`;

describe('a sign-in elsewhere', () => {
  it('is asked for with state, nonce and PKCE', async () => {
    const { origin, searchParams } = await begin(newBrowser());
    expect(origin).toBe(issuer);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'reelay',
      redirect_uri: `${api.url}/api/v1/account/auth/callback/oidc`,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/.{20}/),
      nonce: expect.stringMatching(/.{20}/),
      code_challenge: expect.stringMatching(/.{40}/),
    });
  });

  it('lets in the person of an open invitation, with its role, and knows it from then on', async () => {
    const { accountId } = await api.openAccount();
    const email = newEmail();
    await invite(email, accountId);
    const browser = newBrowser();
    expect(await signIn(browser, email)).toBe(`${api.url}/`);
    const expected = { person: { email, operator: false }, accounts: [{ id: accountId, role: 'member' }] };
    expect(await readMe(browser)).toMatchObject(expected);
    const another = newBrowser();
    expect(await signIn(another, email)).toBe(`${api.url}/`);
    expect(await readMe(another)).toMatchObject(expected);
    expect(await api.core.members.listInvitations(accountId, { limit: 9 })).toEqual([]);
    const { rows } = await api.core.pool.query(
      `select access_token, refresh_token, id_token from sign_ins where provider_id = 'oidc' and account_id = $1`,
      [email],
    );
    expect(rows).toEqual([{ access_token: null, refresh_token: null, id_token: null }]);
  });

  it('lets in nobody without an invitation, nor by an address that is not verified', async () => {
    const browser = newBrowser();
    expect(await signIn(browser, newEmail())).toMatch(/\/sign-in\?error=/);
    const { accountId } = await api.openAccount();
    const email = newEmail();
    unverified.add(email);
    await invite(email, accountId);
    expect(await signIn(browser, email)).toMatch(/\/sign-in\?error=/);
    expect(browser.session).toBeUndefined();
    const { rows } = await api.core.pool.query('select from people where email = $1', [email]);
    expect(rows).toEqual([]);
  });

  it('does not become a person of this server by the address alone, but once that person links it', async () => {
    const { accountId } = await api.openAccount();
    const member = await api.signIn({ [accountId]: 'owner' });
    expect(await signIn(newBrowser(), member.email)).toMatch(/\/sign-in\?error=account_not_linked/);
    const browser = newBrowser();
    browser.carry(member.cookie);
    expect(await signIn(browser, newEmail(), '/oauth/oidc/link')).toMatch(/\/account\?error=/);
    browser.cookies.delete(issuer);
    expect(await signIn(browser, member.email, '/oauth/oidc/link')).toBe(`${api.url}/`);
    const another = newBrowser();
    expect(await signIn(another, member.email)).toBe(`${api.url}/`);
    expect(await readMe(another)).toMatchObject({ person: { id: member.id } });
    const { rows } = await api.core.pool.query('select action from audit_lines where subject = $1', [
      member.email,
    ]);
    expect(rows).toEqual([{ action: 'sign_in.link' }]);
  });

  it('is worth nothing in another browser, a second time, or without its state', async () => {
    const { accountId } = await api.openAccount();
    const email = newEmail();
    await invite(email, accountId);
    const browser = newBrowser();
    const back = await passProvider(browser, await begin(browser), email);
    const another = newBrowser();
    expect((await another.go(back)).headers.get('location')).toMatch(/\/sign-in\?error=/);
    const bare = new URL(back);
    bare.searchParams.delete('state');
    expect((await browser.go(bare.href)).headers.get('location')).toMatch(/\/sign-in\?error=/);
    expect([another.session, browser.session]).toEqual([undefined, undefined]);
  });

  it('is refused for a person with a second factor, which could not be asked for there', async () => {
    const { accountId } = await api.openAccount();
    const email = newEmail();
    await invite(email, accountId);
    const browser = newBrowser();
    expect(await signIn(browser, email)).toBe(`${api.url}/`);
    const { rows } = await api.core.pool.query(
      'update people set has_second_factor = true where email = $1 returning id',
      [email],
    );
    await api.core.people.endSessions(rows[0].id);
    const another = newBrowser();
    expect(await signIn(another, email)).toMatch(/\/sign-in\?error=unable_to_create_session/);
    expect(another.session).toBeUndefined();
    const sessions = await api.core.pool.query('select from sessions where person_id = $1', [rows[0].id]);
    expect(sessions.rows).toEqual([]);
  });

  it('ends the session that the browser had', async () => {
    const { accountId } = await api.openAccount();
    const member = await api.signIn({ [accountId]: 'owner' });
    const email = newEmail();
    await invite(email, accountId);
    const browser = newBrowser();
    browser.carry(member.cookie);
    expect(await signIn(browser, email)).toBe(`${api.url}/`);
    expect((await member.call({ path: '/api/v1/account/me' })).status).toBe(401);
  });
});

describe('the ways to sign in', () => {
  it('are those that are set up', async () => {
    const { body } = await api.call({ path: '/api/v1/account/setup' });
    expect(body.server).toMatchObject({ oauth: ['oidc'] });
    const answer = await api.call({
      method: 'POST',
      path: '/api/v1/account/oauth/google',
      headers: OWN_PAGE,
    });
    expect(answer.status).toBe(404);
  });

  it('begin only from a page of this server', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    const answer = await api.call({ method: 'POST', path: '/api/v1/account/oauth/oidc', headers: foreign });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });
});
