// What is read of MiniMax's JSON: only the fields that are used, tolerant of further ones and of null.
// First version: https://platform.minimax.io/docs/api-reference/video-generation-t2v, .../video-generation-query,
// .../video-generation-download. Second: .../video-generation-v2-create, .../video-generation-v2-query. Read 2026-11-21.
import { type Static, Type } from 'typebox';

const optional = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

const identifier = Type.String({ minLength: 1, maxLength: 200 });

/** Both versions. The first answers an error with an empty `task_id`. */
export const createdSchema = Type.Object({ task_id: identifier });

/** What the first version adds to each answer; anything but 0 is an error, under HTTP 200. */
export const baseRespSchema = Type.Object({
  base_resp: Type.Object({ status_code: Type.Number(), status_msg: optional(Type.String()) }),
});

/** An error of the second version; its words end with a code in brackets. */
export const errorSchema = Type.Object({
  error: Type.Object({ type: optional(Type.String()), message: Type.String() }),
});

export const querySchema = Type.Object({
  status: Type.String({ minLength: 1 }),
  /** A text here, a number where it is asked for: only those that JSON keeps exact are read. */
  file_id: optional(Type.Union([Type.String(), Type.Integer({ maximum: Number.MAX_SAFE_INTEGER })])),
  video_width: optional(Type.Number()),
  video_height: optional(Type.Number()),
});

export type MinimaxQuery = Static<typeof querySchema>;

export const fileSchema = Type.Object({ file: Type.Object({ download_url: Type.String({ minLength: 1 }) }) });

export const videoTaskSchema = Type.Object({
  id: identifier,
  model: optional(Type.String()),
  status: Type.String(),
  error: optional(Type.Object({ code: optional(Type.String()), message: optional(Type.String()) })),
  content: optional(Type.Object({ url: optional(Type.String()) })),
  resolution: optional(Type.String()),
  duration: optional(Type.Number()),
  ratio: optional(Type.String()),
  usage: optional(
    Type.Object({
      total_seconds: optional(Type.Number({ minimum: 0 })),
      total_tokens: optional(Type.Number({ minimum: 0 })),
    }),
  ),
});

export type MinimaxVideoTask = Static<typeof videoTaskSchema>;

export const taskAnswerSchema = Type.Object({ task: videoTaskSchema });

export const listSchema = Type.Object({ items: Type.Array(Type.Unknown()), total: optional(Type.Number()) });

export const deletedSchema = Type.Object({ action: Type.String() });

export const challengeSchema = Type.Object({ challenge: Type.Union([Type.String(), Type.Number()]) });

const versionSchema = Type.Union([Type.Literal('v1'), Type.Literal('v2')]);

export const referenceSchema = Type.Object({ api: versionSchema, id: identifier });

/** Params of an offer. */
export const paramsSchema = Type.Object(
  {
    /** Which version of the API has the model. */
    api: versionSchema,
    model: Type.String({ minLength: 1 }),
    /** What `img_urls` stand for; default `frames`: the first one, and the last. `subject`: whose face it is (v1). */
    images: Type.Optional(Type.Union([Type.Literal('frames'), Type.Literal('subject')])),
  },
  { additionalProperties: false },
);

export type MinimaxParams = Static<typeof paramsSchema>;
