// Schemas of the notice of a low balance, and of the callback that carries it.
import { Type } from 'typebox';
import { body, orNull, record } from '../plain-schemas.ts';
import { describeWebhook } from '../webhooks.ts';
import { book, credits, id, time } from './schemas.ts';

const tags = ['Account'];

const threshold = orNull(
  Type.Number({ description: 'Credits, at most six decimals; null where there are no notices.' }),
);
const callbackUrl = orNull(
  Type.String({
    maxLength: 2048,
    description: 'Gets the event `balance.low`, signed as all callbacks of the book.',
  }),
);
const mail = Type.Boolean({ description: 'Whether the owners of the account get a mail.' });

export const notice = record(
  'BalanceNotice',
  {
    book,
    threshold,
    callback_url: callbackUrl,
    mail,
    mail_is_on: Type.Boolean({ description: 'Whether this server can send mail.' }),
    is_below: Type.Boolean({
      description: 'The balance is below; the next notice comes after it was above.',
    }),
    crossed_at: orNull(time),
  },
  'One notice each time that what is free falls below the threshold.',
);

export const readNoticeSchema = {
  tags,
  operationId: 'getNotice',
  summary: 'The notice of a low balance',
  description: 'Of the book of the key or session.',
  response: { 200: notice },
};

export const changeNoticeSchema = {
  tags,
  operationId: 'changeNotice',
  summary: 'Set, change or end the notice of a low balance',
  description:
    'What is left out stays. A balance that is below a new threshold already gives no notice until it has been above.',
  body: body({
    threshold: Type.Optional(threshold),
    callback_url: Type.Optional(callbackUrl),
    mail: Type.Optional(mail),
  }),
  response: { 200: notice },
};

/** What is posted to the `callback_url` of a notice. */
export const noticeWebhooks = {
  balanceLow: describeWebhook({
    operationId: 'balanceLow',
    tags,
    summary: 'A balance has fallen below its threshold',
    schema: Type.Object({
      type: Type.Literal('balance.low'),
      timestamp: time,
      data: Type.Object({ account_id: id, book, threshold: credits, available: credits, held: credits }),
    }),
  }),
};
