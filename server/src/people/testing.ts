// A real provider of OpenID Connect, which runs in the test process, and a browser's cookies followed by hand. Only for tests.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { afterAll } from 'vitest';
import { createPeopleApi, OWN_PAGE, type PeopleApi } from '../doors/account/testing.ts';

const CLIENT = { id: 'reelay', secret: 'a secret of the client, made for this test' };
const HOPS_MAX = 20;

export interface OauthStage {
  api: PeopleApi;
  /** Address of the provider. */
  issuer: string;
  /** Addresses that the provider has not verified. */
  unverified: Set<string>;
  newBrowser(): Browser;
  /** Begins a sign-in, or a link. @returns where the browser has to go. */
  begin(browser: Browser, path?: string): Promise<URL>;
  /** Signs in at the provider, and follows it until the browser is to come back. */
  passProvider(browser: Browser, start: URL, email: string): Promise<string>;
  /** The whole way. @returns where the browser is at the end. */
  signIn(browser: Browser, email: string, path?: string): Promise<string>;
}

/** Follows addresses as a browser does, one at a time, and keeps its cookies. */
export class Browser {
  /** By origin. */
  readonly cookies = new Map<string, Map<string, string>>();
  readonly #apiUrl: string;
  /** Of its own: tries to get in are counted by it. */
  readonly #address: string;

  constructor(apiUrl: string, address: string) {
    this.#apiUrl = apiUrl;
    this.#address = address;
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

  /** The value of the cookie. */
  get session(): string | undefined {
    return this.cookies.get(this.#apiUrl)?.get('reelay.session');
  }

  /** Takes over who is signed in elsewhere. @param cookie the `Cookie` header. */
  carry(cookie: string): void {
    const own = this.cookies.get(this.#apiUrl) ?? new Map<string, string>();
    own.set('reelay.session', cookie.split('=').slice(1).join('='));
    this.cookies.set(this.#apiUrl, own);
  }
}

/** An API whose people may sign in at the provider. @param environment further settings of the API. */
export async function createOauthStage(environment: Record<string, string> = {}): Promise<OauthStage> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = await createPeopleApi({
    REELAY_TRUST_PROXY: '127.0.0.1',
    REELAY_OIDC_ISSUER: issuer,
    REELAY_OIDC_CLIENT_ID: CLIENT.id,
    REELAY_OIDC_CLIENT_SECRET: CLIENT.secret,
    ...environment,
  });
  const unverified = new Set<string>();
  server.on('request', createProvider(issuer, api, unverified).callback());
  let browsers = 0;
  const begin = async (browser: Browser, path = '/oauth/oidc') => {
    const answer = await browser.post(`${api.url}/api/v1/account${path}`);
    const { url } = (await answer.json()) as { url: string };
    return new URL(url);
  };
  const passProvider = (browser: Browser, start: URL, email: string) =>
    followProvider(browser, { url: start.href, until: api.url, email });
  return {
    api,
    issuer,
    unverified,
    begin,
    passProvider,
    newBrowser() {
      browsers += 1;
      return new Browser(api.url, `10.8.0.${browsers}`);
    },
    async signIn(browser, email, path) {
      const back = await passProvider(browser, await begin(browser, path), email);
      return String((await browser.go(back)).headers.get('location'));
    },
  };
}

function createProvider(issuer: string, api: PeopleApi, unverified: ReadonlySet<string>): Provider {
  return new Provider(issuer, {
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
}

async function followProvider(
  browser: Browser,
  { url: start, until, email }: { url: string; until: string; email: string },
): Promise<string> {
  let url = start;
  for (let hop = 0; hop < HOPS_MAX && !url.startsWith(until); hop++) {
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
