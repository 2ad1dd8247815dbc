// Schemas of credits: balances, what moved them, and what the operator bears.
import { Type } from 'typebox';
import { withDefault } from '../../http/fields.ts';
import { body, orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { book, credits, time } from './schemas.ts';

const tags = ['Operator: credits'];
const params = Type.Object({ account: Type.String({ description: 'Name or id of the account.' }) });

export const balance = record('AccountBalance', {
  account_id: Type.String(),
  account: Type.String({ description: 'Name of the account.' }),
  book,
  available: credits,
  held: Type.Number({ description: 'Set aside for open tasks.' }),
  posted: Type.Number({ description: 'available and held together.' }),
});

export const movement = record('Movement', {
  id: Type.String(),
  kind: Type.Enum(['grant', 'adjust', 'capture']),
  credits: Type.Number({ description: 'Below zero for what was taken.' }),
  balance: Type.Number({ description: 'Posted, after it.' }),
  task_id: orNull(Type.String()),
  reason: Type.String(),
  created_at: time,
});

export const loss = record(
  'Loss',
  {
    id: Type.String(),
    account_id: Type.String(),
    book,
    task_id: Type.String(),
    credits,
    reason: Type.String(),
    created_at: time,
  },
  'A result that came too late to be charged: what the operator bears.',
);

export const balancesSchema = {
  tags,
  operationId: 'listBalances',
  summary: 'What an account has in both books',
  params,
  response: { 200: page(balance) },
};

export const moveCreditsSchema = {
  tags,
  operationId: 'moveCredits',
  summary: 'Add credits, or correct a balance',
  description:
    'With a reference it is done once: the same call again moves nothing and answers `moved: false`.',
  params,
  body: body({
    kind: Type.Enum(['grant', 'adjust']),
    credits: Type.Number({ description: 'Of a grant above zero; at most six decimals.' }),
    book: withDefault(book, 'live'),
    reason: Type.Optional(
      Type.String({ maxLength: 300, description: 'For the statement; the kind if not given.' }),
    ),
    reference: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Of the payment.' })),
  }),
  response: {
    200: record('CreditMove', {
      moved: Type.Boolean({ description: 'False where the reference was used for the same before.' }),
      balances: Type.Array(balance),
    }),
  },
};

export const operatorStatementSchema = {
  tags,
  operationId: 'listMovements',
  summary: 'Movements of credits of an account, newest first',
  params,
  querystring: Type.Object({ ...pageQuery, book: withDefault(book, 'live') }),
  response: { 200: page(movement) },
};

export const lossesSchema = {
  tags,
  operationId: 'listLosses',
  summary: 'What the operator bears, newest first',
  querystring: Type.Object(pageQuery),
  response: { 200: page(loss) },
};
