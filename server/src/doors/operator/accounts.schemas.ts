// Schemas of accounts and keys.
import { Type } from 'typebox';
import { orNull, page, pageQuery, record, security, time } from './schemas.ts';

const tags = ['Operator: accounts'];

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
    mode: Type.Enum(['live', 'test']),
    name: Type.String(),
    creates_per_10s: Type.Integer(),
    reads_per_10s: orNull(Type.Integer({ description: 'Null: as the server is set.' })),
    open_tasks_max: orNull(Type.Integer()),
    strict: Type.Boolean({ description: 'Unknown fields of a create are refused.' }),
    created_at: time,
    disabled_at: orNull(time),
  },
  'An API key, without its secret.',
);

export const listAccountsSchema = {
  tags,
  operationId: 'listAccounts',
  summary: 'Accounts, the oldest first',
  security,
  querystring: Type.Object(pageQuery),
  response: { 200: page(account) },
};

export const listKeysSchema = {
  tags,
  operationId: 'listKeys',
  summary: 'API keys, the oldest first',
  security,
  querystring: Type.Object({
    ...pageQuery,
    account: Type.Optional(Type.String({ description: 'Name or id: only the keys of this account.' })),
  }),
  response: { 200: page(key) },
};
