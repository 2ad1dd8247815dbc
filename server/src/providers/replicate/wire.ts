// What is read of Replicate's JSON: only the fields that are used, and strictly only those that decide.
// https://replicate.com/docs/reference/http and /docs/topics/predictions/lifecycle, read 2026-11-21.
import { type Static, Type } from 'typebox';
import { fieldMapMembers } from '../field-map.ts';
import { eachOf, incidental } from '../kit/wire.ts';

/** It becomes a part of a path that is called with the key, so its characters matter. */
const predictionId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' });

/** What a start and a callback name: the id is all that is needed. */
export const namedSchema = Type.Object({
  id: predictionId,
  urls: incidental(Type.Object({ get: incidental(Type.String()), cancel: incidental(Type.String()) })),
});

export type Named = Static<typeof namedSchema>;

export const predictionSchema = Type.Object({
  status: Type.String(),
  model: incidental(Type.String()),
  version: incidental(Type.String()),
  /** An address, several, or whatever else the model returns. */
  output: Type.Optional(Type.Unknown()),
  /** Usually words; some models put other things there. */
  error: Type.Optional(Type.Unknown()),
  data_removed: incidental(Type.Boolean()),
  metrics: incidental(Type.Object({ predict_time: incidental(Type.Number({ minimum: 0 })) })),
});

export type Prediction = Static<typeof predictionSchema>;

export const outputSchema = Type.Union([
  Type.String({ minLength: 1 }),
  eachOf(Type.String({ minLength: 1 })),
]);

/** Problem details; a 429 has only `detail`. */
export const errorSchema = Type.Object({
  title: incidental(Type.String()),
  detail: Type.String(),
  status: incidental(Type.Number()),
  retry_after: incidental(Type.Number({ minimum: 0 })),
});

export type ReplicateError = Static<typeof errorSchema>;

export const accountSchema = Type.Object({
  type: incidental(Type.String()),
  username: Type.String(),
});

export const referenceSchema = Type.Object({
  id: predictionId,
  get: Type.Optional(Type.String()),
  cancel: Type.Optional(Type.String()),
});

export type ReplicateReference = Static<typeof referenceSchema>;

const PART = '[A-Za-z0-9_-][A-Za-z0-9._-]*';

/** Params of an offer; one of `model` and `version`. */
export const paramsSchema = Type.Object(
  {
    /** `owner/name` of an official model, which runs without a version. */
    model: Type.Optional(Type.String({ pattern: `^${PART}/${PART}$` })),
    /** The id of a version of any other model. */
    version: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    ...fieldMapMembers,
  },
  { additionalProperties: false },
);

export type ReplicateParams = Static<typeof paramsSchema>;
