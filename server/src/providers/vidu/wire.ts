// What is read of Vidu's JSON: only the fields that are used, and of those only what decides strictly.
// https://platform.vidu.com/docs/get-generation (query), /tasks-list, /get-account-info, /error-code, read 2026-11-21.
import { type Static, Type } from 'typebox';
import { eachOf, incidental } from '../kit/wire.ts';

const taskId = Type.String({ minLength: 1, maxLength: 200 });
const credits = incidental(Type.Number({ minimum: 0 }));

export const createdSchema = Type.Object({ task_id: taskId, model: incidental(Type.String()), credits });

/** The answer to a query of one task. */
export const taskSchema = Type.Object({
  id: incidental(Type.String()),
  state: Type.String(),
  err_code: incidental(Type.String()),
  credits,
  payload: incidental(Type.String()),
  bgm: incidental(Type.Boolean()),
  off_peak: incidental(Type.Boolean()),
  creations: incidental(eachOf(Type.Object({ url: Type.String({ minLength: 1 }) }))),
});

export type ViduTask = Static<typeof taskSchema>;

/** A page of the list. A page without `tasks` is none: what is not there proves nothing. */
export const listSchema = Type.Object({
  tasks: Type.Array(Type.Unknown()),
  next_page_token: incidental(Type.String()),
});

/** A task of the list. It names the model, which the query of a task does not. */
export const listedSchema = Type.Object({
  id: taskId,
  state: incidental(Type.String()),
  payload: incidental(Type.String()),
  model: incidental(Type.String()),
});

export type ListedTask = Static<typeof listedSchema>;

/** The body of a callback equals the answer to a query. */
export const callbackSchema = Type.Object({ id: taskId });

/** `reason` is documented; `err_code` is what the body of a task says, and was seen in refusals too. */
export const errorSchema = Type.Object({
  reason: incidental(Type.String()),
  err_code: incidental(Type.String()),
  message: incidental(Type.String()),
});

const remainsSchema = eachOf(
  Type.Object({
    credit_remain: Type.Number(),
    concurrency_limit: incidental(Type.Number()),
    current_concurrency: incidental(Type.Number()),
  }),
);

/** One table of the documents calls the first list `remaining_credits`, the example beside it `remains`. */
export const creditsSchema = Type.Union([
  Type.Object({ remains: remainsSchema }),
  Type.Object({ remaining_credits: remainsSchema }),
]);

/** The model is kept because a query of a task does not say it. */
export const referenceSchema = Type.Object({ id: taskId, model: Type.Optional(Type.String()) });

/** What is read of the item of a template in the catalogue. */
export const templateSchema = Type.Object({
  aspect_ratio: incidental(eachOf(Type.String())),
  output_type: incidental(Type.String()),
});

/** Params of an offer. */
export const paramsSchema = Type.Object(
  {
    /** The last part of the address; `template2video` is the older name of `template`. */
    endpoint: Type.Union([
      Type.Literal('text2video'),
      Type.Literal('img2video'),
      Type.Literal('start-end2video'),
      Type.Literal('reference2video'),
      Type.Literal('template'),
      Type.Literal('template2video'),
      Type.Literal('lip-sync'),
    ]),
    /** The id of the model there, the same at both hosts; templates and lip-sync have none. */
    model: Type.Optional(Type.String({ minLength: 1 })),
    /**
     * How the input `audio` is sent: `always`, for models that make sound unless asked not to, or `when_true`, for
     * those that know the field in some forms only. Without it, sound cannot be asked for.
     */
    audio: Type.Optional(Type.Union([Type.Literal('always'), Type.Literal('when_true')])),
    /** Half the price, within 48 hours. */
    off_peak: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export type ViduParams = Static<typeof paramsSchema>;
export type Endpoint = ViduParams['endpoint'];
