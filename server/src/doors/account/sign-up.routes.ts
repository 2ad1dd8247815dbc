// Open sign-up by a verified address. The answer comes before anything is looked up, so it is the same for every address.
import type { FastifyInstance } from 'fastify';
import { readBody } from '../../http/read.ts';
import { checkAddress, type SignUp } from '../../people/sign-up.ts';
import { send } from '../plain.ts';
import { BODY_ERRORS, type Entry, forAnybody, originOf } from './entry.ts';
import { acceptSignUpSchema, lookAtSignUpSchema, mailSignUpLinkSchema } from './sign-up.schemas.ts';

export interface SignUpParts {
  signUp: SignUp;
}

export function registerSignUpRoutes(app: FastifyInstance, { signUp }: SignUpParts, entry: Entry): void {
  app.post(
    '/sign-up',
    { schema: mailSignUpLinkSchema, config: forAnybody(...BODY_ERRORS) },
    async (request, reply) => {
      await entry.admit(request);
      await signUp.requireOpen();
      const { email } = readBody(request, mailSignUpLinkSchema.body);
      checkAddress(email);
      await entry.admitMail(email);
      setImmediate(() => void signUp.mailLink(email));
      return send(reply, {});
    },
  );
  app.post(
    '/sign-up/look',
    { schema: lookAtSignUpSchema, config: forAnybody('link_invalid', ...BODY_ERRORS) },
    async (request, reply) => {
      await entry.admit(request);
      await signUp.requireOpen();
      const { token } = readBody(request, lookAtSignUpSchema.body);
      return send(reply.header('cache-control', 'no-store'), { email: await signUp.look(token) });
    },
  );
  app.post(
    '/sign-up/accept',
    { schema: acceptSignUpSchema, config: forAnybody('link_invalid', 'conflict', ...BODY_ERRORS) },
    async (request, reply) => {
      await entry.admit(request);
      await signUp.requireOpen();
      const acceptance = readBody(request, acceptSignUpSchema.body);
      return entry.welcome(reply, await signUp.accept(acceptance, originOf(request)));
    },
  );
}
