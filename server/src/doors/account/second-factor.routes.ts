// The second factor of the person that is signed in.
import type { FastifyInstance } from 'fastify';
import { sessionOf } from '../../http/gate.ts';
import { readBody } from '../../http/read.ts';
import { send } from '../plain.ts';
import { BODY_ERRORS, type Entry, type EntryParts, forPerson } from './entry.ts';
import {
  beginSecondFactorSchema,
  confirmSecondFactorSchema,
  removeSecondFactorSchema,
} from './second-factor.schemas.ts';

const config = forPerson('sign_in_failed', 'conflict', ...BODY_ERRORS);

export function registerSecondFactorRoutes(app: FastifyInstance, { people }: EntryParts, entry: Entry): void {
  app.post('/second-factor', { schema: beginSecondFactorSchema, config }, async (request, reply) => {
    const session = sessionOf(request);
    const { password } = readBody(request, beginSecondFactorSchema.body);
    await entry.admit(request, session.person.email);
    return send(reply, await people.beginSecondFactor(session, password));
  });
  app.post(
    '/second-factor/confirm',
    { schema: confirmSecondFactorSchema, config },
    async (request, reply) => {
      const session = sessionOf(request);
      const { code } = readBody(request, confirmSecondFactorSchema.body);
      await entry.admit(request, session.person.email);
      return send(reply, { backup_codes: await people.confirmSecondFactor(session, code) });
    },
  );
  app.delete('/second-factor', { schema: removeSecondFactorSchema, config }, async (request, reply) => {
    const session = sessionOf(request);
    const given = readBody(request, removeSecondFactorSchema.body);
    await entry.admit(request, session.person.email);
    await people.removeSecondFactor(session, given);
    return send(reply, {});
  });
}
