// Tasks of all accounts: what is open, all that is known of one, and its end by hand.
import type { FastifyInstance } from 'fastify';
import type { Accounts } from '../../accounts/accounts.ts';
import { readBody, readQuery } from '../../http/read.ts';
import type { Log } from '../../lib/log.ts';
import { type ByHandOptions, endByHand, findTaskFacts, listTasksByHand } from '../../tasks/by-hand.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { forOperator, send } from './answer.ts';
import { presentPage, withOneMore } from './present.ts';
import { presentHandEnded, presentListedTask, presentTaskFacts } from './tasks.presenter.ts';
import {
  cancelAnyTaskSchema,
  listAllTasksSchema,
  settleTaskSchema,
  showTaskSchema,
} from './tasks.schemas.ts';

export interface TaskParts extends ByHandOptions {
  accounts: Accounts;
  tasks: Tasks;
  log: Log;
}

interface TaskRoute {
  Params: { id: string };
}

export function registerTaskRoutes(app: FastifyInstance, parts: TaskParts): void {
  const { accounts, pool, tasks, log } = parts;
  app.get(
    '/tasks',
    { schema: listAllTasksSchema, config: forOperator('not_found', 'validation_failed') },
    async (request, reply) => {
      const { account, ...page } = readQuery(request, listAllTasksSchema.querystring);
      const accountId = account === undefined ? undefined : (await accounts.find(account)).id;
      const rows = await listTasksByHand(pool, { ...withOneMore(page), accountId });
      return send(reply, presentPage(rows, page, presentListedTask));
    },
  );
  app.get<TaskRoute>(
    '/tasks/:id',
    { schema: showTaskSchema, config: forOperator('not_found') },
    async ({ params }, reply) => send(reply, presentTaskFacts(await findTaskFacts(pool, params.id))),
  );
  app.post<TaskRoute>(
    '/tasks/:id/settle',
    {
      schema: settleTaskSchema,
      config: forOperator('not_found', 'conflict', 'validation_failed', 'body_unreadable'),
    },
    async (request, reply) => {
      const { as, reason } = readBody(request, settleTaskSchema.body);
      const facts = await findTaskFacts(pool, request.params.id);
      const { id: taskId, account_id: accountId } = facts.task;
      const ended = await endByHand(parts, facts, { as, reason });
      log.info({ taskId, accountId, as, reason }, 'task.ended_by_operator');
      return send(reply, presentHandEnded(taskId, ended));
    },
  );
  app.post<TaskRoute>(
    '/tasks/:id/cancel',
    { schema: cancelAnyTaskSchema, config: forOperator('not_found', 'task_not_found', 'not_cancellable') },
    async ({ params }, reply) => {
      const { id, account_id: accountId, book } = (await findTaskFacts(pool, params.id)).task;
      await tasks.cancel({ accountId, mode: book }, id, 'operator');
      log.info({ taskId: id, accountId }, 'task.cancelled_by_operator');
      return send(reply, presentTaskFacts(await findTaskFacts(pool, id)));
    },
  );
}
