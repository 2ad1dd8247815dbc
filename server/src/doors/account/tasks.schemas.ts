// Schemas of tasks as members of their account see them.
import { type TProperties, Type } from 'typebox';
import { idField, metadataQuery, pageSizeField } from '../../http/fields.ts';
import { body, orNull, page, record } from '../plain-schemas.ts';
import { credits, id, time } from './schemas.ts';

const tags = ['Account: tasks'];
const text = orNull(Type.String());
const params = Type.Object({ id: Type.String() });
/** Of one cancel. */
export const CANCELS_MAX = 100;
const IDS_MAX = 100;

const state = Type.Enum(['pending', 'running', 'storing', 'succeeded', 'failed', 'cancelled', 'expired']);

const output = record('AccountTaskOutput', {
  kind: Type.Enum(['video', 'image', 'audio']),
  url: Type.String({ format: 'uri', description: 'Works without a key, until the result is removed.' }),
  poster_url: orNull(
    Type.String({ format: 'uri', description: 'A small JPEG: its first frame, or the shape of a sound.' }),
  ),
  content_type: Type.String(),
  bytes: Type.Integer(),
  sha256: Type.String({ description: 'Of the file as it was stored, in hexadecimal.' }),
});

/** Characters of an address. */
const URL_MAX = 2_000;

const picture = record('AccountTaskPicture', {
  url: Type.String({ description: 'As it stands in the input.' }),
  is_own: Type.Boolean({ description: 'A file of this server.' }),
  thumbnail_url: orNull(
    Type.String({
      format: 'uri',
      description:
        'A small JPEG; null for an address elsewhere, until it is asked for, and for a file that is no longer kept.',
    }),
  ),
});

const fields = {
  id,
  state,
  error: orNull(Type.String({ description: 'Name of the error with which it ended.' })),
  message: orNull(Type.String({ description: 'What the result says.' })),
  is_cancel_requested: Type.Boolean(),
  prompt: orNull(Type.String({ description: 'Its first 500 characters.' })),
  model: Type.String(),
  model_version: text,
  provider: text,
  key: record('AccountTaskKey', { id, name: text }),
  source: Type.Enum(['api', 'playground']),
  metadata: Type.Record(Type.String(), Type.String()),
  price: Type.Number({ description: 'Credits that were held at the create.' }),
  held: Type.Number({ description: 'Credits that are held now; 0 once it has ended.' }),
  charged: orNull(credits),
  progress: orNull(
    Type.Integer({ minimum: 0, maximum: 100, description: 'Percent, where the provider says it.' }),
  ),
  position: orNull(
    Type.Integer({ minimum: 1, description: 'Its place among those that wait for this model.' }),
  ),
  outputs: Type.Array(output),
  pictures: Type.Array(picture, { description: 'What it was made from; four at most in a list.' }),
  created_at: time,
  started_at: orNull(time),
  completed_at: orNull(time),
} satisfies TProperties;

export const listedTask = record('AccountTask', fields);

export const attempt = record('AccountTaskAttempt', {
  attempt: Type.Integer(),
  provider: Type.String(),
  state: Type.Enum([
    'assigned',
    'intent',
    'accepted',
    'rejected',
    'unknown',
    'succeeded',
    'failed',
    'abandoned',
  ]),
  reason: text,
  words: orNull(Type.String({ description: 'What the reason means.' })),
  is_late: Type.Boolean({ description: 'The task ended without it.' }),
  charged: orNull(credits),
  created_at: time,
  sent_at: orNull(time),
  ended_at: orNull(time),
});

export const taskEvent = record('AccountTaskEvent', {
  id: Type.String(),
  name: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown()),
  at: time,
});

export const taskDetail = record('AccountTaskDetail', {
  ...fields,
  callback_url: text,
  input: Type.Record(Type.String(), Type.Unknown()),
  usage: Type.Record(Type.String(), Type.Unknown()),
  attempts: Type.Array(attempt),
  events: Type.Array(taskEvent),
});

export const searchTasksSchema = {
  tags,
  operationId: 'searchTasks',
  summary: 'Tasks of the account and book, newest first',
  description:
    'A search for words looks at 5,000 prompts for a page at most: `next` then says where it goes on, even if the page is not full.',
  querystring: Type.Object({
    status: Type.Optional(
      Type.Enum(['open', 'pending', 'running', 'succeeded', 'failed', 'cancelled', 'expired']),
    ),
    model: Type.Optional(Type.String({ maxLength: 100 })),
    key: Type.Optional(idField('Of the key that made it.')),
    from: Type.Optional(
      Type.String({ maxLength: 40, description: 'Made at or after: a day (UTC) or a time, ISO 8601.' }),
    ),
    to: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'Made before the end of this day (UTC), or before this time.',
      }),
    ),
    q: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'The first eight or more digits of an id, or words of the prompt.',
      }),
    ),
    ids: Type.Optional(Type.String({ description: 'Ids, with commas between them; eight at most.' })),
    ...metadataQuery(),
    limit: pageSizeField({ max: IDS_MAX, usual: 50 }),
    after: Type.Optional(idField('`next` of the page before.')),
  }),
  response: { 200: page(listedTask) },
};

export const showAccountTaskSchema = {
  tags,
  operationId: 'showAccountTask',
  summary: 'One task with its tries, events and input',
  params,
  response: { 200: taskDetail },
};

export const loadPictureSchema = {
  tags,
  operationId: 'loadTaskPicture',
  summary: 'Fetch a small copy of a picture from elsewhere',
  description:
    'The server fetches an address that stands in the input of the task, as it does for the task itself, and keeps a small JPEG for three days. So no browser has to ask another host.',
  params,
  body: body({ url: Type.String({ maxLength: URL_MAX }) }),
  response: { 200: record('LoadedTaskPicture', { thumbnail_url: Type.String({ format: 'uri' }) }) },
};

export const cancelTasksSchema = {
  tags,
  operationId: 'cancelTasks',
  summary: 'Cancel many tasks',
  body: body({ ids: Type.Array(id, { minItems: 1, maxItems: CANCELS_MAX }) }),
  response: {
    200: record('CancelledTasks', {
      items: Type.Array(
        record('CancelledTask', {
          id,
          outcome: Type.Enum(['ended', 'asked', 'not_cancellable', 'not_found'], {
            description: 'Ended at once, or its provider was asked to stop it.',
          }),
        }),
      ),
    }),
  },
};
