// What is read of MiniMax's JSON: only the fields that are used, and strictly only those that decide.
// First version: https://platform.minimax.io/docs/api-reference/video-generation-t2v,
// .../video-generation-query, .../video-generation-download. Second: .../video-generation-v2-create,
// .../video-generation-v2-query. Read 2026-11-21.
import { type Static, Type } from 'typebox';
import { incidental } from '../kit/wire.ts';

const identifier = Type.String({ minLength: 1, maxLength: 200 });

/** Both versions. The first answers an error with an empty `task_id`. */
export const createdSchema = Type.Object({ task_id: identifier });

/** What the first version adds to each answer; anything except 0 is an error, under HTTP 200. */
export const baseRespSchema = Type.Object({
  base_resp: Type.Object({ status_code: Type.Number(), status_msg: incidental(Type.String()) }),
});

/** An error of the second version; without a field for the code, its words end with the code in brackets. */
export const errorSchema = Type.Object({
  error: Type.Object({
    type: incidental(Type.String()),
    code: incidental(Type.Number()),
    message: incidental(Type.String()),
  }),
});

export const querySchema = Type.Object({
  status: Type.String({ minLength: 1 }),
  /** A text here, a number in the request for it: only values that JSON keeps exact are read. */
  file_id: incidental(Type.String({ minLength: 1 })),
  video_width: incidental(Type.Number()),
  video_height: incidental(Type.Number()),
});

export type MinimaxQuery = Static<typeof querySchema>;

export const fileSchema = Type.Object({ file: Type.Object({ download_url: Type.String({ minLength: 1 }) }) });

export const videoTaskSchema = Type.Object({
  /** A caller that asks for one task knows its id; an item of a list without an id is not read. */
  id: incidental(identifier),
  model: incidental(Type.String()),
  status: Type.String(),
  error: incidental(Type.Object({ code: incidental(Type.String()), message: incidental(Type.String()) })),
  content: incidental(Type.Object({ url: incidental(Type.String()) })),
  resolution: incidental(Type.String()),
  duration: incidental(Type.Number()),
  ratio: incidental(Type.String()),
  usage: incidental(
    Type.Object({
      total_seconds: incidental(Type.Number({ minimum: 0 })),
      total_tokens: incidental(Type.Number({ minimum: 0 })),
    }),
  ),
});

export type MinimaxVideoTask = Static<typeof videoTaskSchema>;

/** What a callback of the second version names. */
export const namedTaskSchema = Type.Object({ task: Type.Object({ id: identifier }) });

export const taskAnswerSchema = Type.Object({ task: videoTaskSchema });

export const listSchema = Type.Object({
  items: Type.Array(Type.Unknown()),
  total: incidental(Type.Number()),
});

export const deletedSchema = Type.Object({ action: Type.String() });

export const challengeSchema = Type.Object({ challenge: Type.Union([Type.String(), Type.Number()]) });

/** Of text to speech. Only the address of the file decides. */
export const speechSchema = Type.Object({
  data: Type.Object({ audio: Type.String({ pattern: '^https?://' }) }),
  extra_info: incidental(
    Type.Object({
      /** Milliseconds. */
      audio_length: incidental(Type.Number({ minimum: 0 })),
      audio_sample_rate: incidental(Type.Number({ minimum: 0 })),
      audio_format: incidental(Type.String()),
      /** What is billed. */
      usage_characters: incidental(Type.Number({ minimum: 0 })),
    }),
  ),
});

export type MinimaxSpeech = Static<typeof speechSchema>;

const versionSchema = Type.Union([Type.Literal('v1'), Type.Literal('v2')]);

export const referenceSchema = Type.Object({ api: versionSchema, id: identifier });

/** Params of an offer. */
export const paramsSchema = Type.Object(
  {
    /** The version of the video API that has the model, or text to speech. */
    api: Type.Union([...versionSchema.anyOf, Type.Literal('t2a')]),
    model: Type.String({ minLength: 1 }),
    /**
     * What `img_urls` stand for; default `frames`: the first frame, and the last. `subject`: the person to
     * show (v1).
     */
    images: Type.Optional(Type.Union([Type.Literal('frames'), Type.Literal('subject')])),
  },
  { additionalProperties: false },
);

export type MinimaxParams = Static<typeof paramsSchema>;
