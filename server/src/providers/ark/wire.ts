// What is read of Ark's JSON: only the fields that are used, and strictly only those that decide.
// https://www.volcengine.com/docs/82379/1521309 (query), /1520757 (create), read 2026-11-21.
import { type Static, Type } from 'typebox';
import { eachOf, incidental } from '../kit/wire.ts';

export const createdSchema = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });

export const errorSchema = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: incidental(Type.String()),
    param: incidental(Type.String()),
  }),
});

export type ArkError = Static<typeof errorSchema>['error'];

export const taskSchema = Type.Object({
  /** A caller that asks for one task knows its id; an item of a list without an id is not read. */
  id: incidental(Type.String({ minLength: 1 })),
  model: incidental(Type.String()),
  status: Type.String(),
  /** Seconds since 1970. */
  created_at: incidental(Type.Number()),
  error: incidental(Type.Object({ code: incidental(Type.String()), message: incidental(Type.String()) })),
  content: incidental(
    Type.Object({ video_url: incidental(Type.String()), last_frame_url: incidental(Type.String()) }),
  ),
  seed: incidental(Type.Number()),
  resolution: incidental(Type.String()),
  ratio: incidental(Type.String()),
  duration: incidental(Type.Number()),
  frames: incidental(Type.Number()),
  framespersecond: incidental(Type.Number()),
  safety_identifier: incidental(Type.String()),
  usage: incidental(
    Type.Object({
      completion_tokens: incidental(Type.Number({ minimum: 0 })),
      total_tokens: incidental(Type.Number({ minimum: 0 })),
    }),
  ),
});

export type ArkTask = Static<typeof taskSchema>;

export const listSchema = Type.Object({
  items: Type.Array(Type.Unknown()),
  total: incidental(Type.Number()),
});

export const referenceSchema = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });

/** The answer to a call for pictures: each has an address, or says why it was not made. */
export const picturesSchema = Type.Object({
  model: incidental(Type.String()),
  data: eachOf(
    Type.Object({
      url: Type.Optional(Type.String({ minLength: 1 })),
      size: incidental(Type.String()),
      error: incidental(Type.Object({ code: incidental(Type.String()), message: incidental(Type.String()) })),
    }),
  ),
  usage: incidental(
    Type.Object({
      generated_images: incidental(Type.Number({ minimum: 0 })),
      output_tokens: incidental(Type.Number({ minimum: 0 })),
    }),
  ),
});

export type ArkPictures = Static<typeof picturesSchema>;

/** Params of an offer. */
export const paramsSchema = Type.Object(
  {
    /** The versioned model id at each of the two clouds, or an endpoint id (`ep-…`) in both places. */
    model: Type.Object(
      {
        cn: Type.Optional(Type.String({ minLength: 1 })),
        intl: Type.Optional(Type.String({ minLength: 1 })),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
    /** The model makes pictures, in one call without a task. */
    makes: Type.Optional(Type.Literal('pictures')),
    /** What `img_urls` stand for: the first and last frame, or pictures to refer to. */
    images: Type.Optional(Type.Union([Type.Literal('frames'), Type.Literal('references')])),
    service_tier: Type.Optional(Type.Union([Type.Literal('default'), Type.Literal('flex')])),
    /**
     * Seconds after which Ark gives up a task, so that none is made and billed after Reelay's own time limit.
     */
    execution_expires_after: Type.Optional(Type.Integer({ minimum: 3_600, maximum: 259_200 })),
  },
  { additionalProperties: false },
);

export type ArkParams = Static<typeof paramsSchema>;
