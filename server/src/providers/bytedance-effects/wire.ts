// What is read of the JSON of both forms: only the fields that are used, tolerant of further ones and of null. Facts:
// github.com/bytedance/agentkit-samples (iccp/service.py for form A, the protocol file of byted-kickart-game-replicator
// for form B), read 2026-11-21.
import { type Static, Type } from 'typebox';

const optional = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** A number that came through JSON in one piece, or text. */
const taskId = Type.Union([
  Type.String({ minLength: 1, maxLength: 200 }),
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
]);

/** The catalogue's item of a template: what form A needs of it. */
export const templateSchema = Type.Object({
  ServiceId: Type.Union([
    Type.String({ pattern: '^[0-9]{1,15}$' }),
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  ]),
});

/** Form A: every answer. `Code` is the service's word on the call, `Error` the gateway's. */
export const openApiSchema = Type.Object({
  ResponseMetadata: Type.Object({
    Code: optional(Type.Integer()),
    Message: optional(Type.String()),
    Error: optional(
      Type.Object({
        Code: optional(Type.String()),
        CodeN: optional(Type.Integer()),
        Message: optional(Type.String()),
      }),
    ),
  }),
});

export const openApiCreatedSchema = Type.Object({ Result: Type.Object({ TaskId: taskId }) });

/** Form A: the state of a task. `ResultExtra` is text with JSON in it. */
export const openApiTaskSchema = Type.Object({
  Result: Type.Object({
    Code: Type.Integer(),
    Message: optional(Type.String()),
    Progress: optional(Type.Number()),
    ResultExtra: Type.Optional(Type.Unknown()),
  }),
});

/** Form B: every answer, the callback too. */
export const kickartSchema = Type.Object({
  code: Type.Integer(),
  message: optional(Type.String()),
  data: Type.Optional(Type.Unknown()),
});

export const kickartCreatedSchema = Type.Object({ data: Type.Object({ task_id: taskId }) });

/** Form B: `data` of a task. */
export const kickartTaskSchema = Type.Object({
  task_id: optional(taskId),
  progress: optional(Type.Number()),
  usage: optional(Type.Number({ minimum: 0 })),
  payload: Type.Optional(Type.Unknown()),
});

export const ticketSchema = Type.Object({
  code: optional(Type.Literal(0)),
  data: Type.Object({ ticket: Type.String({ minLength: 1, maxLength: 8192 }) }),
});

export const referenceSchema = Type.Object({
  form: Type.Union([Type.Literal('a'), Type.Literal('b')]),
  task_id: Type.String({ minLength: 1, maxLength: 200 }),
  /** When it was accepted, in milliseconds since 1970: a young task may not be known everywhere there. */
  submitted_at_ms: Type.Number(),
});

export type EffectsReference = Static<typeof referenceSchema>;

/** Params of an offer. */
export const paramsSchema = Type.Object(
  {
    /** Form B: that `resolution` stands beside the pictures is inferred; `omit` leaves it out. */
    kickart_resolution: Type.Optional(Type.Union([Type.Literal('send'), Type.Literal('omit')])),
  },
  { additionalProperties: false },
);

export type EffectsParams = Static<typeof paramsSchema>;
