// What is read of the JSON of OpenAI's image calls: only the fields that are used, and strictly only those that decide.
// https://developers.openai.com/api/reference/resources/images and npm openai 7.59.0, read 2026-11-30.
import { type Static, Type } from 'typebox';
import { eachOf, incidental, orNull } from '../kit/wire.ts';

/** The texts that are files. */
export const FILE_NAMES = ['b64_json'] as const;

export const picturesSchema = Type.Object({
  data: eachOf(Type.Object({ b64_json: orNull(Type.String()) })),
  size: incidental(Type.String({ maxLength: 20 })),
  quality: incidental(Type.String({ maxLength: 20 })),
  output_format: incidental(Type.String({ maxLength: 10 })),
  usage: incidental(
    Type.Object({
      input_tokens: incidental(Type.Number({ minimum: 0 })),
      output_tokens: incidental(Type.Number({ minimum: 0 })),
    }),
  ),
});

export type Pictures = Static<typeof picturesSchema>;

/** A refusal. `code` is null where the sentence says all. */
export const errorSchema = Type.Object({
  error: Type.Object({
    message: Type.String(),
    type: incidental(Type.String()),
    code: orNull(Type.Union([Type.String(), Type.Number()])),
  }),
});

export const modelsSchema = Type.Object({ data: eachOf(Type.Object({ id: Type.String() })) });

/** Params of an offer. */
export const paramsSchema = Type.Object(
  {
    /** The provider's id of the model. */
    model: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' }),
    /** What is sent where the model has no such input. */
    quality: Type.Optional(Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')])),
  },
  { additionalProperties: false },
);

export type ImageParams = Static<typeof paramsSchema>;
