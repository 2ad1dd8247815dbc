// What is read of Kling's JSON: only the fields that are used, and strictly only those that decide.
// https://kling.ai/document-api/apiReference/model/textToVideo and .../imageToVideo, read 2026-11-21.
import { type Static, Type } from 'typebox';
import { eachOf, incidental } from '../kit/wire.ts';

const identifier = Type.String({ minLength: 1, maxLength: 200 });

/** Every answer of Kling, good or bad; 0 is good. */
export const envelopeSchema = Type.Object({
  code: Type.Number(),
  message: incidental(Type.String()),
  data: Type.Optional(Type.Unknown()),
});

export const createdSchema = Type.Object({
  code: Type.Literal(0),
  data: Type.Object({ task_id: identifier }),
});

/** A task; posted to callbacks as it is. */
export const taskSchema = Type.Object({
  /** A caller that asks for one task knows its id; an item of a list without an id is not read. */
  task_id: incidental(identifier),
  task_status: Type.String(),
  task_status_msg: incidental(Type.String()),
  task_info: incidental(Type.Object({ external_task_id: incidental(Type.String()) })),
  task_result: incidental(
    Type.Object({
      videos: incidental(
        eachOf(
          Type.Object({
            url: Type.String({ minLength: 1 }),
            /** Seconds, as a text. */
            duration: incidental(Type.Number({ minimum: 0 })),
          }),
        ),
      ),
    }),
  ),
  /** A decimal, as a text. */
  final_unit_deduction: incidental(Type.Number({ minimum: 0 })),
});

export type KlingTask = Static<typeof taskSchema>;

/** What a callback names. */
export const namedSchema = Type.Object({ task_id: identifier });

export const listSchema = Type.Object({ code: Type.Literal(0), data: Type.Array(Type.Unknown()) });

const videoEndpointSchema = Type.Union([Type.Literal('text2video'), Type.Literal('image2video')]);
const endpointSchema = Type.Union([videoEndpointSchema, Type.Literal('effects')]);

export type Endpoint = Static<typeof endpointSchema>;

export const ENDPOINTS: readonly Endpoint[] = ['text2video', 'image2video', 'effects'];

/** A callback does not say which endpoint its task belongs to; its reference has no endpoint. */
export const referenceSchema = Type.Object({ id: identifier, endpoint: Type.Optional(endpointSchema) });

const videoParamsSchema = Type.Object(
  {
    model_name: Type.String({ minLength: 1 }),
    /** Without it, `image2video` if there are pictures. */
    endpoint: Type.Optional(videoEndpointSchema),
    /** For models without an input `resolution`, which says the same: `std` is 720p, `pro` is 1080p. */
    mode: Type.Optional(Type.Union([Type.Literal('std'), Type.Literal('pro')])),
  },
  { additionalProperties: false },
);

/** Effects have no model: https://kling.ai/document-api, "Video Effects", read 2026-12-01 in a public extract. */
const effectsParamsSchema = Type.Object(
  { endpoint: Type.Literal('effects') },
  { additionalProperties: false },
);

/** Params of an offer. */
export const paramsSchema = Type.Union([videoParamsSchema, effectsParamsSchema]);

export type VideoParams = Static<typeof videoParamsSchema>;
export type KlingParams = Static<typeof paramsSchema>;
