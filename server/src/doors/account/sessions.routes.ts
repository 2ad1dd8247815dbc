// The first owner, sign-in and sign-out, and who is signed in.
import type { FastifyInstance } from 'fastify';
import { sessionOf } from '../../http/gate.ts';
import { readBody } from '../../http/read.ts';
import type { Origin } from '../../people/session-form.ts';
import { type OpeningParts, openAccountWithin } from '../opening.ts';
import { send } from '../plain.ts';
import { BODY_ERRORS, type Entry, type EntryParts, forAnybody, forPerson, originOf } from './entry.ts';
import { presentMe } from './sessions.presenter.ts';
import {
  changePasswordSchema,
  claimSchema,
  readMeSchema,
  readSetupSchema,
  signInSchema,
  signOutEverywhereSchema,
  signOutSchema,
} from './sessions.schemas.ts';

export interface SessionParts extends OpeningParts, EntryParts {
  /** Name of the account that a new instance has. */
  firstAccount: string;
}

export function registerSetupRoutes(app: FastifyInstance, parts: SessionParts, entry: Entry): void {
  const { people, describeServer } = parts;
  app.get('/setup', { schema: readSetupSchema, config: forAnybody() }, async (_request, reply) => {
    // A page that asks this signs somebody in next; a fault of the library shows then.
    void people.auth().catch(() => undefined);
    reply.header('cache-control', 'no-store');
    return send(reply, { open: await people.isUnclaimed(), server: describeServer() });
  });
  app.post(
    '/setup',
    { schema: claimSchema, config: forAnybody('setup_closed', 'link_invalid', 'conflict', ...BODY_ERRORS) },
    async (request, reply) => {
      await entry.admit(request);
      const claim = readBody(request, claimSchema.body);
      return entry.welcome(reply, await claimInstance(parts, claim, originOf(request)));
    },
  );
}

export function registerSessionRoutes(app: FastifyInstance, parts: SessionParts, entry: Entry): void {
  const { people, describeServer } = parts;
  app.post(
    '/session',
    { schema: signInSchema, config: forAnybody('sign_in_failed', 'second_factor_needed', ...BODY_ERRORS) },
    async (request, reply) => {
      const signIn = readBody(request, signInSchema.body);
      await entry.admit(request, signIn.email);
      const before = await people.find(request.headers.cookie);
      return entry.welcome(reply, await people.signIn(signIn, originOf(request), before));
    },
  );
  app.get('/me', { schema: readMeSchema, config: forPerson() }, async (request, reply) =>
    send(reply, presentMe(sessionOf(request), describeServer())),
  );
  app.delete('/session', { schema: signOutSchema, config: forPerson() }, async (request, reply) => {
    await people.endSession(sessionOf(request));
    return entry.leave(reply);
  });
  app.delete(
    '/sessions',
    { schema: signOutEverywhereSchema, config: forPerson() },
    async (request, reply) => {
      await people.endSessions(sessionOf(request).person.id);
      return entry.leave(reply);
    },
  );
  app.post(
    '/password',
    { schema: changePasswordSchema, config: forPerson('sign_in_failed', ...BODY_ERRORS) },
    async (request, reply) => {
      const session = sessionOf(request);
      const change = readBody(request, changePasswordSchema.body);
      await entry.admit(request, session.person.email);
      const cookies = await people.changePassword(session, change, originOf(request));
      return entry.welcome(reply, cookies);
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
  return people.claim(claim, from, async (client) => {
    const id = await openAccountWithin(client, parts, firstAccount);
    if (name !== undefined) await accounts.renameWithin(client, id, name);
    return id;
  });
}
