// Route schemas of images. A create is read by image-body.ts, since its further fields are those of a model.
import { Type } from 'typebox';
import { record } from '../plain-schemas.ts';
import { extras, idempotency } from './videos.schemas.ts';

const TAGS = ['OpenAI images'];
const { max_credits, metadata } = extras;

const fields = {
  prompt: Type.String({ minLength: 1, maxLength: 32_000 }),
  model: Type.String({ description: 'A model of images, as GET /v1/models lists it.' }),
  n: Type.Optional(Type.Integer({ minimum: 1, description: 'As many as the model makes at a time.' })),
  size: Type.Optional(
    Type.String({ description: '`auto`, or a size that the model has.', examples: ['1024x1024'] }),
  ),
  response_format: Type.Optional(
    Type.Enum(['b64_json', 'url'], { description: '`b64_json` where nothing is said.' }),
  ),
  max_credits,
  metadata,
};

const imageList = record('OpenAIImages', {
  created: Type.Integer({ description: 'Unix seconds.' }),
  task_id: Type.String({ description: 'The task behind it. OpenAI has no such field.' }),
  output_format: Type.Enum(['png', 'jpeg', 'webp']),
  data: Type.Array(
    Type.Object(
      {
        b64_json: Type.Optional(Type.String()),
        url: Type.Optional(Type.String({ format: 'uri' })),
      },
      { additionalProperties: false },
    ),
  ),
});

const about =
  'The answer comes when the images are there, after nine and a half minutes at most. A caller that leaves does not stop them. Further fields are those of the model, under their own names.';

export const generateImagesSchema = {
  tags: TAGS,
  operationId: 'openaiGenerateImages',
  summary: 'Images from words',
  description: about,
  headers: idempotency,
  body: Type.Object(fields, { title: 'OpenAIGenerateImages' }),
  response: { 200: imageList },
};

export const editImagesSchema = {
  tags: TAGS,
  operationId: 'openaiEditImages',
  summary: 'Images from pictures',
  description: `As multipart/form-data with one or several files in \`image\`, or as JSON. ${about}`,
  headers: idempotency,
  body: Type.Object(
    {
      ...fields,
      images: Type.Optional(
        Type.Array(
          Type.Object({
            image_url: Type.Optional(Type.String({ description: 'An http address or a data URL.' })),
            file_id: Type.Optional(Type.String({ description: 'The id of an asset of the account.' })),
          }),
          { description: 'In a form: files in `image`, or in `image[]`.' },
        ),
      ),
    },
    { title: 'OpenAIEditImages' },
  ),
  response: { 200: imageList },
};
