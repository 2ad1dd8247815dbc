// Route schemas of models, templates and uploads at the Crun door.
import { Type } from 'typebox';
import { WIDGETS } from '../../catalog/field-words.ts';
import { pageSizeField, withDefault } from '../../http/fields.ts';
import { envelope, TAGS } from './schemas.ts';

const PAGES_MAX = 1_000_000;

const modelFields = {
  model: Type.String(),
  model_type: Type.Enum(['video', 'tools', 'image', 'audio']),
  modality: Type.Enum(['video', 'image', 'audio']),
  operations: Type.Array(Type.String()),
  quality_tier: Type.String(),
  speed_tier: Type.String(),
  input_fields: Type.Array(Type.String()),
  required_input_fields: Type.Array(Type.String()),
  supports_reference: Type.Boolean(),
  supports_native_audio: Type.Boolean(),
  family: Type.String(),
  description: Type.String(),
  title: Type.String({ description: 'What people call it; models of several kinds share one.' }),
  vendor: Type.String(),
  input_media: Type.Array(Type.Enum(['image', 'video', 'audio']), {
    description: 'Files that it takes beside words.',
  }),
  price: Type.Object(
    {
      per: Type.Enum(['task', 'second', 'picture', 'song', 'thousand_characters', 'template']),
      credits: Type.Union([Type.Number(), Type.Null()], {
        description:
          'Of a task; of a second, picture, song or thousand characters, if that depends on nothing; of a template without a price of its own.',
      }),
      by_resolution: Type.Array(Type.Object({ resolution: Type.String(), credits: Type.Number() }), {
        description: 'Of each of these; where the price depends on more, by all of it, as in `1K high`.',
      }),
    },
    { title: 'ModelPrice', description: 'The price now, in credits.' },
  ),
  usual_credits: Type.Union([Type.Number(), Type.Null()], {
    description: 'What a task costs with the defaults of its schema; null for templates.',
  }),
  usual_seconds: Type.Union([Type.Number(), Type.Null()], {
    description: 'Median time from start to end of the tasks that ended lately in the book of the key.',
  }),
  enabled: Type.Boolean({ description: 'Whether it takes tasks now.' }),
  live: Type.Boolean({ description: 'Whether a provider makes it for live keys.' }),
  aliases: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Other names of it, for creates and GET job/Models/{model}. A name that several models have means the one that takes the input.',
    }),
  ),
};

export const modelsSchema = {
  tags: TAGS.catalog,
  operationId: 'listModels',
  summary: 'Models',
  querystring: Type.Object({
    modality: Type.Optional(Type.String()),
    operation: Type.Optional(Type.String()),
  }),
  response: {
    200: envelope(
      Type.Object({
        total: Type.Integer(),
        models: Type.Array(Type.Object(modelFields, { title: 'Model' })),
      }),
    ),
  },
};

/** Of a field, what a form is drawn from; its JSON Schema may say more. */
export const inputField = Type.Object(
  {
    title: Type.String(),
    description: Type.Optional(Type.String()),
    type: Type.Optional(Type.String()),
    default: Type.Optional(Type.Unknown()),
    enum: Type.Optional(Type.Array(Type.Unknown())),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
    minLength: Type.Optional(Type.Integer()),
    maxLength: Type.Optional(Type.Integer()),
    minItems: Type.Optional(Type.Integer()),
    maxItems: Type.Optional(Type.Integer()),
    'x-order': Type.Integer({ description: 'Fields with lower numbers stand first.' }),
    'x-widget': Type.Enum(WIDGETS, { description: 'The control that it is set by.' }),
    'x-unit': Type.Optional(Type.String()),
    'x-enum-words': Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'Words for people, by value.' }),
    ),
    'x-slots': Type.Optional(
      Type.Array(Type.String(), { description: 'Names of the items of a list, in their order.' }),
    ),
    'x-sum-of': Type.Optional(
      Type.String({
        description: 'A list with lengths of its own; where it is sent, this is their sum and is left out.',
      }),
    ),
  },
  { title: 'InputField', additionalProperties: true },
);

export function modelSchema(path: ':vendor/:name' | ':name') {
  const name = { name: Type.String() };
  return {
    tags: TAGS.catalog,
    operationId: path === ':name' ? 'getModelWithoutVendor' : 'getModel',
    summary: 'One model with the JSON Schema of its input',
    params: path === ':name' ? Type.Object(name) : Type.Object({ vendor: Type.String(), ...name }),
    response: {
      200: envelope(
        Type.Object(
          {
            ...modelFields,
            input_schema: Type.Object(
              {
                required: Type.Array(Type.String()),
                properties: Type.Record(Type.String(), inputField),
              },
              { additionalProperties: true, description: 'JSON Schema of the input.' },
            ),
            example: Type.Object(
              { model: Type.String(), input: Type.Object({}, { additionalProperties: true }) },
              { description: 'A request that can be sent as it is with a test key.' },
            ),
          },
          { title: 'ModelDetail' },
        ),
      ),
    },
  };
}

export function templatesSchema(catalogue: string, idName: string) {
  return {
    tags: TAGS.catalog,
    operationId: `${catalogue}Templates`,
    summary: `Effect templates of the ${catalogue} catalogue`,
    querystring: Type.Object({
      page: withDefault(Type.Integer({ minimum: 1, maximum: PAGES_MAX }), 1),
      page_size: pageSizeField({ max: 50, usual: 20 }),
      [idName]: Type.Optional(Type.String({ description: 'Only this one; page and page_size are ignored.' })),
    }),
    response: {
      200: envelope(
        Type.Object({
          total: Type.Integer(),
          templates: Type.Array(Type.Object({}, { additionalProperties: true, title: 'Template' })),
        }),
      ),
    },
  };
}

export const uploadSchema = {
  tags: TAGS.files,
  operationId: 'uploadUrl',
  summary: 'Address for an upload',
  description:
    'PUT the bytes to presigned_url with a Content-Length; then use file_url. The first bytes decide what the file is.',
  querystring: Type.Object({
    content_type: Type.String({
      description: 'MIME type of the file, or application/octet-stream to go by the extension.',
    }),
    ext: Type.String({ description: 'Its extension, such as .jpg, or its name.' }),
  }),
  response: {
    200: envelope(
      Type.Object({ presigned_url: Type.String(), file_url: Type.String() }, { title: 'UploadAddress' }),
    ),
  },
};
