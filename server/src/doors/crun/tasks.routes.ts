// Reading and ending tasks: TaskInfo, and Reelay's own list, cancel and event stream in the same style.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../../http/gate.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { fromUnixSeconds } from '../../lib/time.ts';
import { readMetadataFilter } from '../../tasks/metadata.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { type AccountEventSource, createAccountStreams } from './account-events.ts';
import { sendJson } from './answer.ts';
import { createEventStreams } from './events.ts';
import { renderTask, statesOf } from './task-object.ts';
import {
  accountEventsSchema,
  cancelSchema,
  listSchema,
  taskEventsSchema,
  taskInfoSchema,
} from './tasks.schemas.ts';

export function registerTaskRoutes(app: FastifyInstance, door: AccountEventSource): void {
  const { tasks } = door;
  const streamTaskEvents = createEventStreams(door);
  const streamAccountEvents = createAccountStreams(door);
  app.get(
    '/job/TaskInfo',
    {
      schema: taskInfoSchema,
      config: { access: 'account', rate: 'read', errors: ['task_not_found', 'validation_failed'] },
    },
    async (request, reply) => {
      const row = await tasks.read(callerOf(request), readQuery(request, taskInfoSchema.querystring).task_id);
      const position = await tasks.positionOf(callerOf(request), row);
      return sendJson(reply, renderTask(row, tasks.linkTo, { position }));
    },
  );
  app.get(
    '/job/Tasks',
    { schema: listSchema, config: { access: 'account', rate: 'read', errors: ['validation_failed'] } },
    (request, reply) => listTasks(tasks, request, reply),
  );
  app.post(
    '/job/CancelTask',
    {
      schema: cancelSchema,
      config: {
        access: 'account',
        rate: 'read',
        errors: ['task_not_found', 'not_cancellable', 'validation_failed', 'body_unreadable'],
      },
    },
    async (request, reply) => {
      const { task_id: taskId } = readBody(request, cancelSchema.body);
      return sendJson(reply, renderTask(await tasks.cancel(callerOf(request), taskId), tasks.linkTo));
    },
  );
  app.get(
    '/job/TaskEvents',
    {
      schema: taskEventsSchema,
      // The head of a stream without its events would stay open until the task ends.
      exposeHeadRoute: false,
      config: { access: 'account', rate: 'read', errors: ['task_not_found', 'validation_failed'] },
    },
    async (request, reply) => {
      const { id } = await tasks.read(
        callerOf(request),
        readQuery(request, taskEventsSchema.querystring).task_id,
      );
      return streamTaskEvents(id, request, reply);
    },
  );
  app.get(
    '/job/Events',
    {
      schema: accountEventsSchema,
      exposeHeadRoute: false,
      config: { access: 'account', rate: 'read', errors: ['validation_failed'] },
    },
    async (request, reply) =>
      streamAccountEvents(request, reply, readQuery(request, accountEventsSchema.querystring).seconds),
  );
}

async function listTasks(tasks: Tasks, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { status, limit, model, from, to, cursor } = readQuery(request, listSchema.querystring);
  const { rows, hasMore } = await tasks.list(callerOf(request), {
    states: status && statesOf(status),
    model,
    metadata: readMetadataFilter(request.query),
    createdFrom: from === undefined ? undefined : fromUnixSeconds(from),
    createdTo: to === undefined ? undefined : fromUnixSeconds(to),
    before: cursor,
    limit,
  });
  const next = hasMore ? `"${rows[rows.length - 1].id}"` : 'null';
  const list = rows.map((row) => renderTask(row, tasks.linkTo)).join(',');
  return sendJson(reply, `{"tasks":[${list}],"next_cursor":${next}}`);
}
