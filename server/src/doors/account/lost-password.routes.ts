// A lost password. The answer comes before anything is looked up, so it is the same for every address.
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';
import { readBody } from '../../http/read.ts';
import { type LostPasswordOptions, mailPasswordLink } from '../../people/lost-password.ts';
import { send } from '../plain.ts';
import { body } from '../plain-schemas.ts';
import { BODY_ERRORS, type Entry, type EntryParts, forAnybody } from './entry.ts';
import { done, email } from './sessions.schemas.ts';

const lostPasswordSchema = {
  tags: ['People'],
  operationId: 'mailPasswordLink',
  summary: 'Get a link to choose another password',
  description:
    'By mail, if somebody has this address; the answer does not say. The link works once, within an hour; it is followed as an invitation is.',
  body: body({ email }),
  response: { 200: done },
};

export type LostPasswordParts = LostPasswordOptions & EntryParts;

export function registerLostPasswordRoute(
  app: FastifyInstance,
  parts: LostPasswordParts,
  entry: Entry,
): void {
  app.post(
    '/password/lost',
    { schema: lostPasswordSchema, config: forAnybody('conflict', ...BODY_ERRORS) },
    async (request, reply) => {
      const given = readBody(request, lostPasswordSchema.body);
      await entry.admit(request, given.email);
      if (!parts.describeServer().mail) {
        throw new AppError('conflict', { message: 'This server sends no mail; ask its operator for a link' });
      }
      setImmediate(() => void mailPasswordLink(parts, given.email));
      return send(reply, {});
    },
  );
}
