// What is read of Runway's JSON: only the fields that are used, and strictly only those that decide.
// Types of npm @runwayml/sdk 4.20.1 and https://docs.dev.runwayml.com/errors/, read 2026-11-21.
import { type Static, Type } from 'typebox';
import { eachOf, incidental } from '../kit/wire.ts';

/** Becomes a segment of a path. */
const taskId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$' });

const credits = incidental(Type.Object({ credits: incidental(Type.Number({ minimum: 0 })) }));

export const createdSchema = Type.Object({ id: taskId, estimatedCost: credits });

export const errorSchema = Type.Object({
  error: Type.String(),
  issues: incidental(
    eachOf(
      Type.Object({
        message: incidental(Type.String()),
        path: incidental(Type.Array(Type.Union([Type.String(), Type.Number()]))),
      }),
    ),
  ),
});

export type RunwayError = Static<typeof errorSchema>;

export const taskSchema = Type.Object({
  status: Type.String(),
  progress: incidental(Type.Number()),
  output: incidental(eachOf(Type.String({ minLength: 1 }))),
  failure: incidental(Type.String()),
  failureCode: incidental(Type.String()),
  cost: credits,
});

export type RunwayTask = Static<typeof taskSchema>;

export const organizationSchema = Type.Object({ creditBalance: Type.Number() });

/** The model is kept with the id, since no answer names it. */
export const referenceSchema = Type.Object({ id: taskId, model: Type.Optional(Type.String()) });

export const drawnSchema = Type.Object(
  {
    endpoint: Type.Union([Type.Literal('text_to_video'), Type.Literal('image_to_video')]),
    /** The provider's id of the model. */
    model: Type.String({ minLength: 1 }),
    /**
     * `ratio` in pixels, by Reelay's resolution and then by its aspect ratio; the first of each is the
     * default.
     */
    ratios: Type.Record(
      Type.String(),
      Type.Record(Type.String(), Type.String({ pattern: '^[0-9]{2,5}:[0-9]{2,5}$' })),
    ),
  },
  { additionalProperties: false },
);

/** The clip of the input decides the size. */
export const editedSchema = Type.Object(
  { endpoint: Type.Literal('video_to_video'), model: Type.String({ minLength: 1 }) },
  { additionalProperties: false },
);

/** Params of an offer. */
export const paramsSchema = Type.Union([drawnSchema, editedSchema]);

/** Of an offer that makes a video from a text or a picture. */
export type DrawnParams = Static<typeof drawnSchema>;
export type RunwayParams = Static<typeof paramsSchema>;
