// Credits: grants, corrections, balances, statements, and what the operator bears.
import type { FastifyInstance } from 'fastify';
import { refuseFaults } from '../../errors.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { type Micros, parseCredits } from '../../lib/money.ts';
import type { OpeningParts } from '../opening.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import { forOperator } from './answer.ts';
import { presentBalances, presentLoss, presentMovement } from './credits.presenter.ts';
import {
  balancesSchema,
  lossesSchema,
  moveCreditsSchema,
  operatorStatementSchema,
} from './credits.schemas.ts';

export function registerCreditRoutes(app: FastifyInstance, { accounts, credits }: OpeningParts): void {
  app.get<{ Params: { account: string } }>(
    '/accounts/:account/balances',
    { schema: balancesSchema, config: forOperator('not_found') },
    async ({ params }, reply) => {
      const account = await accounts.find(params.account);
      const items = presentBalances(account, await credits.balances(account.id));
      return send(reply, { items, next: null });
    },
  );
  app.post<{ Params: { account: string } }>(
    '/accounts/:account/credits',
    {
      schema: moveCreditsSchema,
      config: forOperator('not_found', 'conflict', 'validation_failed', 'body_unreadable'),
    },
    async (request, reply) => {
      const { kind, book, reason = kind, ...given } = readBody(request, moveCreditsSchema.body);
      const amount = readCredits(given.credits);
      const account = await accounts.find(request.params.account);
      const moved = await credits[kind]({
        accountId: account.id,
        book,
        amount,
        reason,
        externalReference: given.reference,
      });
      const balances = presentBalances(account, await credits.balances(account.id));
      return send(reply, { moved, balances });
    },
  );
  app.get<{ Params: { account: string } }>(
    '/accounts/:account/statement',
    { schema: operatorStatementSchema, config: forOperator('not_found', 'validation_failed') },
    async (request, reply) => {
      const { book, ...page } = readQuery(request, operatorStatementSchema.querystring);
      const { id: accountId } = await accounts.find(request.params.account);
      const { after: before, limit } = withOneMore(page);
      const rows = await credits.statement({ accountId, book, before, limit });
      return send(reply, presentPage(rows, page, presentMovement));
    },
  );
  app.get(
    '/losses',
    { schema: lossesSchema, config: forOperator('validation_failed') },
    async (request, reply) => {
      const page = readQuery(request, lossesSchema.querystring);
      const { after: before, limit } = withOneMore(page);
      return send(reply, presentPage(await credits.losses({ before, limit }), page, presentLoss));
    },
  );
}

function readCredits(credits: number): Micros {
  const amount = parseCredits(credits);
  if (amount !== undefined) return amount;
  throw refuseFaults(['credits: must be an amount such as 100 or 166.5, with at most six decimals']);
}
