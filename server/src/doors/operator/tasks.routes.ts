// Tasks of all accounts: what is open, all that is known of one, and its end by hand.
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Accounts } from '../../accounts/accounts.ts';
import { refuseFaults } from '../../errors.ts';
import { readBody, readQuery } from '../../http/read.ts';
import type { Log } from '../../lib/log.ts';
import { type Micros, parseCredits } from '../../lib/money.ts';
import {
  type ByHandOptions,
  endByHand,
  findTaskFacts,
  type HandEnd,
  type HandEnded,
  listTasksByHand,
} from '../../tasks/by-hand.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import { forOperator } from './answer.ts';
import { presentHandEnded, presentListedTask, presentTaskFacts } from './tasks.presenter.ts';
import {
  cancelAnyTaskSchema,
  listAllTasksSchema,
  settleTaskSchema,
  settleWithVideoSchema,
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
      const end = readBody(request, settleTaskSchema.body);
      const { id } = request.params;
      return send(reply, presentHandEnded(id.toLowerCase(), await endTask(parts, id, end)));
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

/** The one route whose body is a file: a scope of its own takes bodies of any type, as a stream. */
export function registerVideoRoute(app: FastifyInstance, parts: TaskParts): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
    scope.put<TaskRoute>(
      '/tasks/:id/video',
      {
        schema: settleWithVideoSchema,
        config: forOperator('not_found', 'conflict', 'validation_failed', 'storage_full'),
      },
      async (request, reply) => {
        const { used, reason } = readQuery(request, settleWithVideoSchema.querystring);
        const usedMicros = used === undefined ? undefined : readUsed(used);
        const { id } = request.params;
        // Before the body is read, which may be large.
        await findTaskFacts(parts.pool, id);
        const ended = await withStagedBody(request, parts, (file) => {
          const contentType = request.headers['content-type'] ?? '';
          return endTask(parts, id, { as: 'succeeded', reason, file, contentType, usedMicros });
        });
        return send(reply, presentHandEnded(id.toLowerCase(), ended));
      },
    );
  });
}

/** Keeps the body as a file for as long as it is worked with. */
async function withStagedBody<Result>(
  request: FastifyRequest,
  { files }: TaskParts,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const body = (request.body as Readable | undefined) ?? request.raw;
  const path = await files.receiveStaged(body, request.headers['content-length']);
  try {
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

function readUsed(text: string): Micros {
  const micros = parseCredits(text);
  if (micros !== undefined) return micros;
  throw refuseFaults(['used: must be an amount such as 100 or 166.5, with at most six decimals']);
}

async function endTask(parts: TaskParts, id: string, end: HandEnd): Promise<HandEnded> {
  const facts = await findTaskFacts(parts.pool, id);
  const { id: taskId, account_id: accountId } = facts.task;
  const ended = await endByHand(parts, facts, end);
  parts.log.info({ taskId, accountId, as: end.as, reason: end.reason }, 'task.ended_by_operator');
  return ended;
}
