// What is read of the JSON of both forms: only the fields that are used, and strictly only those that decide.
// Facts: github.com/bytedance/agentkit-samples (iccp/service.py for form A, the protocol file of
// byted-kickart-game-replicator for form B), read 2026-11-21.
import { type Static, Type } from 'typebox';
import { incidental, orNull } from '../kit/wire.ts';

/** Text, or a number that JSON kept exact. */
const taskId = Type.String({ minLength: 1, maxLength: 200 });

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
    Code: incidental(Type.Integer()),
    Message: incidental(Type.String()),
    Error: incidental(
      Type.Object({
        CodeN: incidental(Type.Integer()),
        Message: incidental(Type.String()),
      }),
    ),
  }),
});

export const openApiCreatedSchema = Type.Object({ Result: Type.Object({ TaskId: taskId }) });

/** Form A: the state of a task. `ResultExtra` is text with JSON in it. */
export const openApiTaskSchema = Type.Object({
  Result: Type.Object({
    Code: Type.Integer(),
    Message: incidental(Type.String()),
    Progress: incidental(Type.Number()),
    ResultExtra: Type.Optional(Type.Unknown()),
  }),
});

/** Form B: every answer, and the callback. */
export const kickartSchema = Type.Object({
  code: Type.Integer(),
  message: incidental(Type.String()),
  data: Type.Optional(Type.Unknown()),
});

export const kickartCreatedSchema = Type.Object({ data: Type.Object({ task_id: taskId }) });

/** Form B: `data` of a task. */
export const kickartTaskSchema = Type.Object({
  task_id: incidental(taskId),
  progress: incidental(Type.Number()),
  usage: incidental(Type.Number({ minimum: 0 })),
  payload: Type.Optional(Type.Unknown()),
});

export const ticketSchema = Type.Object({
  code: orNull(Type.Literal(0)),
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
    /** Form B: that `resolution` is sent with the pictures is inferred; `omit` leaves it out. */
    kickart_resolution: Type.Optional(Type.Union([Type.Literal('send'), Type.Literal('omit')])),
  },
  { additionalProperties: false },
);

export type EffectsParams = Static<typeof paramsSchema>;
