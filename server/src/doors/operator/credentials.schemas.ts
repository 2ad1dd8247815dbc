// Route schemas of the operator door: documentation (OpenAPI), compared with real answers by the test beside it.
import { Type } from 'typebox';
import { orNull, page, pageQuery, security, time as someTime } from './schemas.ts';

const tags = ['Operator: credentials'];
const time = orNull(someTime);
const amount = Type.Object({
  unit: Type.String({ description: 'Of the provider: credits, usd, tokens.' }),
  amount: Type.Number(),
});

const credential = Type.Object(
  {
    id: Type.String(),
    provider: Type.String(),
    name: Type.String({ description: 'Unique at its provider, but for retired ones.' }),
    source: Type.Enum(['environment', 'operator']),
    state: Type.Enum(['ready', 'cooling', 'disabled', 'retired', 'unusable'], {
      description:
        'ready takes new tasks, cooling will again by itself, retired only ends what is under way, unusable says why in fault.',
    }),
    fault: orNull(Type.String()),
    key_hint: Type.String({ description: 'The end of the key, or its host; never more.' }),
    host: orNull(Type.String()),
    fields: Type.Record(Type.String(), Type.String(), { description: 'Those that are no secrets.' }),
    enabled: Type.Boolean(),
    weight: Type.Integer(),
    requests_per_minute: orNull(Type.Integer()),
    open_tasks_max: orNull(Type.Integer()),
    cooling_until: time,
    cool_reason: orNull(Type.String()),
    troubles: Type.Integer({ description: 'In a row, for cool_reason.' }),
    last_ok_at: time,
    last_trouble_at: time,
    balance: orNull(amount),
    balance_at: time,
    created_at: someTime,
    retired_at: time,
  },
  { title: 'Credential', description: 'An account at a provider, without its secrets.' },
);

export const listCredentialsSchema = {
  tags,
  operationId: 'listCredentials',
  summary: 'Accounts at providers, those that take tasks first',
  security,
  querystring: Type.Object(pageQuery),
  response: { 200: page(credential) },
};

export const testCredentialSchema = {
  tags,
  operationId: 'testCredential',
  summary: 'Make the cheapest real call with an account',
  description:
    'A success ends a cool-down and keeps the balance; a failure cools the account. The answer is 200 in both cases.',
  security,
  params: Type.Object({ id: Type.String() }),
  response: {
    200: Type.Object({
      works: Type.Boolean(),
      detail: Type.String({ description: 'What was found, in a sentence.' }),
      reason: orNull(Type.String({ description: 'Why it fails, in a word.' })),
      latency_ms: Type.Integer(),
      balance: orNull(amount),
      credential,
    }),
  },
};
