// Who calls: the account, the book and the role that a key or a session stands for.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Accounts } from '../../accounts/accounts.ts';
import { callerOf } from '../../http/gate.ts';
import { toCredits } from '../../lib/money.ts';
import { send } from '../plain.ts';
import { orNull, record } from '../plain-schemas.ts';
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
      agents: record('RulesOfAgents', {
        live: Type.Boolean({ description: 'Agents may use it over MCP if it is a live key.' }),
        confirm_above: orNull(
          Type.Number({ description: 'Credits above which a person has to agree to a create.' }),
        ),
      }),
    }),
  },
};

export function registerCallerRoute(app: FastifyInstance, { accounts }: { accounts: Accounts }): void {
  app.get('/caller', { schema: callerSchema, config: forRole('reader') }, async (request, reply) => {
    const { accountId, mode, role, agentsLive, agentsConfirmAbove } = callerOf(request);
    const { id, name } = await accounts.find(accountId);
    const agents = {
      live: agentsLive,
      confirm_above: agentsConfirmAbove === null ? null : toCredits(agentsConfirmAbove),
    };
    return send(reply, { account: { id, name }, mode, role, agents });
  });
}
