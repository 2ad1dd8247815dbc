// Schemas of the accounts at providers.
import { Type } from 'typebox';
import { body, orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { time } from './schemas.ts';

const tags = ['Operator: credentials'];
const amount = record('Amount', {
  unit: Type.String({ description: 'Of the provider: credits, usd, tokens.' }),
  amount: Type.Number(),
});

export const credential = record(
  'Credential',
  {
    id: Type.String(),
    provider: Type.String(),
    name: Type.String({ description: 'Unique at its provider, but for retired ones.' }),
    source: Type.Enum(['environment', 'operator']),
    state: Type.Enum(['ready', 'cooling', 'disabled', 'retired', 'unusable'], {
      description:
        'ready takes new tasks, cooling will again by itself, retired only ends what is under way, unusable says why in fault.',
    }),
    proof: Type.Enum(['untested', 'works', 'failed'], {
      description: 'What its last call has shown: untested while there was none.',
    }),
    fault: orNull(Type.String()),
    key_hint: Type.String({ description: 'The end of the key, or its host; never more.' }),
    host: orNull(Type.String()),
    fields: Type.Record(Type.String(), Type.String(), { description: 'Those that are no secrets.' }),
    enabled: Type.Boolean(),
    weight: Type.Integer(),
    requests_per_minute: orNull(Type.Integer()),
    open_tasks_max: orNull(Type.Integer()),
    cooling_until: orNull(time),
    cool_reason: orNull(Type.String()),
    troubles: Type.Integer({ description: 'In a row, for cool_reason.' }),
    last_ok_at: orNull(time),
    last_trouble_at: orNull(time),
    balance: orNull(amount),
    balance_at: orNull(time),
    created_at: time,
    retired_at: orNull(time),
  },
  'An account at a provider, without its secrets.',
);

export const testResult = record('CredentialTest', {
  works: Type.Boolean(),
  detail: Type.String({ description: 'What was found, in a sentence.' }),
  reason: orNull(Type.String({ description: 'Why it fails, in a word.' })),
  latency_ms: Type.Integer(),
  balance: orNull(amount),
  credential,
});

export const provider = record(
  'Provider',
  {
    id: Type.String(),
    title: Type.String(),
    docs: Type.String({ description: 'Its documentation.' }),
    fields: Type.Array(
      record('ProviderField', {
        name: Type.String(),
        about: Type.String(),
        is_secret: Type.Boolean(),
        is_required: Type.Boolean(),
        fallback: orNull(Type.String({ description: 'What it is when it is not given.' })),
        way: orNull(
          Type.String({
            description: 'Of several ways to sign on, the one whose fields are given together.',
          }),
        ),
        environment: Type.String({ description: 'The variable that the server reads it from.' }),
      }),
    ),
  },
  'A provider, with the fields that an account there is made of.',
);

export const listProvidersSchema = {
  tags,
  operationId: 'listProviders',
  summary: 'Providers, with the fields of an account at each',
  response: { 200: page(provider) },
};

export const listCredentialsSchema = {
  tags,
  operationId: 'listCredentials',
  summary: 'Accounts at providers, those that take tasks first',
  querystring: Type.Object(pageQuery),
  response: { 200: page(credential) },
};

const fields = Type.Record(Type.String(), Type.String(), {
  description: 'By the names of the provider, secrets among them. No answer shows a secret.',
  examples: [{ api_key: '…' }],
});

export const addCredentialSchema = {
  tags,
  operationId: 'addCredential',
  summary: 'Add an account at a provider',
  description: 'One that was retired with the same key is taken into use again.',
  body: body({
    provider: Type.String({ examples: ['ark'] }),
    name: Type.Optional(
      Type.String({ description: '`operator` when not given, with a number if that is taken.' }),
    ),
    fields,
  }),
  response: { 200: credential },
};

const oneCredential = Type.Object({ id: Type.String() });

export const credentialSchema = {
  tags,
  operationId: 'getCredential',
  summary: 'One account at a provider',
  params: oneCredential,
  response: { 200: credential },
};

const count = Type.Integer({ minimum: 1, maximum: 9_999_999 });

export const changeCredentialSchema = {
  tags,
  operationId: 'changeCredential',
  summary: 'Change the limits, the name or the fields of an account',
  description:
    'What the body does not name stays as it is; null takes a limit away. `fields` replaces those that it names, such as a rotated key: what is under way goes on with them.',
  params: oneCredential,
  body: body({
    name: Type.Optional(Type.String()),
    enabled: Type.Optional(Type.Boolean()),
    weight: Type.Optional(count),
    requests_per_minute: Type.Optional(orNull(count)),
    open_tasks_max: Type.Optional(orNull(count)),
    fields: Type.Optional(fields),
  }),
  response: { 200: credential },
};

export const testCredentialSchema = {
  tags,
  operationId: 'testCredential',
  summary: 'Make the cheapest real call with an account',
  description:
    'A success ends a cool-down and keeps the balance; a failure cools the account. The answer is 200 in both cases.',
  params: oneCredential,
  response: { 200: testResult },
};

export const retireCredentialSchema = {
  tags,
  operationId: 'retireCredential',
  summary: 'Retire an account',
  description:
    'It takes no new tasks, and what is under way is followed to its end. It is deleted when no attempt names it, which takes two seconds to be sure of; repeat the call to delete one that attempts named before.',
  params: oneCredential,
  response: {
    200: record('RetiredCredential', {
      id: Type.String(),
      retired: Type.Literal(true),
      deleted: Type.Boolean({ description: 'False while attempts name it.' }),
    }),
  },
};

export const endCoolingSchema = {
  tags,
  operationId: 'endCooling',
  summary: 'End the cool-down of an account now',
  description: 'It takes tasks again without a test; a further trouble cools it as if it were the first.',
  params: oneCredential,
  response: { 200: credential },
};
