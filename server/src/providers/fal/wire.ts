// What is read of fal's JSON: only the fields that are used, and strictly only those that decide.
// https://fal.ai/docs/api-reference/inference-api (queue), /docs/documentation/model-apis/errors and
// /request-errors, /docs/documentation/model-apis/inference/webhooks, read 2026-11-21.
import { type Static, Type } from 'typebox';
import { fieldMapMembers } from '../field-map.ts';
import { eachOf, incidental } from '../kit/wire.ts';

/** It becomes a part of a path that is called with the key, so its characters matter. */
const requestId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' });
/** `owner/app` or `owner/app/path`; no part is "." or "..". */
const endpoint = Type.String({
  pattern: '^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/){1,7}[A-Za-z0-9_-][A-Za-z0-9._-]*$',
});

export const submittedSchema = Type.Object({
  request_id: requestId,
  status_url: incidental(Type.String()),
  response_url: incidental(Type.String()),
  cancel_url: incidental(Type.String()),
});

export const statusSchema = Type.Object({
  status: Type.String(),
  /** Of a failed run. */
  error: incidental(Type.String()),
  error_type: incidental(Type.String()),
});

export type FalStatus = Static<typeof statusSchema>;

/**
 * Both forms: the platform's sentence, and the list in which a model says what is wrong with an input. Apps
 * of other owners put an object there.
 */
export const errorSchema = Type.Object({
  detail: Type.Optional(Type.Unknown()),
  error_type: incidental(Type.String()),
});

/** An item of the list. */
export const faultSchema = Type.Object({
  loc: incidental(Type.Array(Type.Union([Type.String(), Type.Number()]))),
  msg: incidental(Type.String()),
  message: incidental(Type.String()),
  type: incidental(Type.String()),
});

export type FalError = Static<typeof errorSchema>;
export type FalFault = Static<typeof faultSchema>;

const fileSchema = Type.Object({
  url: Type.String({ minLength: 1 }),
  content_type: incidental(Type.String()),
});

/** A sound; some endpoints say how long it is. */
const soundSchema = Type.Object({
  url: Type.String({ minLength: 1 }),
  content_type: incidental(Type.String()),
  duration: incidental(Type.Number({ minimum: 0 })),
});

/** Each model has its own output; files are found under these names. */
export const resultSchema = Type.Object({
  video: incidental(fileSchema),
  videos: incidental(eachOf(fileSchema)),
  image: incidental(fileSchema),
  images: incidental(eachOf(fileSchema)),
  audio: incidental(soundSchema),
  seed: incidental(Type.Number()),
});

export type FalResult = Static<typeof resultSchema>;

export const cancelledSchema = Type.Object({ status: Type.String() });

export const callbackSchema = Type.Object({ request_id: requestId });

/** RFC 7517; further members of a key are ignored. */
export const keySetSchema = Type.Object({ keys: eachOf(Type.Object({ kty: Type.String() })) });

export const keySchema = Type.Object({
  kty: Type.Literal('OKP'),
  crv: Type.Literal('Ed25519'),
  x: Type.String({ minLength: 1, maxLength: 100 }),
});

export const pricingSchema = Type.Object({ prices: Type.Array(Type.Unknown()) });

export const platformErrorSchema = Type.Object({
  error: Type.Object({ type: Type.String(), message: incidental(Type.String()) }),
});

export const referenceSchema = Type.Object({
  request_id: requestId,
  endpoint,
  status_url: Type.Optional(Type.String()),
  response_url: Type.Optional(Type.String()),
  cancel_url: Type.Optional(Type.String()),
  /** Reelay's names of inputs by fal's, for the words of a failure; an adopted attempt has none. */
  names: Type.Optional(Type.Record(Type.String(), Type.String())),
});

export type FalReference = Static<typeof referenceSchema>;

/** Params of an offer. */
export const paramsSchema = Type.Object({ endpoint, ...fieldMapMembers }, { additionalProperties: false });

export type FalParams = Static<typeof paramsSchema>;
