// Sign-in at a real provider of OpenID Connect, which runs here, with a browser's cookies followed by hand.
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { afterAll, describe, expect, it } from 'vitest';
import { createPeopleApi, OWN_PAGE } from '../doors/account/testing.ts';
import { newId } from '../lib/ids.ts';

const CLIENT = { id: 'reelay', secret: 'a secret of the client, made for this test' };
const HOPS_MAX = 20;
const server: Server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const ISSUER = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const api = await createPeopleApi({
  REELAY_TRUST_PROXY: '127.0.0.1',
  REELAY_OIDC_ISSUER: ISSUER,
  REELAY_OIDC_CLIENT_ID: CLIENT.id,
  REELAY_OIDC_CLIENT_SECRET: CLIENT.secret,
});
/** Addresses that the provider has not verified. */
const unverified = new Set<string>();
const provider = new Provider(ISSUER, {
  clients: [
    {
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [`${api.url}/api/v1/account/auth/callback/oidc`],
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: false,
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: !unverified.has(id), name: 'Somebody elsewhere' }),
  }),
});
server.on('request', provider.callback());
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let browsers = 0;

/** Follows addresses as a browser does, one at a time, and keeps its cookies. */
class Browser {
  /** By origin. */
  readonly cookies = new Map<string, Map<string, string>>();
  /** Of its own: tries to get in are counted by it. */
  readonly #address: string;

  constructor() {
    browsers += 1;
    this.#address = `10.8.0.${browsers}`;
  }

  async go(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url);
    const own = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, own);
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0|1970/i.test(line)) own.delete(pair.slice(0, at));
      else own.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  post(url: string, body?: Record<string, string>): Promise<Response> {
    const form = body === undefined ? {} : { body: new URLSearchParams(body) };
    const headers = { ...OWN_PAGE, 'x-forwarded-for': this.#address };
    return this.go(url, { method: 'POST', headers, ...form });
  }

  get session(): string | undefined {
    return this.cookies.get(api.url)?.get('reelay.session');
  }
}

/** Begins a sign-in, or a link. @returns where the browser has to go. */
async function begin(browser: Browser, path = '/oauth/oidc'): Promise<URL> {
  const answer = await browser.post(`${api.url}/api/v1/account${path}`);
  const { url } = (await answer.json()) as { url: string };
  return new URL(url);
}

/** Signs in at the provider, and follows it until the browser is to come back. */
async function passProvider(browser: Browser, start: URL, email: string): Promise<string> {
  let url = start.href;
  for (let hop = 0; hop < HOPS_MAX && !url.startsWith(api.url); hop++) {
    const page = await browser.go(url);
    const place = page.headers.get('location');
    if (place !== null) {
      url = new URL(place, url).href;
      continue;
    }
    const isLogin = (await page.text()).includes('name="login"');
    const answer = await browser.post(
      url,
      isLogin ? { prompt: 'login', login: email, password: 'any' } : { prompt: 'consent' },
    );
    url = new URL(answer.headers.get('location') ?? '', url).href;
  }
  return url;
}

/** @returns where the browser is at the end. */
async function signIn(browser: Browser, email: string, path?: string): Promise<string> {
  const back = await passProvider(browser, await begin(browser, path), email);
  const answer = await browser.go(back);
  return String(answer.headers.get('location'));
}

async function invite(email: string, accountId: string): Promise<void> {
  await api.core.members.invite({ email, accountId, role: 'member' });
}

async function readMe(browser: Browser): Promise<unknown> {
  return (await browser.go(`${api.url}/api/v1/account/me`)).json();
}

const newEmail = () => `${newId()}@example.com`;

describe('a sign-in elsewhere', () => {
  it('is asked for with state, nonce and PKCE', async () => {
    const { origin, searchParams } = await begin(new Browser());
    expect(origin).toBe(ISSUER);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.id,
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
    const browser = new Browser();
    expect(await signIn(browser, email)).toBe(`${api.url}/`);
    const expected = { person: { email, operator: false }, accounts: [{ id: accountId, role: 'member' }] };
    expect(await readMe(browser)).toMatchObject(expected);
    const another = new Browser();
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
    const browser = new Browser();
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
    expect(await signIn(new Browser(), member.email)).toMatch(/\/sign-in\?error=account_not_linked/);
    const browser = new Browser();
    await browser.go(api.url);
    browser.cookies.get(api.url)?.set('reelay.session', member.cookie.split('=').slice(1).join('='));
    expect(await signIn(browser, newEmail(), '/oauth/oidc/link')).toMatch(/\/account\?error=/);
    browser.cookies.delete(ISSUER);
    expect(await signIn(browser, member.email, '/oauth/oidc/link')).toBe(`${api.url}/`);
    const another = new Browser();
    expect(await signIn(another, member.email)).toBe(`${api.url}/`);
    expect(await readMe(another)).toMatchObject({ person: { id: member.id } });
  });

  it('is worth nothing in another browser, a second time, or without its state', async () => {
    const { accountId } = await api.openAccount();
    const email = newEmail();
    await invite(email, accountId);
    const browser = new Browser();
    const back = await passProvider(browser, await begin(browser), email);
    const another = new Browser();
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
    const browser = new Browser();
    expect(await signIn(browser, email)).toBe(`${api.url}/`);
    const { rows } = await api.core.pool.query(
      'update people set has_second_factor = true where email = $1 returning id',
      [email],
    );
    await api.core.people.endSessions(rows[0].id);
    const another = new Browser();
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
    const browser = new Browser();
    await browser.go(api.url);
    browser.cookies.get(api.url)?.set('reelay.session', member.cookie.split('=').slice(1).join('='));
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
