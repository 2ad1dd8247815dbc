// Schemas of callbacks of all accounts.
import { Type } from 'typebox';
import { idField } from '../../http/fields.ts';
import { orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { book, time } from './schemas.ts';

const tags = ['Operator: callbacks'];
const params = Type.Object({ id: Type.String({ description: 'The webhook-id.' }) });
const state = Type.Enum(['pending', 'delivered', 'gone', 'failed']);

export const callback = record(
  'OperatorCallback',
  {
    id: Type.String({ description: 'The webhook-id of every try.' }),
    task_id: orNull(Type.String({ description: 'Null where it is about a balance.' })),
    occasion: Type.Enum(['end', 'late', 'balance'], {
      description: 'The end of a task, a result that came after it, or a low balance.',
    }),
    account_id: Type.String(),
    book,
    url: Type.String(),
    state,
    tries: Type.Integer(),
    next_try_at: orNull(time),
    created_at: time,
    completed_at: orNull(time),
  },
  'A notice of an ended task, or of a low balance.',
);

export const delivery = record('OperatorDelivery', {
  number: Type.Integer(),
  trigger: Type.Enum(['schedule', 'replay', 'copy']),
  sent_at: time,
  duration_ms: Type.Integer(),
  http_status: orNull(Type.Integer()),
  error: orNull(Type.String({ description: 'Why there was no usable answer.' })),
  response_head: orNull(Type.String({ description: 'First 1 KiB of the answer.' })),
});

export const listAllCallbacksSchema = {
  tags,
  operationId: 'listAllCallbacks',
  summary: 'Callbacks of all accounts, newest first',
  querystring: Type.Object({
    ...pageQuery,
    account: Type.Optional(Type.String({ description: 'Name or id of the account.' })),
    task: Type.Optional(idField('Those of this task.')),
    state: Type.Optional(state),
  }),
  response: { 200: page(callback) },
};

export const showDeliveriesSchema = {
  tags,
  operationId: 'listDeliveriesOf',
  summary: 'Every try of a callback, the first one first',
  description: 'All of them are on the one page, 1,000 at most.',
  params,
  response: { 200: page(delivery) },
};

export const replayAnyCallbackSchema = {
  tags,
  operationId: 'replayAnyCallback',
  summary: 'Send a callback again now',
  description: 'Under the same webhook-id, by a running worker; once in ten seconds.',
  params,
  response: { 200: record('Replay', { callback_id: Type.String(), queued: Type.Literal(true) }) },
};
