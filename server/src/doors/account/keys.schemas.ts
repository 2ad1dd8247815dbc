// Schemas of the keys of an account.
import { Type } from 'typebox';
import { momentField, withDefault } from '../../http/fields.ts';
import { keyName, keyRole, limitFields, limitRecord, overlapField } from '../key-form.ts';
import { body, orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { book, id, time } from './schemas.ts';

const tags = ['Account: keys'];
const params = Type.Object({ id });
const expiresAt = Type.Optional(orNull(momentField('When it ends, ISO 8601; null: never.')));

export const key = record(
  'AccountKey',
  {
    id,
    hint: Type.String({ description: 'Its first and last letters; never more.' }),
    mode: book,
    name: Type.String(),
    role: keyRole,
    ...limitRecord,
    created_at: time,
    expires_at: orNull(time),
    last_used_at: orNull(Type.String({ format: 'date-time', description: 'To the minute.' })),
    disabled_at: orNull(time),
    earlier: orNull(
      record(
        'EarlierAccountSecret',
        { hint: Type.String(), ends_at: time },
        'After a rotation: the secret that still works.',
      ),
    ),
  },
  'An API key, without its secret.',
);

const newKey = record('NewAccountKey', {
  ...key.properties,
  key: Type.String({ description: 'The key, this once.' }),
});

export const listKeysSchema = {
  tags,
  operationId: 'listAccountKeys',
  summary: 'API keys of the account, of both modes, the oldest first',
  querystring: Type.Object(pageQuery),
  response: { 200: page(key) },
};

export const createKeySchema = {
  tags,
  operationId: 'createAccountKey',
  summary: 'Make an API key',
  description: 'The only answer that shows the key. A key can make keys of its own mode alone.',
  body: body({
    mode: book,
    name: keyName,
    role: withDefault(keyRole, 'member'),
    ...limitFields,
    expires_at: expiresAt,
  }),
  response: { 200: newKey },
};

export const readKeySchema = {
  tags,
  operationId: 'getAccountKey',
  summary: 'One API key',
  params,
  response: { 200: key },
};

export const changeKeySchema = {
  tags,
  operationId: 'changeAccountKey',
  summary: 'Rename, limit, disable or enable an API key',
  description: 'What is not named stays as it is. A change is seen within a second on every node.',
  params,
  body: body({
    name: Type.Optional(keyName),
    role: Type.Optional(keyRole),
    ...limitFields,
    expires_at: expiresAt,
    disabled: Type.Optional(Type.Boolean()),
  }),
  response: { 200: key },
};

export const rotateKeySchema = {
  tags,
  operationId: 'rotateAccountKey',
  summary: 'Give an API key another secret',
  description:
    'The only answer that shows it. The secret before works for the overlap; without one, all earlier ones end.',
  params,
  body: body({ overlap_s: withDefault(overlapField, 0) }),
  response: { 200: newKey },
};
