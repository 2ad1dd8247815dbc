// The settings of better-auth, which hashes passwords, reads and prolongs sessions, and speaks with providers of sign-ins
// elsewhere, in Reelay's tables. It must never believe an address that it takes from a request, sign anybody up by itself, or
// keep a session in a cookie alone.
import type { Pool } from 'pg';
import { newId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { DAY_MS, SECOND_MS } from '../lib/time.ts';
import type { Joiner, Joining } from './joining.ts';
import type { OauthProvider } from './oauth-providers.ts';
import { SESSION_SECONDS, sessionCookieName } from './session-form.ts';

export interface AuthOptions {
  pool: Pool;
  /** Signs cookies. */
  secret: string;
  /** Where people reach the server. */
  publicUrl: string;
  log: Log;
  /** Where people may sign in instead of here, and what becomes of those that do. Without it, no session is made. */
  elsewhere?: { providers: readonly OauthProvider[]; joining: Joining };
}

export type Auth = Awaited<ReturnType<typeof createAuth>>;

/** The header in which the address of the caller is passed on, as this server knows it. */
export const ADDRESS_HEADER = 'x-reelay-ip';
/** Where the library finds its own routes; only those of a return from elsewhere are open. */
const BASE_PATH = '/api/v1/account/auth';
/** Where a provider sends a browser back to, followed by its name. */
export const CALLBACK_PATH = `${BASE_PATH}/callback`;
export const PASSWORD_CHARACTERS = { min: 12, max: 128 };
const NAME_CHARACTERS_MAX = 100;
/** A session that is used on another day is prolonged. */
const PROLONG_SECONDS = DAY_MS / SECOND_MS;

/** Loads the library, which takes a tenth of a second: only servers with an API need it. */
export async function createAuth({ pool, secret, publicUrl, log, elsewhere }: AuthOptions) {
  const [{ betterAuth }, { genericOAuth }] = await Promise.all([
    import('better-auth'),
    import('better-auth/plugins/generic-oauth'),
  ]);
  const isSecure = publicUrl.startsWith('https:');
  return betterAuth({
    appName: 'Reelay',
    database: elsewhere?.joining.joint.pool ?? pool,
    secret,
    baseURL: new URL(publicUrl).origin,
    basePath: BASE_PATH,
    onAPIError: { errorURL: `${publicUrl}/sign-in` },
    ...waysOf(elsewhere?.providers ?? [], genericOAuth),
    databaseHooks: hooksOf(elsewhere?.joining),
    telemetry: { enabled: false },
    // Its warnings are of passwords that were wrong, which the answer says.
    logger: { level: 'error', log: (_level, message) => log.warn({ message }, 'sign_in.failed') },
    // The routes that call it count by themselves, by address and by email.
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_CHARACTERS.min,
      maxPasswordLength: PASSWORD_CHARACTERS.max,
    },
    user: {
      modelName: 'people',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: {
        isOperator: { type: 'boolean', fieldName: 'is_operator', input: false, defaultValue: false },
      },
    },
    session: {
      modelName: 'sessions',
      fields: {
        userId: 'person_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      expiresIn: SESSION_SECONDS,
      updateAge: PROLONG_SECONDS,
      cookieCache: { enabled: false },
    },
    account: {
      modelName: 'sign_ins',
      fields: {
        userId: 'person_id',
        providerId: 'provider_id',
        accountId: 'account_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      accountLinking: { disableImplicitLinking: true },
    },
    verification: {
      modelName: 'verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: {
      database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // With its own switch for secure cookies, the name below would get a second prefix.
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isSecure },
      cookiePrefix: isSecure ? '__Host-reelay' : 'reelay',
      cookies: { session_token: { name: sessionCookieName(publicUrl) } },
    },
  });
}

/** The providers, in the forms of the library. PKCE, state and nonce are on wherever a provider knows them. */
function waysOf(
  providers: readonly OauthProvider[],
  genericOAuth: typeof import('better-auth/plugins/generic-oauth').genericOAuth,
) {
  const known = providers.filter(({ id }) => id !== 'oidc');
  const generic = providers.flatMap(({ issuer, clientId, clientSecret }) =>
    issuer === undefined
      ? []
      : [
          {
            providerId: 'oidc',
            discoveryUrl: `${issuer}/.well-known/openid-configuration`,
            clientId,
            clientSecret,
            scopes: ['openid', 'email', 'profile'],
            pkce: true,
            requireIdTokenVerification: true,
          },
        ],
  );
  return {
    socialProviders: Object.fromEntries(
      known.map(({ id, clientId, clientSecret }) => [id, { clientId, clientSecret }]),
    ),
    plugins: generic.length > 0 ? [genericOAuth({ config: generic })] : [],
  };
}

/** Who may join and sign in, and what is kept of a way to sign in: no token of a provider. */
function hooksOf(joining: Joining | undefined) {
  const withoutTokens = { accessToken: null, refreshToken: null, idToken: null };
  return {
    user: {
      create: {
        before: async (person: Joiner & { name: string }) => {
          if (!(await joining?.begin(person))) return false;
          return {
            data: { ...person, name: person.name.trim().slice(0, NAME_CHARACTERS_MAX) || person.email },
          };
        },
        after: async (person: { id: string; email: string }) => joining?.join(person),
      },
    },
    session: {
      create: {
        before: async ({ userId }: { userId: string }) => (await joining?.admit(userId)) ?? false,
      },
    },
    account: {
      create: {
        before: async (account: object) => {
          await joining?.joint.hold();
          return { data: { ...account, ...withoutTokens } };
        },
        after: async (way: { userId: string; providerId: string }) => joining?.recordWay(way),
      },
      update: { before: async (account: object) => ({ data: { ...account, ...withoutTokens } }) },
    },
  };
}
