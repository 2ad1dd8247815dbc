// The notices that the operator gets about the balances of accounts: one for each book.
import type { FastifyInstance } from 'fastify';
import { readBody } from '../../http/read.ts';
import type { Notices } from '../../notices/notices.ts';
import type { OpeningParts } from '../opening.ts';
import { send } from '../plain.ts';
import { readThreshold } from '../threshold.ts';
import { forOperator } from './answer.ts';
import { type NoticesOfAccount, presentNotice, presentNotices } from './notices.presenter.ts';
import { changeNoticeSchema, listNoticesSchema } from './notices.schemas.ts';

export interface NoticeParts {
  accounts: OpeningParts['accounts'];
  notices: Notices;
}

interface AccountRoute {
  Params: { account: string };
}

export function registerNoticeRoutes(app: FastifyInstance, { accounts, notices }: NoticeParts): void {
  const read = async (accountId: string): Promise<NoticesOfAccount> => ({
    accountId,
    rows: await notices.list(accountId),
    mailIsOn: notices.canMail,
  });
  app.get<AccountRoute>(
    '/accounts/:account/notices',
    { schema: listNoticesSchema, config: forOperator('not_found') },
    async ({ params }, reply) => {
      const { id } = await accounts.find(params.account);
      return send(reply, { items: presentNotices(await read(id)), next: null });
    },
  );
  app.patch<AccountRoute>(
    '/accounts/:account/notices',
    {
      schema: changeNoticeSchema,
      config: forOperator('not_found', 'validation_failed', 'body_unreadable'),
    },
    async (request, reply) => {
      const { book, threshold, mail_to } = readBody(request, changeNoticeSchema.body);
      const { id } = await accounts.find(request.params.account);
      await notices.changeForOperator(id, book, { threshold: readThreshold(threshold), mailTo: mail_to });
      return send(reply, presentNotice(await read(id), book));
    },
  );
}
