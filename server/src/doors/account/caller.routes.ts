// Who calls: the account, the book and the role that a key or a session stands for.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Accounts } from '../../accounts/accounts.ts';
import { callerOf } from '../../http/gate.ts';
import { send } from '../plain.ts';
import { record } from '../plain-schemas.ts';
import { forRole } from './answer.ts';
import { book, id, role } from './schemas.ts';

const callerSchema = {
  tags: ['Account'],
  operationId: 'getCaller',
  summary: 'Who calls',
  response: {
    200: record('Caller', {
      account: record('AccountOfCaller', { id, name: Type.String() }),
      mode: book,
      role,
    }),
  },
};

export function registerCallerRoute(app: FastifyInstance, { accounts }: { accounts: Accounts }): void {
  app.get('/caller', { schema: callerSchema, config: forRole('reader') }, async (request, reply) => {
    const { accountId, mode, role } = callerOf(request);
    const { id, name } = await accounts.find(accountId);
    return send(reply, { account: { id, name }, mode, role });
  });
}
