// Reading and ending tasks: TaskInfo, and our own list, cancel and event stream in the same style.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import { bodyOf } from '../../http/body.ts';
import { Query } from '../../http/query.ts';
import { isObject } from '../../lib/json.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { sendJson } from './answer.ts';
import { createEventStreams } from './events.ts';
import { cancelSchema, listSchema, taskEventsSchema, taskInfoSchema } from './schemas.ts';
import type { FeedSource } from './task-feeds.ts';
import { renderTask, statesOf } from './task-object.ts';

const PAGE = { min: 1, max: 100, fallback: 20 };

export function registerTaskRoutes(app: FastifyInstance, door: FeedSource): void {
  const { tasks } = door;
  const streamTaskEvents = createEventStreams(door);
  app.get(
    '/job/TaskInfo',
    {
      schema: taskInfoSchema,
      config: { access: 'key', rate: 'read', errors: ['task_not_found', 'validation_failed'] },
    },
    async (request, reply) => {
      const row = await tasks.read(request.key, readTaskId(request));
      const position = await tasks.positionOf(request.key, row);
      return sendJson(reply, renderTask(row, tasks.linkTo, { position }));
    },
  );
  app.get(
    '/job/Tasks',
    { schema: listSchema, config: { access: 'key', rate: 'read', errors: ['validation_failed'] } },
    (request, reply) => listTasks(tasks, request, reply),
  );
  app.post(
    '/job/CancelTask',
    {
      schema: cancelSchema,
      config: {
        access: 'key',
        rate: 'read',
        errors: ['task_not_found', 'not_cancellable', 'validation_failed', 'body_unreadable'],
      },
    },
    async (request, reply) => {
      const { value } = bodyOf(request);
      const taskId = isObject(value) ? value.task_id : undefined;
      if (typeof taskId !== 'string') {
        throw new AppError('validation_failed', {
          errors: ['task_id: is required and must be of type string'],
        });
      }
      return sendJson(reply, renderTask(await tasks.cancel(request.key, taskId), tasks.linkTo));
    },
  );
  app.get(
    '/job/TaskEvents',
    {
      schema: taskEventsSchema,
      // The head of a stream without its events would stay open until the task ends.
      exposeHeadRoute: false,
      config: { access: 'key', rate: 'read', errors: ['task_not_found', 'validation_failed'] },
    },
    async (request, reply) => {
      const { id } = await tasks.read(request.key, readTaskId(request));
      return streamTaskEvents(id, request, reply);
    },
  );
}

function readTaskId(request: FastifyRequest): string {
  const query = new Query(request.query);
  const taskId = query.required('task_id');
  query.check();
  return taskId;
}

async function listTasks(tasks: Tasks, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const query = new Query(request.query);
  const status = query.choice('status', ['pending', 'running', 'success', 'failed']);
  const limit = query.integer('limit', PAGE);
  const filter = {
    states: status && statesOf(status),
    model: query.text('model'),
    createdFrom: query.time('from'),
    createdTo: query.time('to'),
    before: query.id('cursor'),
  };
  query.check();
  const { rows, hasMore } = await tasks.list(request.key, { ...filter, limit });
  const next = hasMore ? `"${rows[rows.length - 1].id}"` : 'null';
  const list = rows.map((row) => renderTask(row, tasks.linkTo)).join(',');
  return sendJson(reply, `{"tasks":[${list}],"next_cursor":${next}}`);
}
