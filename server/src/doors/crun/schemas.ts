// Route schemas of the Crun door. Queries and bodies are read by them (http/read.ts) but for a create, whose input has
// the schema of its model; they make the OpenAPI document, and the tests compare them with real answers.
import { type TSchema, Type } from 'typebox';
import { cursorField, metadataField, pageSizeField, timeField, withDefault } from '../../http/fields.ts';
import { IDEMPOTENCY_KEY_CHARACTERS_MAX, WAIT_SECONDS_MAX } from '../../http/preferences.ts';
import { MAX_CREDITS_LIMIT } from '../create-body.ts';

export const TAGS = { tasks: ['Tasks'], catalog: ['Catalogue'], account: ['Account'], files: ['Files'] };

export function envelope<Data extends TSchema>(data: Data) {
  return Type.Object({ code: Type.Literal(200), message: Type.Literal('success'), data });
}

const requestFields = {
  model: Type.String({
    description: 'Public name of the model, as the Models endpoint lists it.',
    examples: ['reelay/draft-t2v'],
  }),
  input: Type.Object(
    {},
    {
      additionalProperties: true,
      description: 'What the model takes; see its input_schema.',
      examples: [{ prompt: 'A lake in the mountains at sunset', resolution: '720p', duration: 5 }],
    },
  ),
  callback_url: Type.Optional(
    Type.Union([Type.String({ format: 'uri' }), Type.Null(), Type.Literal('')], {
      description: 'Where the task object is posted when the task has ended. Null or empty: nowhere.',
    }),
  ),
};

const taskResult = Type.Object(
  {
    code: Type.Enum([200, 455, 501], {
      description: '200; of a task that failed 501, or 455 when no provider account could take it.',
    }),
    message: Type.String(),
    error: Type.Optional(Type.String({ description: 'Name of the error, as in docs/errors.md.' })),
    media_urls: Type.Array(Type.String({ format: 'uri' })),
    poster_urls: Type.Optional(
      Type.Array(Type.Union([Type.String({ format: 'uri' }), Type.Null()]), {
        description:
          'A small JPEG of the first frame of each, in the same order, some seconds after the end. Null for one that could not be read.',
      }),
    ),
    usage: Type.Object({}, { additionalProperties: true }),
  },
  { title: 'TaskResult' },
);

const warnings = Type.Optional(
  Type.Array(Type.String(), { description: 'Of a create: names that had no effect.' }),
);

const taskFields = {
  task_id: Type.String({ format: 'uuid' }),
  provider: Type.String(),
  model_version: Type.String(),
  status: Type.Enum(['pending', 'running', 'success', 'failed']),
  param: Type.Object({
    model: Type.String(),
    callback_url: Type.Union([Type.String(), Type.Null()]),
    input: Type.Object({}, { additionalProperties: true }),
  }),
  create_at: Type.Integer({ description: 'Unix seconds.' }),
  result: Type.Union([Type.Null(), taskResult]),
  credits: Type.Number({ description: 'Reserved while it runs, charged once it has ended.' }),
  duration_s: Type.Union([Type.Integer(), Type.Null()]),
  position: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        'Of TaskInfo, once it has waited for a second: its place among the waiting tasks of the account for this model, 1 is next.',
    }),
  ),
  complete_at: Type.Union([Type.Integer(), Type.Null()]),
  source: Type.Enum(['api', 'playground'], {
    description: 'Made by a key, or by a person in the playground.',
  }),
  metadata: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'As the create gave it; not there if it gave none.',
    }),
  ),
  warnings,
};

export const taskObject = Type.Object(taskFields, { title: 'Task' });

const headers = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: IDEMPOTENCY_KEY_CHARACTERS_MAX,
      description: 'The same key with the same body makes one task.',
    }),
  ),
  prefer: Type.Optional(
    Type.String({
      description: `\`wait=N\` waits up to N (at most ${WAIT_SECONDS_MAX}) seconds for the end; \`handling=strict\` refuses unknown fields.`,
    }),
  ),
});

