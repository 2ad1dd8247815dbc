// Schemas of the audit log.
import { Type } from 'typebox';
import { idField, timeField, withDefault } from '../../http/fields.ts';
import { orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { time } from './schemas.ts';

const tags = ['Operator: audit log'];
const text = orNull(Type.String());
const facts = orNull(Type.Record(Type.String(), Type.Unknown()));

export const act = record(
  'Act',
  {
    id: Type.String(),
    created_at: time,
    actor: record('Actor', {
      kind: Type.Enum(['person', 'token', 'key', 'command', 'server']),
      id: text,
      name: Type.String(),
    }),
    action: Type.String({ description: 'A noun and a verb, as key.create.' }),
    subject: Type.String({ description: 'Id or name of what was acted on.' }),
    account_id: orNull(Type.String({ description: 'The account that it concerns.' })),
    before: Type.Union([facts], { description: 'What differs, as it was. Never a secret.' }),
    after: Type.Union([facts], { description: 'The same, as it was then.' }),
    origin: Type.String({ description: 'The route or the command.' }),
    address: text,
    request_id: text,
  },
  'A line of the audit log. It is never changed or removed.',
);

const filters = {
  action: Type.Optional(Type.String({ maxLength: 100, description: 'As key.create, or its noun: key.' })),
  actor: Type.Optional(Type.String({ maxLength: 300, description: 'Name or id of who acted.' })),
  subject: Type.Optional(Type.String({ maxLength: 300 })),
  account: Type.Optional(idField('Of this account.')),
  from: Type.Optional(timeField('From this time on.')),
  to: Type.Optional(timeField('Before this time.')),
};

export const listActsSchema = {
  tags,
  operationId: 'listActs',
  summary: 'What operators did, and every change of access, newest first',
  querystring: Type.Object({ ...pageQuery, ...filters }),
  response: { 200: page(act) },
};

export const exportActsSchema = {
  tags,
  operationId: 'exportActs',
  summary: 'The same as a file',
  description: 'Of what matches, the newest 100,000 lines.',
  querystring: Type.Object({ ...filters, format: withDefault(Type.Enum(['csv', 'json']), 'csv') }),
  response: {
    200: {
      description: 'The file.',
      content: {
        'text/csv': { schema: Type.String() },
        'application/json': { schema: Type.Array(act) },
      },
    },
  },
};
