// Sign-in elsewhere (Google, GitHub, a provider of OpenID Connect), by better-auth with state, PKCE and nonce. A person
// that is known is never joined with an identity elsewhere by its address alone: it is linked by somebody who is signed in.
// Somebody who is not known gets in for an address that the provider has verified, as `joining.ts` says.
import type { Pool } from 'pg';
import { AppError } from '../errors.ts';
import type { Log } from '../lib/log.ts';
import { SECOND_MS } from '../lib/time.ts';
import { ADDRESS_HEADER, type Auth, CALLBACK_PATH, createAuth } from './auth.ts';
import type { Joining } from './joining.ts';
import type { OauthProvider } from './oauth-providers.ts';
import type { People, Session } from './people.ts';
import type { Origin } from './session-form.ts';

/** What a browser is answered: where it goes, and the cookies that it gets. */
export interface Departure {
  url: string;
  cookies: string[];
}

export interface OauthOptions {
  pool: Pool;
  /** The one of `People`: both read the same cookies. */
  secret: string;
  log: Log;
  people: People;
  joining: Joining;
  providers: readonly OauthProvider[];
  publicUrl: () => string;
}

/** How long a provider may take to describe itself before a sign-in there is refused. */
const DISCOVERY_MS_MAX = 10 * SECOND_MS;

export class Oauth {
  readonly #options: OauthOptions;
  readonly #people: People;
  readonly #providers: readonly OauthProvider[];
  readonly #publicUrl: () => string;
  #auth: Promise<Auth> | undefined;

  constructor(options: OauthOptions) {
    this.#options = options;
    this.#people = options.people;
    this.#providers = options.providers;
    this.#publicUrl = options.publicUrl;
  }

  /**
   * The library with the providers, apart from the one for passwords and sessions: it asks a provider to describe itself
   * when it is set up, and one that does not answer must keep nobody else out.
   */
  async #library(): Promise<Auth> {
    const { pool, secret, log, joining, providers } = this.#options;
    const options = { pool, secret, log, publicUrl: this.#publicUrl(), elsewhere: { providers, joining } };
    this.#auth ??= createAuth(options).catch((error: unknown) => {
      this.#auth = undefined;
      throw error;
    });
    const signal = AbortSignal.timeout(DISCOVERY_MS_MAX);
    const late = new Promise<undefined>((resolve) =>
      signal.addEventListener('abort', () => resolve(undefined), { once: true }),
    );
    const auth = await Promise.race([this.#auth, late]);
    if (!auth) throw unavailable();
    return auth;
  }

  /** The names of those that are set up. */
  get names(): string[] {
    return this.#providers.map(({ id }) => id);
  }

  /** Begins a sign-in. @throws AppError `not_found` for a provider that is not set up. */
  async begin(name: string): Promise<Departure> {
    const provider = this.#find(name);
    const auth = await this.#library();
    const body = { provider, ...this.#places('/sign-in'), disableRedirect: true };
    const { headers, response } = await auth.api.signInSocial({ body, returnHeaders: true });
    return departureOf(headers, response.url);
  }

  /** Begins to link an identity elsewhere with the person that is signed in. @throws AppError `not_found`. */
  async beginLink(name: string, cookie: string): Promise<Departure> {
    const provider = this.#find(name);
    const auth = await this.#library();
    const body = { provider, ...this.#places('/account'), disableRedirect: true };
    const headers = new Headers({ cookie });
    const answer = await auth.api.linkSocialAccount({ body, headers, returnHeaders: true });
    return departureOf(answer.headers, answer.response.url);
  }

  /**
   * Ends a sign-in or a link: the browser comes back with a code. The session that it had before ends if it gets another.
   * @param query of the address, as the provider wrote it. @throws AppError `not_found`.
   */
  async finish(
    name: string,
    query: string,
    from: Origin & { cookie: string; before?: Session | undefined },
  ): Promise<Departure> {
    const provider = this.#find(name);
    const auth = await this.#library();
    const { origin } = new URL(this.#publicUrl());
    // The address is the one that this server knows of itself, never the one that the request names.
    const request = new Request(`${origin}${CALLBACK_PATH}/${provider}?${query}`, {
      headers: { cookie: from.cookie, [ADDRESS_HEADER]: from.address, 'user-agent': from.userAgent ?? '' },
    });
    const answer = await this.#options.joining.joint.run(() => auth.handler(request), isDone);
    const url = answer.headers.get('location') ?? `${origin}/sign-in?error=unknown`;
    if (isSignedIn(answer) && from.before) await this.#people.endSession(from.before);
    return { url, cookies: answer.headers.getSetCookie() };
  }

  #find(name: string): OauthProvider['id'] {
    const provider = this.#providers.find(({ id }) => id === name);
    if (!provider) throw new AppError('not_found', { message: 'This server has no such way to sign in' });
    return provider.id;
  }

  #places(errorPath: string): { callbackURL: string; errorCallbackURL: string } {
    const publicUrl = this.#publicUrl();
    return { callbackURL: `${publicUrl}/`, errorCallbackURL: `${publicUrl}${errorPath}` };
  }
}

function isSignedIn({ headers }: Response): boolean {
  return headers.getSetCookie().some((value) => /\.session=[^;]/.test(value));
}

/** A refusal sends the browser back with an error in its address. */
function isDone({ headers }: Response): boolean {
  const place = headers.get('location');
  return place !== null && URL.canParse(place) && !new URL(place).searchParams.has('error');
}

function departureOf(headers: Headers, url: string | undefined): Departure {
  if (!url) throw unavailable();
  return { url, cookies: headers.getSetCookie() };
}

function unavailable(): AppError {
  return new AppError('provider_unavailable', { message: 'That way to sign in does not work now' });
}
