// The first owner, sign-in and sign-out, and who is signed in. What lets somebody in is counted by address and by email.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorName, invariant } from '../../errors.ts';
import { guardAnswer, refuseForeignPage } from '../../http/callers.ts';
import { sessionOf } from '../../http/gate.ts';
import { SignInRate } from '../../http/rate.ts';
import { readBody } from '../../http/read.ts';
import { steadyClock } from '../../lib/time.ts';
import type { Origin, People } from '../../people/people.ts';
import { type OpeningParts, openAccountWithTestCredits } from '../opening.ts';
import { send } from '../plain.ts';
import { presentMe, type ServerFacts } from './sessions.presenter.ts';
import {
  claimSchema,
  readMeSchema,
  readSetupSchema,
  signInSchema,
  signOutEverywhereSchema,
  signOutSchema,
} from './sessions.schemas.ts';

export interface SessionParts extends OpeningParts {
  people: People;
  /** What a page needs to know of the server before anybody is signed in. */
  describeServer: () => ServerFacts;
  /** Name of the account that a new instance has. */
  firstAccount: string;
}

const BODY: readonly ErrorName[] = ['validation_failed', 'body_unreadable'];

/** Policy of a route for somebody who is not signed in yet. */
function forAnybody(...errors: ErrorName[]) {
  return { access: 'public', rate: 'address', errors: ['not_permitted', ...errors] } as const;
}

/** Policy of a route for a person, whatever the account. */
function forPerson(...errors: ErrorName[]) {
  return { access: 'person', rate: 'none', errors } as const;
}

/** Where a request came from, as its session will show it. */
function originOf({ ip, headers }: FastifyRequest): Origin {
  return { address: ip, userAgent: headers['user-agent']?.slice(0, 300) };
}

export function registerSessionRoutes(app: FastifyInstance, parts: SessionParts): void {
  const { people, describeServer } = parts;
  const rate = new SignInRate(steadyClock);
  /** Answers with who is signed in from now on, and the cookie. */
  const welcome = async (reply: FastifyReply, cookies: string[]) => {
    const session = await people.find(cookies.map((cookie) => cookie.split(';')[0]).join('; '));
    invariant(session, 'a session that was just made is found');
    guardAnswer(reply, { cookies });
    return send(reply, presentMe(session, describeServer()));
  };

  app.get('/setup', { schema: readSetupSchema, config: forAnybody() }, async (_request, reply) =>
    send(reply.header('cache-control', 'no-store'), {
      open: await people.isUnclaimed(),
      server: describeServer(),
    }),
  );
  app.post(
    '/setup',
    { schema: claimSchema, config: forAnybody('setup_closed', 'link_invalid', 'conflict', ...BODY) },
    async (request, reply) => {
      refuseForeignPage(request);
      rate.take(request.ip);
      const claim = readBody(request, claimSchema.body);
      const cookies = await claimInstance(parts, claim, originOf(request));
      return welcome(reply, cookies);
    },
  );
  app.post(
    '/session',
    { schema: signInSchema, config: forAnybody('sign_in_failed', ...BODY) },
    async (request, reply) => {
      refuseForeignPage(request);
      const given = readBody(request, signInSchema.body);
      rate.take(request.ip, given.email.trim().toLowerCase());
      const before = await people.find(request.headers.cookie);
      return welcome(reply, await people.signIn(given, originOf(request), before));
    },
  );
  app.get('/me', { schema: readMeSchema, config: forPerson() }, async (request, reply) =>
    send(reply, presentMe(sessionOf(request), describeServer())),
  );
  app.delete('/session', { schema: signOutSchema, config: forPerson() }, async (request, reply) => {
    await people.endSession(sessionOf(request));
    return leave(people, reply);
  });
  app.delete(
    '/sessions',
    { schema: signOutEverywhereSchema, config: forPerson() },
    async (request, reply) => {
      await people.endSessions(sessionOf(request).person.id);
      return leave(people, reply);
    },
  );
}

interface SetupRequest {
  token: string;
  email: string;
  password: string;
  name: string;
  account?: string | undefined;
}

/** @returns the cookies of the first owner. */
async function claimInstance(
  parts: SessionParts,
  { account: name, ...claim }: SetupRequest,
  from: Origin,
): Promise<string[]> {
  const { people, accounts, firstAccount } = parts;
  await people.checkClaim(claim.token);
  const account = await openAccountWithTestCredits(parts, firstAccount).catch(async (error: unknown) => {
    // The account is under another name by now if another caller has just claimed it.
    await people.checkClaim(claim.token);
    throw error;
  });
  await people.claim({ ...claim, accountId: account.id });
  if (name !== undefined) await accounts.rename(account.id, name);
  return people.signIn(claim, from);
}

/** The browser forgets the cookie that no longer opens anything. */
function leave(people: People, reply: FastifyReply): FastifyReply {
  guardAnswer(reply, { cookies: [people.goneCookie] });
  return send(reply, {});
}
