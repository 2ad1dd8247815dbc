// Route schemas of what is done with tasks once they are made: reads, the list, cancel and streams.
import { Type } from 'typebox';
import { cursorField, metadataQuery, pageSizeField, timeField } from '../../http/fields.ts';
import { envelope, TAGS, taskObject } from './schemas.ts';

const idQuery = Type.Object({ task_id: Type.String() });

export const taskInfoSchema = {
  tags: TAGS.tasks,
  operationId: 'taskInfo',
  summary: 'Read a task',
  querystring: idQuery,
  response: { 200: envelope(taskObject) },
};

export const listSchema = {
  tags: TAGS.tasks,
  operationId: 'listTasks',
  summary: 'List tasks, newest first',
  querystring: Type.Object({
    status: Type.Optional(Type.Enum(['pending', 'running', 'success', 'failed'])),
    limit: pageSizeField({ max: 100, usual: 20 }),
    model: Type.Optional(Type.String()),
    from: Type.Optional(timeField('Created at or after, Unix seconds.')),
    to: Type.Optional(timeField('Created before, Unix seconds.')),
    ...metadataQuery(),
    cursor: cursorField(),
  }),
  response: {
    200: envelope(
      Type.Object({ tasks: Type.Array(taskObject), next_cursor: Type.Union([Type.String(), Type.Null()]) }),
    ),
  },
};

export const cancelSchema = {
  tags: TAGS.tasks,
  operationId: 'cancelTask',
  summary: 'Cancel a task',
  description:
    'A waiting task ends at once, a running one within seconds, and its credits come back. One that its provider can no longer stop goes on to its end, and is charged if it succeeds.',
  body: Type.Object({ task_id: Type.String() }),
  response: { 200: envelope(taskObject) },
};

export const taskEventsSchema = {
  tags: TAGS.tasks,
  operationId: 'taskEvents',
  summary: 'Follow a task as Server-Sent Events',
  description:
    'Event `task` carries the task object; the others are its timeline. The stream ends with the task.',
  querystring: idQuery,
  response: {
    200: {
      description: 'The stream.',
      content: { 'text/event-stream': { schema: Type.String() } },
    },
  },
};

const time = Type.Integer({ description: 'Unix seconds.' });
const timeOrNull = Type.Union([time, Type.Null()]);

/** The data of an event `task`. */
export const liveTask = Type.Object({
  task_id: Type.String(),
  model: Type.String(),
  status: Type.Enum(['pending', 'running', 'success', 'failed']),
  is_storing: Type.Boolean(),
  progress: Type.Union([Type.Number(), Type.Null()]),
  position: Type.Union([Type.Integer(), Type.Null()]),
  credits: Type.Number({ description: 'Held; charged once it has ended.' }),
  error: Type.Union([Type.String(), Type.Null()]),
  create_at: time,
  start_at: timeOrNull,
  complete_at: timeOrNull,
});

export const accountEventsSchema = {
  tags: TAGS.tasks,
  operationId: 'accountEvents',
  summary: 'Follow an account as Server-Sent Events',
  description:
    'Event `task` carries what has changed of a task, small enough for a list: task_id, model, status, is_storing, progress, position, credits, error and times; `balance` carries the balance. A stream that goes on after its Last-Event-ID begins with what has changed among the newest 1,000 tasks since. It ends with the right of its caller.',
  querystring: Type.Object({
    seconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 86_400, description: 'The stream ends after so long.' }),
    ),
  }),
  response: {
    200: {
      description: 'The stream.',
      content: { 'text/event-stream': { schema: Type.String() } },
    },
  },
};
