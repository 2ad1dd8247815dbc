// Schemas of accounts and keys.
import { Type } from 'typebox';
import { timeField, withDefault } from '../../http/fields.ts';
import { keyName, keyRole, limitFields, limitRecord, overlapField } from '../key-form.ts';
import { body, orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { book, time } from './schemas.ts';

const tags = ['Operator: accounts'];

const count = Type.Integer({ minimum: 1, maximum: 9_999_999 });
const name = Type.String({ minLength: 1, maxLength: 100 });
const nameOrId = { account: Type.String({ description: 'Name or id of the account.' }) };
const idOrHint = { key: Type.String({ description: 'Id or hint of the key.' }) };

export const account = record(
  'Account',
  {
    id: Type.String(),
    name: Type.String(),
    open_tasks_max: orNull(
      Type.Integer({ description: 'Its tasks that may be at providers at once; null for any number.' }),
    ),
    created_at: time,
    disabled_at: orNull(time),
  },
  'Who pays: owns keys, balances and tasks.',
);

export const key = record(
  'Key',
  {
    id: Type.String(),
    hint: Type.String({ description: 'Its first and last letters; never more.' }),
    account_id: Type.String(),
    account: Type.String({ description: 'Name of the account.' }),
    mode: book,
    name: Type.String(),
    role: keyRole,
    ...limitRecord,
    created_at: time,
    expires_at: orNull(time),
    last_used_at: orNull(time),
    disabled_at: orNull(time),
    earlier: orNull(
      record(
        'EarlierSecret',
        { hint: Type.String(), ends_at: time },
        'After a rotation: the secret that still works.',
      ),
    ),
  },
  'An API key, without its secret.',
);

export const listAccountsSchema = {
  tags,
  operationId: 'listAccounts',
  summary: 'Accounts, the oldest first',
  querystring: Type.Object(pageQuery),
  response: { 200: page(account) },
};

export const listKeysSchema = {
  tags,
  operationId: 'listKeys',
  summary: 'API keys, the oldest first',
  querystring: Type.Object({
    ...pageQuery,
    account: Type.Optional(Type.String({ description: 'Name or id: only the keys of this account.' })),
  }),
  response: { 200: page(key) },
};

export const createAccountSchema = {
  tags,
  operationId: 'createAccount',
  summary: 'Make an account',
  description: 'It has test credits, and nothing in the live book.',
  body: body({ name }),
  response: { 200: account },
};

export const readAccountSchema = {
  tags,
  operationId: 'getAccount',
  summary: 'One account',
  params: Type.Object(nameOrId),
  response: { 200: account },
};

export const changeAccountSchema = {
  tags,
  operationId: 'changeAccount',
  summary: 'Disable, enable or limit an account',
  description: 'What is not named stays as it is. A change is seen within a second on every node.',
  params: Type.Object(nameOrId),
  body: body({
    open_tasks_max: Type.Optional(orNull(count)),
    disabled: Type.Optional(Type.Boolean({ description: 'Every key of it answers 403.' })),
  }),
  response: { 200: account },
};

export const createKeySchema = {
  tags,
  operationId: 'createKey',
  summary: 'Make an API key',
  description: 'The only answer that shows the key.',
  body: body({
    ...nameOrId,
    mode: book,
    name: withDefault(keyName, 'operator'),
    role: withDefault(keyRole, 'member'),
    ...limitFields,
    expires_at: Type.Optional(orNull(timeField('Unix seconds.'))),
  }),
  response: {
    200: record('NewKey', { ...key.properties, key: Type.String({ description: 'The key, this once.' }) }),
  },
};

export const readKeySchema = {
  tags,
  operationId: 'getKey',
  summary: 'One API key',
  params: Type.Object(idOrHint),
  response: { 200: key },
};

export const changeKeySchema = {
  tags,
  operationId: 'changeKey',
  summary: 'Disable, enable or limit an API key',
  description: 'What is not named stays as it is. A change is seen within a second on every node.',
  params: Type.Object(idOrHint),
  body: body({
    name: Type.Optional(keyName),
    role: Type.Optional(keyRole),
    ...limitFields,
    expires_at: Type.Optional(orNull(timeField('Unix seconds.'))),
    disabled: Type.Optional(Type.Boolean()),
  }),
  response: { 200: key },
};

export const rotateKeySchema = {
  tags,
  operationId: 'rotateKey',
  summary: 'Give an API key another secret',
  description:
    'The only answer that shows it. The secret before works for the overlap; without one, all earlier ones end.',
  params: Type.Object(idOrHint),
  body: body({ overlap_s: withDefault(overlapField, 0) }),
  response: { 200: createKeySchema.response[200] },
};
