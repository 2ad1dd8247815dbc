// The notice of a low balance: one for each book of an account.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callerOf } from '../../http/gate.ts';
import { readBody } from '../../http/read.ts';
import { toCredits } from '../../lib/money.ts';
import type { Notices } from '../../notices/notices.ts';
import { send } from '../plain.ts';
import type { Presented } from '../plain-schemas.ts';
import { readThreshold } from '../threshold.ts';
import { forRole } from './answer.ts';
import { changeNoticeSchema, type notice, readNoticeSchema } from './notices.schemas.ts';

export interface NoticeParts {
  notices: Notices;
}

export function registerNoticeRoutes(app: FastifyInstance, { notices }: NoticeParts): void {
  app.get('/notices', { schema: readNoticeSchema, config: forRole('owner') }, async (request, reply) =>
    send(reply, await present(notices, request)),
  );
  app.patch(
    '/notices',
    { schema: changeNoticeSchema, config: forRole('owner', 'validation_failed', 'body_unreadable') },
    async (request, reply) => {
      const { accountId, mode } = callerOf(request);
      const given = readBody(request, changeNoticeSchema.body);
      await notices.change(accountId, mode, {
        threshold: readThreshold(given.threshold),
        callbackUrl: given.callback_url,
        isMailed: given.mail,
      });
      return send(reply, await present(notices, request));
    },
  );
}

async function present(notices: Notices, request: FastifyRequest): Promise<Presented<typeof notice>> {
  const { accountId, mode } = callerOf(request);
  const ofAccount = await notices.list(accountId);
  const found = ofAccount.find(({ book, receiver }) => book === mode && receiver === 'owners');
  return {
    book: mode,
    threshold: found ? toCredits(found.threshold) : null,
    callback_url: found?.callback_url ?? null,
    mail: found?.is_mailed ?? true,
    mail_is_on: notices.canMail,
    is_below: found?.is_below ?? false,
    crossed_at: found?.crossed_at?.toISOString() ?? null,
  };
}
