// What is read of Runway's JSON: only the fields that are used, tolerant of further ones and of null.
// Types of npm @runwayml/sdk 4.20.1 and https://docs.dev.runwayml.com/errors/, read 2026-11-21.
import { type Static, Type } from 'typebox';

const optional = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** Becomes a segment of a path. */
const taskId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$' });

const credits = optional(Type.Object({ credits: optional(Type.Number({ minimum: 0 })) }));

export const createdSchema = Type.Object({ id: taskId, estimatedCost: credits });

export const errorSchema = Type.Object({
  error: Type.String(),
  issues: optional(
    Type.Array(
      Type.Object({
        message: optional(Type.String()),
        path: optional(Type.Array(Type.Union([Type.String(), Type.Number()]))),
      }),
    ),
  ),
});

export type RunwayError = Static<typeof errorSchema>;

export const taskSchema = Type.Object({
  id: Type.String(),
  status: Type.String(),
  progress: optional(Type.Number()),
  output: optional(Type.Array(Type.String())),
  failure: optional(Type.String()),
  failureCode: optional(Type.String()),
  cost: credits,
});

export type RunwayTask = Static<typeof taskSchema>;

export const organizationSchema = Type.Object({ creditBalance: Type.Number() });

/** The model is kept beside the id, since no answer names it. */
export const referenceSchema = Type.Object({ id: taskId, model: optional(Type.String()) });

/** Params of an offer. */
export const paramsSchema = Type.Object(
  {
    endpoint: Type.Union([Type.Literal('text_to_video'), Type.Literal('image_to_video')]),
    /** The id of the model there. */
    model: Type.String({ minLength: 1 }),
    /** `ratio` in pixels, by our resolution and then by our aspect ratio; the first of each goes without saying. */
    ratios: Type.Record(
      Type.String(),
      Type.Record(Type.String(), Type.String({ pattern: '^[0-9]{2,5}:[0-9]{2,5}$' })),
    ),
  },
  { additionalProperties: false },
);

export type RunwayParams = Static<typeof paramsSchema>;
