// What is read of the Gemini API's JSON: only the fields that are used, and strictly only those that decide.
// https://ai.google.dev/gemini-api/docs/veo and the converters of npm @google/genai 2.32.0, read 2026-11-21.
import { type Static, Type } from 'typebox';
import { eachOf, incidental, orNull } from '../kit/wire.ts';

/** Of a model: one segment of a path, which can neither leave the path nor end it. */
const MODEL_ID = '[a-z0-9][A-Za-z0-9.-]{0,99}';

/** The name of an operation becomes a path, so only names of this form are ever requested. */
const OPERATION_NAME = `^(?:models/${MODEL_ID}/)?operations/[A-Za-z0-9_-]{1,200}$`;

/** The answer to a create, and what is stored of it. */
export const referenceSchema = Type.Object({ name: Type.String({ pattern: OPERATION_NAME }) });

/** A refusal: https://google.aip.dev/193. */
export const errorSchema = Type.Object({
  error: Type.Object({
    code: incidental(Type.Number()),
    message: incidental(Type.String()),
    /** A name of google.rpc.Code. */
    status: Type.String(),
    details: incidental(Type.Array(Type.Unknown())),
  }),
});

export type GoogleError = Static<typeof errorSchema>['error'];

/** What the details of an error may hold: `ErrorInfo`, `RetryInfo`, `QuotaFailure`. */
export const detailSchema = Type.Object({
  reason: incidental(Type.String()),
  retryDelay: incidental(Type.String()),
  violations: incidental(eachOf(Type.Object({ quotaId: incidental(Type.String()) }))),
});

/** An address, or the bytes themselves in base64 with their content type. */
export const sampleSchema = Type.Object({
  video: Type.Union([
    Type.Object({ uri: Type.String({ minLength: 1 }) }),
    Type.Object({
      encodedVideo: Type.String({ minLength: 1 }),
      encoding: incidental(Type.String({ maxLength: 100 })),
    }),
  ]),
});

export const operationSchema = Type.Object({
  name: incidental(Type.String()),
  /** Left out while the operation runs: https://protobuf.dev/programming-guides/json/. */
  done: orNull(Type.Boolean()),
  error: incidental(Type.Object({ code: incidental(Type.Number()), message: incidental(Type.String()) })),
  response: incidental(
    Type.Object({
      generateVideoResponse: incidental(
        Type.Object({
          /** Their number decides; those that can be read are the result. */
          generatedSamples: incidental(Type.Array(Type.Unknown())),
          raiMediaFilteredCount: incidental(Type.Number()),
          raiMediaFilteredReasons: incidental(eachOf(Type.String())),
        }),
      ),
    }),
  ),
});

export type VeoSample = Static<typeof sampleSchema>;

export type VeoOperation = Static<typeof operationSchema>;

/** The answer to a call for pictures; a picture is the path of its file. */
export const contentSchema = Type.Object({
  candidates: orNull(
    eachOf(
      Type.Object({
        content: incidental(
          Type.Object({
            parts: incidental(
              eachOf(
                Type.Object({
                  thought: incidental(Type.Boolean()),
                  inlineData: incidental(
                    Type.Object({ mimeType: incidental(Type.String()), data: incidental(Type.String()) }),
                  ),
                }),
              ),
            ),
          }),
        ),
        finishReason: incidental(Type.String()),
        finishMessage: incidental(Type.String()),
      }),
    ),
  ),
  promptFeedback: incidental(
    Type.Object({
      blockReason: incidental(Type.String()),
      blockReasonMessage: incidental(Type.String()),
    }),
  ),
  usageMetadata: incidental(
    Type.Object({
      promptTokenCount: incidental(Type.Number({ minimum: 0 })),
      candidatesTokenCount: incidental(Type.Number({ minimum: 0 })),
    }),
  ),
  modelVersion: incidental(Type.String()),
});

export type GeneratedContent = Static<typeof contentSchema>;

export const modelsSchema = Type.Object({
  models: eachOf(
    Type.Object({
      name: Type.String(),
      supportedGenerationMethods: incidental(eachOf(Type.String())),
    }),
  ),
});

/** Params of an offer. */
export const paramsSchema = Type.Object(
  {
    /** The provider's id of the model. */
    model: Type.String({ pattern: `^${MODEL_ID}$` }),
    /** A model of pictures is called another way, and its answer is the result. */
    makes: Type.Optional(Type.Literal('pictures')),
    /** What the pictures of a video are: its first and last frame, or what it is to show. Default `frames`. */
    pictures: Type.Optional(Type.Union([Type.Literal('frames'), Type.Literal('references')])),
    /** Which people may be shown; some regions require it. Without it, the service's own default applies. */
    person_generation: Type.Optional(
      Type.Union([Type.Literal('allow_all'), Type.Literal('allow_adult'), Type.Literal('dont_allow')]),
    ),
  },
  { additionalProperties: false },
);

export type VeoParams = Static<typeof paramsSchema>;
