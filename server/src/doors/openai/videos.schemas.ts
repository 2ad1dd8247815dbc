// Route schemas of videos. A create is read by video-body.ts, since its further fields are those of a model.
import { Type } from 'typebox';
import { withDefault } from '../../http/fields.ts';
import { IDEMPOTENCY_KEY_CHARACTERS_MAX } from '../../http/preferences.ts';
import { MAX_CREDITS_LIMIT } from '../create-body.ts';
import { orNull, record } from '../plain-schemas.ts';

export const TAGS = ['OpenAI videos'];
const time = Type.Integer({ description: 'Unix seconds.' });

export const videoObject = record('OpenAIVideo', {
  id: Type.String({ description: 'The id of the task, as `video_…`.' }),
  object: Type.Literal('video'),
  status: Type.Enum(['queued', 'in_progress', 'completed', 'failed']),
  progress: Type.Integer({
    minimum: 0,
    maximum: 100,
    description: 'By the usual time of the model; 100 once the video is there.',
  }),
  created_at: time,
  completed_at: orNull(time),
  expires_at: orNull(Type.Integer({ description: 'When its files go, Unix seconds.' })),
  model: Type.String({ description: 'The name that was asked for.' }),
  prompt: orNull(Type.String()),
  seconds: Type.String({ description: '"0" for a model without a choice of length.' }),
  size: Type.String({ description: 'As it was asked for; a provider may make a few pixels more or less.' }),
  remixed_from_video_id: orNull(Type.String()),
  error: orNull(
    Type.Object({ code: Type.String(), message: Type.String() }, { additionalProperties: false }),
  ),
  url: Type.Optional(
    Type.String({ format: 'uri', description: 'Of a completed one: its file. OpenAI has no such field.' }),
  ),
});

export const idempotency = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: IDEMPOTENCY_KEY_CHARACTERS_MAX,
      description: 'The same key with the same body makes one task.',
    }),
  ),
});

/** What a create may have beside the fields of OpenAI. */
export const extras = {
  callback_url: Type.Optional(
    Type.String({
      format: 'uri',
      description: 'Where `video.completed` or `video.failed` is posted. OpenAI has no such field.',
    }),
  ),
  max_credits: Type.Optional(Type.Number({ minimum: 0, maximum: MAX_CREDITS_LIMIT })),
  metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
};

export const createVideoSchema = {
  tags: TAGS,
  operationId: 'openaiCreateVideo',
  summary: 'Create a video',
  description:
    'As JSON or as multipart/form-data. Further fields are those of the model, under their own names. A repeat of a request by a client that counts its attempts (`x-stainless-retry-count`), or under the same Idempotency-Key, gives the video of the first.',
  headers: idempotency,
  body: Type.Object(
    {
      prompt: Type.String({ minLength: 1, maxLength: 32_000 }),
      model: Type.String({ description: 'As GET /v1/models lists it.', examples: ['reelay/draft-t2v'] }),
      seconds: Type.Optional(
        Type.String({ description: 'A length that the model has; a number is taken too.' }),
      ),
      size: Type.Optional(Type.String({ description: 'A size that the model has.', examples: ['1280x720'] })),
      input_reference: Type.Optional(
        Type.Object(
          {
            image_url: Type.Optional(Type.String({ description: 'An http address or a data URL.' })),
            file_id: Type.Optional(Type.String({ description: 'The id of an asset of the account.' })),
          },
          { description: 'The first picture; in a form also a file.' },
        ),
      ),
      ...extras,
    },
    { title: 'OpenAICreateVideo' },
  ),
  response: { 200: videoObject },
};

const params = Type.Object({ video_id: Type.String() });

export const retrieveVideoSchema = {
  tags: TAGS,
  operationId: 'openaiRetrieveVideo',
  summary: 'One video',
  params,
  response: { 200: videoObject },
};

/** The most videos of a page. */
const PAGE_MAX = 100;

export const listVideosSchema = {
  tags: TAGS,
  operationId: 'openaiListVideos',
  summary: 'Videos of the account, newest first',
  querystring: Type.Object({
    after: Type.Optional(Type.String({ description: 'The last id of the page before.' })),
    limit: withDefault(Type.Integer({ minimum: 0, maximum: PAGE_MAX }), 20),
    order: withDefault(Type.Enum(['asc', 'desc']), 'desc'),
  }),
  response: {
    200: record('OpenAIVideoList', {
      object: Type.Literal('list'),
      data: Type.Array(videoObject),
      first_id: orNull(Type.String()),
      last_id: orNull(Type.String()),
      has_more: Type.Boolean(),
    }),
  },
};

export const deleteVideoSchema = {
  tags: TAGS,
  operationId: 'openaiDeleteVideo',
  summary: 'Delete a video and its files',
  description: 'One that has not ended is cancelled first. What was charged stays charged.',
  params,
  response: {
    200: record('OpenAIVideoDeleted', {
      id: Type.String(),
      object: Type.Literal('video.deleted'),
      deleted: Type.Literal(true),
    }),
  },
};

const bytes = { schema: Type.String({ format: 'binary' }) };
const content = { 'video/mp4': bytes, 'image/webp': bytes, 'image/jpeg': bytes };

export const contentSchema = {
  tags: TAGS,
  operationId: 'openaiVideoContent',
  summary: 'The bytes of a video',
  description:
    'A thumbnail is a WebP, a spritesheet a JPEG of at most twenty moments, five in a row. Both are made when they are asked for.',
  params,
  querystring: Type.Object({
    variant: withDefault(Type.Enum(['video', 'thumbnail', 'spritesheet']), 'video'),
  }),
  response: {
    200: { description: 'The whole file.', content },
    206: { description: 'The range that was asked for.', content },
    304: { description: 'The client has it.', type: 'null' },
    416: { description: 'No such range.', type: 'null' },
  },
};

export const remixSchema = {
  tags: TAGS,
  operationId: 'openaiRemixVideo',
  summary: 'The same video with another prompt',
  headers: idempotency,
  params,
  body: Type.Object(
    { prompt: Type.String({ minLength: 1, maxLength: 32_000 }), ...extras },
    { title: 'OpenAIRemix' },
  ),
  response: { 200: videoObject },
};
