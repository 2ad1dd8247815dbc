// Schemas of the notices that the operator gets about the balances of accounts.
import { Type } from 'typebox';
import { withDefault } from '../../http/fields.ts';
import { body, orNull, page, record } from '../plain-schemas.ts';
import { book, time } from './schemas.ts';

const tags = ['Operator: credits'];
const params = Type.Object({ account: Type.String({ description: 'Name or id of the account.' }) });
const threshold = orNull(
  Type.Number({ description: 'Credits, at most six decimals; null where there are no notices.' }),
);
const MAIL_TO_MAX = 254;

export const operatorNotice = record(
  'OperatorNotice',
  {
    account_id: Type.String(),
    book,
    threshold,
    mail_to: orNull(Type.String({ description: 'The address that gets the mail.' })),
    mail_is_on: Type.Boolean({ description: 'Whether this server can send mail.' }),
    is_below: Type.Boolean({
      description: 'The balance is below; the next notice comes after it was above.',
    }),
    crossed_at: orNull(time),
    owners_threshold: orNull(Type.Number({ description: 'What the owners of the account have set.' })),
  },
  'One mail to the operator each time that what is free falls below the threshold.',
);

export const listNoticesSchema = {
  tags,
  operationId: 'listOperatorNotices',
  summary: 'The notices that the operator gets about an account',
  description: 'One for each book, apart from those that the owners of the account set.',
  params,
  response: { 200: page(operatorNotice) },
};

export const changeNoticeSchema = {
  tags,
  operationId: 'changeOperatorNotice',
  summary: 'Set, change or end the notice that the operator gets',
  description:
    'What is left out stays. A balance that is below a new threshold already gives no notice until it has been above.',
  params,
  body: body({
    book: withDefault(book, 'live'),
    threshold: Type.Optional(threshold),
    mail_to: Type.Optional(Type.String({ maxLength: MAIL_TO_MAX, description: 'One email address.' })),
  }),
  response: { 200: operatorNotice },
};
