// What is read of the JSON of the `/v1/videos` dialect: only the fields that are used; further fields and
// null are allowed, since each engine leaves out others. The OpenAI types (npm `openai` 7.57.0,
// resources/videos.ts), vLLM-Omni (docs/serving/videos_api.md) and SGLang (docs/diffusion/api/openai_api.md),
// read 2026-11-21.
import { type Static, Type } from 'typebox';
import { incidental } from '../kit/wire.ts';

/** Gateways in front of several engines write the engine into the id, so it may be long. */
const idSchema = Type.String({ minLength: 1, maxLength: 1000 });

const codeSchema = Type.Union([Type.String(), Type.Number()]);

export const videoSchema = Type.Object({
  /** A caller that asks for a video knows its id, except when the answer has the status of an error. */
  id: incidental(idSchema),
  status: Type.String(),
  /** From 0 to 100. */
  progress: incidental(Type.Number()),
  model: incidental(Type.String()),
  size: incidental(Type.String()),
  seconds: incidental(codeSchema),
  inference_time_s: incidental(Type.Number()),
  error: incidental(Type.Object({ code: incidental(codeSchema), message: incidental(Type.String()) })),
});

export type Video = Static<typeof videoSchema>;

export const createdSchema = Type.Object({ id: idSchema });

export const listSchema = Type.Object({ data: Type.Array(Type.Unknown()) });

/** OpenAI and vLLM-Omni say `deleted`; SGLang sends the video again with this status. */
export const deletedSchema = Type.Object({
  deleted: incidental(Type.Boolean()),
  status: incidental(Type.String()),
});

/** The envelope of OpenAI. */
export const errorSchema = Type.Object({
  error: Type.Object({
    message: incidental(Type.String()),
    code: incidental(codeSchema),
    type: incidental(Type.String()),
  }),
});

/** The envelope of FastAPI, which the Python engines use: a sentence, or the faults of the fields. */
export const detailSchema = Type.Object({
  detail: Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.Unknown(), { minItems: 1 })]),
});

export const faultSchema = Type.Object({
  loc: incidental(Type.Array(Type.Union([Type.String(), Type.Number()]))),
  msg: incidental(Type.String()),
});

export const referenceSchema = Type.Object({ id: idSchema });

/** Reelay's names in a form need no escape. */
const FIELD_NAME = '^[a-z][a-z0-9_]{0,63}$';
const sizeSchema = Type.String({ pattern: '^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$' });

/** Params of an offer. */
export const paramsSchema = Type.Object(
  {
    /** The name of the model at the engine. An engine with a single model may not need it. */
    model: Type.Optional(Type.String({ minLength: 1 })),
    /**
     * How the create is sent. vLLM-Omni takes only forms, SGLang takes JSON without a picture. Default
     * `multipart`.
     */
    encoding: Type.Optional(Type.Union([Type.Literal('multipart'), Type.Literal('json')])),
    /** Pixels by resolution and aspect ratio, in place of the default table of map.ts. */
    sizes: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), sizeSchema), { minProperties: 1 }),
    ),
    /** Default `size`: one text. */
    size_as: Type.Optional(Type.Union([Type.Literal('size'), Type.Literal('width_height')])),
    /** Sends `num_frames` (seconds x fps + plus) and `fps` instead of `seconds`. */
    frames: Type.Optional(
      Type.Object(
        {
          fps: Type.Integer({ minimum: 1, maximum: 240 }),
          plus: Type.Optional(Type.Integer({ minimum: 0, maximum: 240 })),
        },
        { additionalProperties: false },
      ),
    ),
    /** The field that the picture goes into. Default `input_reference`. */
    image_field: Type.Optional(Type.String({ pattern: FIELD_NAME })),
    /** The picture itself (the default in forms), `{"image_url": …}` (the default in JSON), or the bare address. */
    image_as: Type.Optional(Type.Union([Type.Literal('file'), Type.Literal('object'), Type.Literal('url')])),
    /** Further inputs that the engine takes: its names by Reelay's. What is not listed is not sent. */
    fields: Type.Optional(Type.Record(Type.String(), Type.String({ pattern: FIELD_NAME }))),
    /** Sent with every create. */
    constants: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    ),
  },
  { additionalProperties: false },
);

export type VideosParams = Static<typeof paramsSchema>;
