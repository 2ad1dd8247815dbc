// Schemas of usage and of the statement.
import { Type } from 'typebox';
import { dayField, idField, withDefault } from '../../http/fields.ts';
import { orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { book, credits, id, time } from './schemas.ts';

const tags = ['Account: usage'];
const day = Type.String({ format: 'date', description: 'A day in UTC.' });

const sums = {
  tasks: Type.Integer({ description: 'Created in the time.' }),
  succeeded: Type.Integer(),
  failed: Type.Integer({ description: 'Failed, cancelled or expired.' }),
  credits: Type.Number({ description: 'What they were charged.' }),
  held: Type.Number({ description: 'What those hold that have not ended.' }),
};

const row = record('SpendingRow', {
  name: orNull(Type.String({ description: 'Day, model, id of the key, state or text; null: none.' })),
  label: orNull(Type.String({ description: 'The name of the key.' })),
  ...sums,
});

const query = {
  by: withDefault(Type.String({ minLength: 1, maxLength: 80 }), 'day'),
  from: Type.Optional(dayField('First day (UTC); 29 days before `to` if not given.')),
  to: Type.Optional(dayField('Last day (UTC); today if not given.')),
  key: Type.Optional(idField('Only tasks of this key.')),
};

export const spendingSchema = {
  tags,
  operationId: 'getSpending',
  summary: 'Tasks and credits by day, model, key, state or metadata',
  description:
    'Of the book of the key or session. `by` is `day`, `model`, `key`, `state` or `metadata.NAME`. A task counts on the day (UTC) on which it was created. By day, each day has a row; otherwise the 1,000 rows with the most credits, and `sum` is over all.',
  querystring: Type.Object(query),
  response: {
    200: record('Spending', {
      by: Type.String(),
      book,
      from: day,
      to: day,
      rows: Type.Array(row),
      sum: record('SpendingSum', sums),
    }),
  },
};

export const exportSpendingSchema = {
  tags,
  operationId: 'exportSpending',
  summary: 'The same as a file',
  querystring: Type.Object(query),
  response: {
    200: { description: 'The file.', content: { 'text/csv': { schema: Type.String() } } },
  },
};

export const keyDaysSchema = {
  tags,
  operationId: 'getKeyDays',
  summary: 'What each key was charged by day',
  description:
    'Of the last days (UTC), the oldest first, today last. Keys without a task in this time are left out.',
  querystring: Type.Object({ days: withDefault(Type.Integer({ minimum: 1, maximum: 31 }), 14) }),
  response: {
    200: Type.Object(
      { items: Type.Array(record('KeyDays', { id, credits: Type.Array(credits) })) },
      { additionalProperties: false },
    ),
  },
};

export const movement = record('AccountMovement', {
  id,
  kind: Type.Enum(['grant', 'adjust', 'capture']),
  credits: Type.Number({ description: 'Below zero for what was taken.' }),
  balance: Type.Number({ description: 'Posted, after it.' }),
  task_id: orNull(id),
  reason: Type.String(),
  created_at: time,
});

export const accountStatementSchema = {
  tags,
  operationId: 'getAccountStatement',
  summary: 'Movements of credits, newest first',
  description: 'Of the book of the key or session.',
  querystring: Type.Object({ ...pageQuery, task: Type.Optional(idField('Only the one of this task.')) }),
  response: { 200: page(movement) },
};
