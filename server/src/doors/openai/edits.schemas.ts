// Route schemas of edits and extensions. Their bodies are read by edit-body.ts, since further fields are those of a model.
import { Type } from 'typebox';
import { extras, idempotency, TAGS, videoObject } from './videos.schemas.ts';

const common = {
  prompt: Type.String({ minLength: 1, maxLength: 32_000 }),
  video: Type.Object(
    { id: Type.String({ description: 'The id of a completed video.' }) },
    { description: 'The source; in a form also a file.' },
  ),
  model: Type.Optional(
    Type.String({
      description:
        'A model that declares it. Without it: that of the source, or the one of the same title that does.',
      examples: ['wan/2-7-video-edit'],
    }),
  ),
};

export const editVideoSchema = {
  tags: TAGS,
  operationId: 'openaiEditVideo',
  summary: 'Change a video by words',
  description:
    'By a model with the operation `video-edit`. As JSON or as multipart/form-data; further fields are those of the model.',
  headers: idempotency,
  body: Type.Object({ ...common, ...extras }, { title: 'OpenAIEditVideo' }),
  response: { 200: videoObject },
};

export const extendVideoSchema = {
  tags: TAGS,
  operationId: 'openaiExtendVideo',
  summary: 'Prolong a video',
  description:
    'By a model with the operation `video-extend`, which operators may have; none that ships has it. `seconds` is the length that the model is asked for.',
  headers: idempotency,
  body: Type.Object(
    {
      ...common,
      seconds: Type.Optional(Type.String({ description: 'A length that the model has.' })),
      ...extras,
    },
    { title: 'OpenAIExtendVideo' },
  ),
  response: { 200: videoObject },
};
