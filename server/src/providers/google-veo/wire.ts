// What is read of the Gemini API's JSON: only the fields that are used, tolerant of further ones and of null.
// https://ai.google.dev/gemini-api/docs/veo and the converters of npm @google/genai 2.32.0, read 2026-11-21.
import { type Static, Type } from 'typebox';

const optional = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** Of a model: one segment of a path that can neither leave it nor end it. */
const MODEL_ID = '[a-z0-9][A-Za-z0-9.-]{0,99}';

/** The name of an operation becomes a path, so that nothing but names of this form is ever asked for. */
const OPERATION_NAME = `^(?:models/${MODEL_ID}/)?operations/[A-Za-z0-9_-]{1,200}$`;

/** The answer to a create, and what is stored of it. */
export const referenceSchema = Type.Object({ name: Type.String({ pattern: OPERATION_NAME }) });

/** A refusal: https://google.aip.dev/193. */
export const errorSchema = Type.Object({
  error: Type.Object({
    code: optional(Type.Number()),
    message: optional(Type.String()),
    status: Type.String(),
    details: optional(Type.Array(Type.Unknown())),
  }),
});

export type GoogleError = Static<typeof errorSchema>['error'];

/** What the details of an error may hold: `ErrorInfo`, `RetryInfo`, `QuotaFailure`. */
export const detailSchema = Type.Object({
  reason: optional(Type.String()),
  retryDelay: optional(Type.String()),
  violations: optional(Type.Array(Type.Object({ quotaId: optional(Type.String()) }))),
});

const sampleSchema = Type.Object({
  video: optional(Type.Object({ uri: optional(Type.String()) })),
});

export const operationSchema = Type.Object({
  name: Type.String(),
  done: optional(Type.Boolean()),
  error: optional(Type.Object({ code: optional(Type.Number()), message: optional(Type.String()) })),
  response: optional(
    Type.Object({
      generateVideoResponse: optional(
        Type.Object({
          generatedSamples: optional(Type.Array(sampleSchema)),
          raiMediaFilteredCount: optional(Type.Number()),
          raiMediaFilteredReasons: optional(Type.Array(Type.String())),
        }),
      ),
    }),
  ),
});

export type VeoOperation = Static<typeof operationSchema>;

export const modelsSchema = Type.Object({
  models: Type.Array(
    Type.Object({
      name: Type.String(),
      supportedGenerationMethods: optional(Type.Array(Type.String())),
    }),
  ),
});

/** Params of an offer. */
export const paramsSchema = Type.Object(
  {
    /** The id of the model there. */
    model: Type.String({ pattern: `^${MODEL_ID}$` }),
    /** Which people may be shown; some regions must say so. Without it, the service's own default holds. */
    person_generation: Type.Optional(
      Type.Union([Type.Literal('allow_all'), Type.Literal('allow_adult'), Type.Literal('dont_allow')]),
    ),
  },
  { additionalProperties: false },
);

export type VeoParams = Static<typeof paramsSchema>;
