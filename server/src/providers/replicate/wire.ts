// What is read of Replicate's JSON: only the fields that are used, tolerant of further ones and of null.
// https://replicate.com/docs/reference/http and /docs/topics/predictions/lifecycle, read 2026-11-21.
import { type Static, Type } from 'typebox';
import { fieldMapMembers } from '../field-map.ts';

const optional = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** It becomes a part of a path that is called with the key, so that its characters matter. */
const predictionId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' });

export const predictionSchema = Type.Object({
  id: predictionId,
  status: Type.String(),
  model: optional(Type.String()),
  version: optional(Type.String()),
  /** An address, several, or whatever else the model gives. */
  output: Type.Optional(Type.Unknown()),
  error: Type.Optional(Type.Unknown()),
  data_removed: optional(Type.Boolean()),
  metrics: optional(Type.Object({ predict_time: optional(Type.Number({ minimum: 0 })) })),
  urls: optional(Type.Object({ get: optional(Type.String()), cancel: optional(Type.String()) })),
});

export type Prediction = Static<typeof predictionSchema>;

export const outputSchema = Type.Union([
  Type.String({ minLength: 1 }),
  Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
]);

/** Problem details; a 429 has `detail` alone. */
export const errorSchema = Type.Object({
  title: optional(Type.String()),
  detail: Type.String(),
  status: optional(Type.Number()),
  retry_after: optional(Type.Number({ minimum: 0 })),
});

export type ReplicateError = Static<typeof errorSchema>;

export const accountSchema = Type.Object({ type: Type.String(), username: Type.String() });

export const referenceSchema = Type.Object({
  id: predictionId,
  get: Type.Optional(Type.String()),
  cancel: Type.Optional(Type.String()),
});

export type ReplicateReference = Static<typeof referenceSchema>;

const part = '[A-Za-z0-9_-][A-Za-z0-9._-]*';

/** Params of an offer; one of `model` and `version`. */
export const paramsSchema = Type.Object(
  {
    /** `owner/name` of an official model, which runs without a version. */
    model: Type.Optional(Type.String({ pattern: `^${part}/${part}$` })),
    /** The id of a version of any other model. */
    version: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    ...fieldMapMembers,
  },
  { additionalProperties: false },
);

export type ReplicateParams = Static<typeof paramsSchema>;
