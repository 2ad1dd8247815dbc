// Callbacks of all accounts: what was sent, every try, and sending again.
import type { FastifyInstance } from 'fastify';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Callbacks } from '../../callbacks/callbacks.ts';
import { OperatorError } from '../../errors.ts';
import { readQuery } from '../../http/read.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import { forOperator } from './answer.ts';
import { presentCallback, presentDeliveries, presentReplay } from './callbacks.presenter.ts';
import {
  listAllCallbacksSchema,
  replayAnyCallbackSchema,
  showDeliveriesSchema,
} from './callbacks.schemas.ts';

export interface CallbackParts {
  accounts: Accounts;
  callbacks: Callbacks;
}

interface CallbackRoute {
  Params: { id: string };
}

/** @throws OperatorError, at the route and from the command alike. */
export function refuseCallback(id: string): never {
  const message = `There is no callback "${id.slice(0, 100)}"; "reelay callbacks list" shows them`;
  throw new OperatorError(message, { errorName: 'not_found' });
}

export function registerCallbackRoutes(app: FastifyInstance, { accounts, callbacks }: CallbackParts): void {
  app.get(
    '/callbacks',
    { schema: listAllCallbacksSchema, config: forOperator('not_found', 'validation_failed') },
    async (request, reply) => {
      const {
        account,
        task: taskId,
        state,
        ...page
      } = readQuery(request, listAllCallbacksSchema.querystring);
      const accountId = account === undefined ? undefined : (await accounts.find(account)).id;
      const { after: before, limit } = withOneMore(page);
      const rows = await callbacks.list({ accountId, taskId, state, before, limit });
      return send(reply, presentPage(rows, page, presentCallback));
    },
  );
  app.get<CallbackRoute>(
    '/callbacks/:id/deliveries',
    { schema: showDeliveriesSchema, config: forOperator('not_found') },
    async ({ params: { id } }, reply) =>
      send(reply, presentDeliveries((await callbacks.deliveriesOf(id)) ?? refuseCallback(id))),
  );
  app.post<CallbackRoute>(
    '/callbacks/:id/replay',
    {
      schema: replayAnyCallbackSchema,
      config: forOperator('not_found', 'rate_limited', 'validation_failed'),
    },
    async ({ params: { id } }, reply) => {
      if (!(await callbacks.replay(id))) refuseCallback(id);
      return send(reply, presentReplay(id));
    },
  );
}
