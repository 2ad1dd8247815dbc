// Route schemas of the callback endpoints; see schemas.ts.
import { Type } from 'typebox';
import { cursorField, idField, pageSizeField } from '../../http/fields.ts';
import { envelope } from './schemas.ts';

const tags = ['Callbacks'];
const time = Type.Union([Type.Integer(), Type.Null()], { description: 'Unix seconds.' });

export const callbacksSchema = {
  tags,
  operationId: 'listCallbacks',
  summary: 'Callbacks, newest first',
  querystring: Type.Object({
    limit: pageSizeField({ max: 100, usual: 20 }),
    task_id: Type.Optional(idField('Of this task alone.')),
    cursor: cursorField(),
  }),
  response: {
    200: envelope(
      Type.Object({
        callbacks: Type.Array(
          Type.Object(
            {
              callback_id: Type.String({ description: 'The webhook-id of every attempt.' }),
              task_id: Type.String(),
              url: Type.String(),
              state: Type.Enum(['pending', 'delivered', 'gone', 'failed']),
              attempts: Type.Integer(),
              next_attempt_at: time,
              create_at: Type.Integer(),
              complete_at: time,
            },
            { title: 'Callback' },
          ),
        ),
        next_cursor: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  },
};

export const deliveriesSchema = {
  tags,
  operationId: 'listDeliveries',
  summary: 'Every attempt of a callback',
  querystring: Type.Object({ callback_id: Type.String() }),
  response: {
    200: envelope(
      Type.Object({
        deliveries: Type.Array(
          Type.Object(
            {
              attempt: Type.Integer(),
              trigger: Type.Enum(['schedule', 'replay', 'copy'], {
                description: '`copy` is the second callback of the scenario duplicate_callback.',
              }),
              sent_at: Type.Integer(),
              duration_ms: Type.Integer(),
              http_status: Type.Union([Type.Integer(), Type.Null()]),
              error: Type.Union([Type.String(), Type.Null()], {
                description: 'Why there was no usable answer.',
              }),
              response_head: Type.Union([Type.String(), Type.Null()], {
                description: 'First 1 KiB of the answer.',
              }),
            },
            { title: 'Delivery' },
          ),
        ),
      }),
    ),
  },
};

export const replaySchema = {
  tags,
  operationId: 'replayCallback',
  summary: 'Send a callback again',
  description: 'Sends it now, under the same webhook-id.',
  body: Type.Object({ callback_id: Type.String() }),
  response: { 200: envelope(Type.Object({ callback_id: Type.String() })) },
};

const secret = envelope(
  Type.Object({ secret: Type.String({ description: 'whsec_ and base64, as Standard Webhooks has it.' }) }),
);

export const secretSchema = {
  tags,
  operationId: 'callbackSecret',
  summary: 'The secret that signs callbacks',
  response: { 200: secret },
};

export const rotateSchema = {
  tags,
  operationId: 'rotateCallbackSecret',
  summary: 'Change the secret that signs callbacks',
  description: 'For 24 hours callbacks are signed with the old and the new secret.',
  response: { 200: secret },
};
