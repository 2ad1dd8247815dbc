// What is read of Ark's JSON: only the fields that are used, tolerant of further ones and of null.
// https://www.volcengine.com/docs/82379/1521309 (query), /1520757 (create), read 2026-11-21.
import { type Static, Type } from 'typebox';

const optional = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

export const createdSchema = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });

export const errorSchema = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: optional(Type.String()),
    param: optional(Type.String()),
  }),
});

export type ArkError = Static<typeof errorSchema>['error'];

export const taskSchema = Type.Object({
  id: Type.String(),
  model: optional(Type.String()),
  status: Type.String(),
  /** Seconds since 1970. */
  created_at: optional(Type.Number()),
  error: optional(Type.Object({ code: Type.String(), message: optional(Type.String()) })),
  content: optional(
    Type.Object({ video_url: optional(Type.String()), last_frame_url: optional(Type.String()) }),
  ),
  seed: optional(Type.Number()),
  resolution: optional(Type.String()),
  ratio: optional(Type.String()),
  duration: optional(Type.Number()),
  frames: optional(Type.Number()),
  framespersecond: optional(Type.Number()),
  safety_identifier: optional(Type.String()),
  usage: optional(
    Type.Object({
      completion_tokens: optional(Type.Number({ minimum: 0 })),
      total_tokens: optional(Type.Number({ minimum: 0 })),
    }),
  ),
});

export type ArkTask = Static<typeof taskSchema>;

export const listSchema = Type.Object({ items: Type.Array(Type.Unknown()), total: optional(Type.Number()) });

export const referenceSchema = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });

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
    /** What `img_urls` stand for: the first and last frame, or pictures to refer to. */
    images: Type.Optional(Type.Union([Type.Literal('frames'), Type.Literal('references')])),
    service_tier: Type.Optional(Type.Union([Type.Literal('default'), Type.Literal('flex')])),
    /** Seconds after which Ark gives a task up, so that none is made and billed after our own time limit. */
    execution_expires_after: Type.Optional(Type.Integer({ minimum: 3_600, maximum: 259_200 })),
  },
  { additionalProperties: false },
);

export type ArkParams = Static<typeof paramsSchema>;
