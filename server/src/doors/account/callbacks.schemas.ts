// Schemas of the callbacks of an account, their secret, and the inboxes to try them with.
import { Type } from 'typebox';
import { idField, withDefault } from '../../http/fields.ts';
import { body, orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { id, time } from './schemas.ts';

const tags = ['Account: callbacks'];
const params = Type.Object({ id: Type.String({ description: 'The webhook-id.' }) });
const state = Type.Enum(['pending', 'delivered', 'gone', 'failed']);
const occasion = Type.Enum(['end', 'late', 'balance'], {
  description: 'The end of a task, a result that came after it, or a low balance.',
});
const ADDRESS_CHARACTERS_MAX = 2048;

const status = orNull(Type.Integer({ description: 'The HTTP status of the answer.' }));
const error = orNull(Type.String({ description: 'Why there was no usable answer.' }));
const responseHead = orNull(Type.String({ description: 'First 1 KiB of the answer, as text.' }));
const headers = Type.Record(Type.String(), Type.String(), {
  description: 'The headers that it was sent with, but for the signature.',
});

const fields = {
  id: Type.String({ description: 'The webhook-id of every try.' }),
  task_id: orNull(Type.String({ description: 'Null where it is about a balance.' })),
  occasion,
  url: Type.String(),
  state,
  tries: Type.Integer(),
  next_try_at: orNull(time),
  created_at: time,
  completed_at: orNull(time),
  last_try: orNull(record('LastTry', { sent_at: time, http_status: status, error })),
};

export const callback = record('AccountCallback', fields, 'A notice that was sent or is to be sent.');

export const callbackTry = record('CallbackTry', {
  number: Type.Integer(),
  trigger: Type.Enum(['schedule', 'replay', 'copy']),
  sent_at: time,
  duration_ms: Type.Integer(),
  http_status: status,
  error,
  response_head: responseHead,
  request_headers: headers,
});

export const callbackInFull = record('CallbackInFull', {
  ...fields,
  body: orNull(Type.String({ description: 'What a try posts now; null once the task is no longer stored.' })),
  all_tries: Type.Array(callbackTry, { description: 'The first one first, 1,000 at most.' }),
});

export const listCallbacksSchema = {
  tags,
  operationId: 'listAccountCallbacks',
  summary: 'Callbacks of the account, newest first',
  querystring: Type.Object({
    ...pageQuery,
    task: Type.Optional(idField('Those of this task.')),
    state: Type.Optional(state),
    occasion: Type.Optional(occasion),
  }),
  response: { 200: page(callback) },
};

export const showCallbackSchema = {
  tags,
  operationId: 'showAccountCallback',
  summary: 'A callback with its body and every try',
  params,
  response: { 200: callbackInFull },
};

export const replayCallbackSchema = {
  tags,
  operationId: 'replayAccountCallback',
  summary: 'Send a callback again now',
  description: 'Under the same webhook-id, by a running worker; once in ten seconds.',
  params,
  response: { 200: record('AccountReplay', { callback_id: Type.String(), queued: Type.Literal(true) }) },
};

export const replayFailedSchema = {
  tags,
  operationId: 'replayFailedCallbacks',
  summary: 'Send all callbacks again that were given up',
  description:
    'The oldest first, 500 in one call. Those that were sent again within ten seconds are left out, so the call can be repeated until it answers 0.',
  response: { 200: record('Replays', { replayed: Type.Integer() }) },
};

export const tryOutSchema = {
  tags,
  operationId: 'testCallback',
  summary: 'Post a signed test to an address',
  description:
    'Once, with the secret and the rules of callbacks, and with nothing about a task in it. It is answered when the receiver has, within 15 s, and not kept.',
  body: body({ url: Type.String({ minLength: 1, maxLength: ADDRESS_CHARACTERS_MAX }) }),
  response: {
    200: record('CallbackTest', {
      is_delivered: Type.Boolean({ description: 'Whether the answer would end a callback as delivered.' }),
      http_status: status,
      error,
      response_head: responseHead,
      duration_ms: Type.Integer(),
      request_headers: headers,
      body: Type.String(),
    }),
  },
};

export const secretInShort = record('CallbackSecret', {
  hint: Type.String({ description: 'The secret with only its last characters readable.' }),
  created_at: orNull(time),
  earlier_until: orNull(Type.String({ description: 'Until then an earlier secret signs beside it.' })),
});

export const showSecretSchema = {
  tags,
  operationId: 'showCallbackSecret',
  summary: 'The signing secret, masked',
  response: { 200: secretInShort },
};

const secret = record('CallbackSecretInFull', {
  secret: Type.String({ description: 'whsec_ and base64, as Standard Webhooks has it.' }),
  earlier_until: secretInShort.properties.earlier_until,
});

export const revealSecretSchema = {
  tags,
  operationId: 'revealCallbackSecret',
  summary: 'The signing secret',
  response: { 200: secret },
};

const OVERLAP_HOURS_MAX = 720;

export const rotateSecretSchema = {
  tags,
  operationId: 'rotateAccountCallbackSecret',
  summary: 'Change the signing secret',
  description:
    'For the overlap callbacks are signed with the old and the new secret; 0 ends the old one at once.',
  body: body({
    overlap_hours: withDefault(Type.Integer({ minimum: 0, maximum: OVERLAP_HOURS_MAX }), 24),
  }),
  response: { 200: secret },
};

const inboxFields = {
  id,
  url: Type.String({ description: 'Where to post: as a callback_url, or by any client.' }),
  created_at: time,
  expires_at: time,
};

export const inbox = record(
  'Inbox',
  inboxFields,
  'An address of this server that keeps what is posted to it.',
);

export const inboxRequest = record('InboxRequest', {
  id,
  received_at: time,
  method: Type.String(),
  query: Type.String(),
  headers: Type.Record(Type.String(), Type.String(), {
    description: 'But for those that open something, such as cookies.',
  }),
  body: Type.String({ description: 'The first 256 KiB, as text.' }),
  body_bytes: Type.Integer(),
  signature: Type.Enum(['valid', 'invalid', 'absent'], {
    description: 'Whether it verified by a secret that the account had when it came.',
  }),
});

export const inboxInFull = record('InboxInFull', {
  ...inboxFields,
  requests: Type.Array(inboxRequest, { description: 'The newest first: the last 50, one megabyte at most.' }),
});

export const listInboxesSchema = {
  tags,
  operationId: 'listInboxes',
  summary: 'Inboxes, newest first',
  response: { 200: page(inbox) },
};

export const createInboxSchema = {
  tags,
  operationId: 'createInbox',
  summary: 'Make an inbox',
  description: 'It ends after 24 hours. An account has ten at most in each of its modes.',
  response: { 200: inbox },
};

const inboxParams = Type.Object({ id: Type.String() });

export const showInboxSchema = {
  tags,
  operationId: 'showInbox',
  summary: 'An inbox with what was posted to it',
  params: inboxParams,
  response: { 200: inboxInFull },
};

export const removeInboxSchema = {
  tags,
  operationId: 'removeInbox',
  summary: 'Remove an inbox with what is in it',
  params: inboxParams,
  response: { 200: record('InboxRemoved', { id }) },
};