export const createSchema = {
  tags: TAGS.tasks,
  operationId: 'createTask',
  summary: 'Create a task',
  description: 'Checks the input, holds its price and queues the task.',
  headers,
  body: Type.Object(
    {
      ...requestFields,
      metadata: Type.Optional(
        Type.Union([metadataField(), Type.Null()], {
          description:
            'Short texts of your own. They come back in the task and its callback, filter lists, and change nothing else.',
          examples: [{ project: 'spring', customer: '4711' }],
        }),
      ),
      max_credits: Type.Optional(
        Type.Union([Type.Number({ minimum: 0, maximum: MAX_CREDITS_LIMIT }), Type.Null()], {
          description: 'The create is refused when the price is above this.',
          examples: [200],
        }),
      ),
    },
    { title: 'CreateRequest' },
  ),
  response: {
    200: envelope(
      Type.Union(
        [
          Type.Object({ task_id: Type.String({ format: 'uuid' }), warnings }, { title: 'Created' }),
          taskObject,
        ],
        { description: 'Under `Prefer: wait` the task as far as it got, else its id.' },
      ),
    ),
  },
};

export const estimateCreditsSchema = {
  tags: TAGS.tasks,
  operationId: 'estimateCredits',
  summary: 'Price of a task',
  body: Type.Object(requestFields, { title: 'EstimateRequest' }),
  response: { 200: envelope(Type.Object({ credits: Type.Number(), estimated: Type.Boolean() })) },
};

export const estimateTaskSchema = {
  tags: TAGS.tasks,
  operationId: 'estimateTask',
  summary: 'Price of a task, and whether the balance covers it',
  body: Type.Object(requestFields, { title: 'EstimateRequest' }),
  response: {
    200: envelope(
      Type.Object({ estimated_credits: Type.Number(), balance: Type.Number(), affordable: Type.Boolean() }),
    ),
  },
};

export const balanceSchema = {
  tags: TAGS.account,
  operationId: 'balance',
  summary: 'Credits that can be spent',
  response: {
    200: envelope(
      Type.Object(
        { balance: Type.Number(), held: Type.Number({ description: 'Reserved by open tasks.' }) },
        { title: 'Balance' },
      ),
    ),
  },
};

export const usageSchema = {
  tags: TAGS.account,
  operationId: 'usage',
  summary: 'Tasks and credits by day, model or key',
  querystring: Type.Object({
    group_by: withDefault(Type.Enum(['day', 'model', 'key']), 'day'),
    to: Type.Optional(timeField('Created before, Unix seconds; tomorrow when not given.')),
    from: Type.Optional(timeField('Created at or after, Unix seconds; 30 days before when not given.')),
  }),
  response: {
    200: envelope(
      Type.Object({
        group_by: Type.Enum(['day', 'model', 'key']),
        from: Type.Integer(),
        to: Type.Integer(),
        rows: Type.Array(
          Type.Object(
            {
              day: Type.Optional(Type.String({ format: 'date' })),
              model: Type.Optional(Type.String()),
              key: Type.Optional(Type.String({ description: 'Its name.' })),
              tasks: Type.Integer(),
              succeeded: Type.Integer(),
              credits: Type.Number(),
            },
            { title: 'UsageRow', description: 'The first of its fields is that of group_by.' },
          ),
        ),
      }),
    ),
  },
};

export const statementSchema = {
  tags: TAGS.account,
  operationId: 'statement',
  summary: 'Every movement of credits, newest first',
  querystring: Type.Object({
    limit: pageSizeField({ max: 200, usual: 50 }),
    cursor: cursorField(),
  }),
  response: {
    200: envelope(
      Type.Object({
        rows: Type.Array(
          Type.Object(
            {
              id: Type.String(),
              kind: Type.Enum(['grant', 'adjust', 'capture']),
              credits: Type.Number({ description: 'Below zero for a charge.' }),
              balance: Type.Number({ description: 'Posted balance after it.' }),
              task_id: Type.Union([Type.String(), Type.Null()]),
              reason: Type.String(),
              create_at: Type.Integer(),
            },
            { title: 'StatementRow' },
          ),
        ),
        next_cursor: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  },
};
