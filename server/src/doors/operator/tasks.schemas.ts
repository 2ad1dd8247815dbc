// Schemas of tasks as an operator sees them: of any account, with their money and their attempts at providers.
import { Type } from 'typebox';
import { withDefault } from '../../http/fields.ts';
import { body, orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { book, credits, time } from './schemas.ts';

const tags = ['Operator: tasks'];
const params = Type.Object({ id: Type.String() });
const text = orNull(Type.String());
const details = orNull(Type.Record(Type.String(), Type.Unknown()));
const state = Type.Enum(['pending', 'running', 'storing', 'succeeded', 'failed', 'cancelled', 'expired']);

const common = {
  id: Type.String(),
  account_id: Type.String(),
  account: Type.String({ description: 'Name of the account.' }),
  book,
  model: Type.String(),
  state,
  price: Type.Number({ description: 'What is held while it is open.' }),
  charged: orNull(credits),
  error: orNull(Type.String({ description: 'Name of the error with which it ended.' })),
  created_at: time,
  deadline_at: time,
  completed_at: orNull(time),
};

export const listedTask = record(
  'OperatorTask',
  {
    ...common,
    provider: text,
    attempt_state: orNull(Type.String({ description: 'Of its last attempt.' })),
    unreadable_at: orNull(
      Type.Integer({ description: 'Since when its provider answers nothing that can be read.' }),
    ),
    unfetched_at: orNull(
      Type.Integer({ description: 'Since when it is made and its file cannot be fetched.' }),
    ),
  },
  'A task of any account with its last attempt.',
);

export const attempt = record('OperatorAttempt', {
  attempt: Type.Integer(),
  provider: Type.String(),
  offer: text,
  credential: orNull(Type.String({ description: 'provider/name of the account there.' })),
  state: Type.String(),
  reason: text,
  detail: text,
  reference: Type.Union([details], { description: 'Its job at the provider.' }),
  used: details,
  created_at: time,
  ended_at: orNull(time),
  unreadable_at: orNull(time),
  unfetched_at: orNull(time),
});

export const taskEvent = record('OperatorTaskEvent', {
  id: Type.String(),
  event: Type.String(),
  detail: details,
  created_at: time,
});

export const taskFacts = record('OperatorTaskFacts', {
  ...common,
  message: text,
  cancel_requested_at: orNull(time),
  settled: orNull(Type.Enum(['capture', 'void', 'expire'])),
  attempts: Type.Array(attempt),
  events: Type.Array(taskEvent),
});

export const handEnded = record('HandEnded', {
  task_id: Type.String(),
  state,
  charged: credits,
  given_back: credits,
  callback: Type.Boolean({ description: 'A callback goes out.' }),
});

export const listAllTasksSchema = {
  tags,
  operationId: 'listAllTasks',
  summary: 'Tasks of all accounts',
  querystring: Type.Object({
    ...pageQuery,
    account: Type.Optional(Type.String({ description: 'Name or id of the account.' })),
    book: Type.Optional(book),
    model: Type.Optional(Type.String()),
    status: Type.Optional(
      Type.Enum(['open', 'stuck', ...state.enum], {
        description:
          'A state; open for those that have not ended; stuck for those whose provider cannot be read, has no file, or may not have taken them.',
      }),
    ),
    order: withDefault(Type.Enum(['newest', 'oldest']), 'newest'),
  }),
  response: { 200: page(listedTask) },
};

export const showTaskSchema = {
  tags,
  operationId: 'showTask',
  summary: 'All that is known of a task',
  description: 'Its money, its attempts with their jobs at providers, and its events; not its input.',
  params,
  response: { 200: taskFacts },
};

export const settleTaskSchema = {
  tags,
  operationId: 'settleTask',
  summary: 'End an open task now, without a charge',
  description:
    'What the provider still makes of it is stopped if it can be, or booked as a loss. A task that has ended is a 409.',
  params,
  body: body({
    as: Type.Enum(['failed', 'cancelled']),
    reason: withDefault(
      Type.String({ maxLength: 300, description: 'The client reads it in the result.' }),
      '',
    ),
  }),
  response: { 200: handEnded },
};

export const settleWithVideoSchema = {
  tags,
  operationId: 'settleTaskWithVideo',
  summary: 'End an open task now, with a video of yours as its result',
  description: 'The body is the video. A task that has ended is a 409.',
  params,
  consumes: ['video/mp4', 'video/webm', 'video/quicktime'],
  body: Type.String({ format: 'binary' }),
  querystring: Type.Object({
    used: Type.Optional(
      Type.String({ description: 'Credits that are charged, at most what is held; all of it if not given.' }),
    ),
    reason: withDefault(Type.String({ maxLength: 300, description: 'For the events of the task.' }), ''),
  }),
  response: { 200: handEnded },
};

export const cancelAnyTaskSchema = {
  tags,
  operationId: 'cancelAnyTask',
  summary: 'Ask for the end of a task',
  description:
    'As its client may: a waiting task ends at once, a running one within seconds if its provider can stop it.',
  params,
  response: { 200: taskFacts },
};
