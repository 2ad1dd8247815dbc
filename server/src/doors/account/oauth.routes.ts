// Sign-in elsewhere: where the browser has to go, and its return with a code.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { guardAnswer, refuseForeignPage } from '../../http/callers.ts';
import { sessionOf } from '../../http/gate.ts';
import type { Departure, Oauth } from '../../people/oauth.ts';
import type { SignInRow, SignIns } from '../../people/sign-ins.ts';
import { send } from '../plain.ts';
import type { Presented } from '../plain-schemas.ts';
import { type Entry, type EntryParts, forAnybody, forPerson, originOf } from './entry.ts';
import {
  beginOauthSchema,
  linkOauthSchema,
  listSignInsSchema,
  type signIn,
  unlinkSchema,
} from './oauth.schemas.ts';

export interface OauthParts extends EntryParts {
  oauth: Oauth;
  signIns: SignIns;
}

interface ProviderRoute {
  Params: { provider: string };
}

const ERRORS = ['not_found', 'provider_unavailable'] as const;

export function registerOauthRoutes(app: FastifyInstance, { oauth, people }: OauthParts, entry: Entry): void {
  const depart = (reply: FastifyReply, { url, cookies }: Departure) => {
    guardAnswer(reply, { cookies });
    return send(reply, { url });
  };
  app.post<ProviderRoute>(
    '/oauth/:provider',
    { schema: beginOauthSchema, config: forAnybody(...ERRORS) },
    async (request, reply) => {
      await entry.admit(request);
      return depart(reply, await oauth.begin(request.params.provider));
    },
  );
  app.post<ProviderRoute>(
    '/oauth/:provider/link',
    { schema: linkOauthSchema, config: forPerson(...ERRORS) },
    async (request, reply) => {
      refuseForeignPage(request);
      return depart(reply, await oauth.beginLink(request.params.provider, request.headers.cookie ?? ''));
    },
  );
  // A navigation from another site, so no page of this server vouches for it: the state that it carries does.
  app.get<ProviderRoute>(
    '/auth/callback/:provider',
    { schema: { hide: true }, config: { access: 'link', rate: 'address', errors: ['not_found'] } },
    async (request, reply) => {
      const before = await people.find(request.headers.cookie);
      const from = { ...originOf(request), cookie: request.headers.cookie ?? '', before };
      const { url, cookies } = await oauth.finish(request.params.provider, queryOf(request), from);
      guardAnswer(reply, { cookies });
      return reply.redirect(url);
    },
  );
}

/** The identities that a person has linked, beside its password. */
export function registerSignInRoutes(app: FastifyInstance, { signIns }: OauthParts): void {
  app.get('/sign-ins', { schema: listSignInsSchema, config: forPerson() }, async (request, reply) => {
    const rows = await signIns.list(sessionOf(request).person.id);
    return send(reply, { items: rows.map(presentSignIn) });
  });
  app.delete<{ Params: { id: string } }>(
    '/sign-ins/:id',
    { schema: unlinkSchema, config: forPerson('not_found', 'conflict') },
    async (request, reply) => {
      await signIns.unlink(sessionOf(request), request.params.id);
      return send(reply, {});
    },
  );
}

function presentSignIn({ id, provider_id, created_at }: SignInRow): Presented<typeof signIn> {
  const provider = provider_id === 'credential' ? 'password' : provider_id;
  return { id, provider, created_at: created_at.toISOString() };
}

/** As it was sent: the library reads it for itself. */
function queryOf({ url }: FastifyRequest): string {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at + 1);
}
