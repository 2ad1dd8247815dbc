// Schemas of the set-up, of sessions, and of who is signed in.
import { Type } from 'typebox';
import { PASSWORD_CHARACTERS } from '../../people/auth.ts';
import { body, record } from '../plain-schemas.ts';
import { id, role } from './schemas.ts';

const tags = ['People'];

export const email = Type.String({ minLength: 3, maxLength: 254, description: 'An email address.' });
export const password = Type.String({
  minLength: PASSWORD_CHARACTERS.min,
  maxLength: PASSWORD_CHARACTERS.max,
});
export const personName = Type.String({ minLength: 1, maxLength: 100 });
export const token = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'What stands after the # of the link.',
});

export const server = record('ServerFacts', {
  version: Type.String(),
  public_url: Type.String({ description: 'Where people reach this server.' }),
  sign_up: Type.Boolean({ description: 'Anybody may make an account.' }),
  oauth: Type.Array(Type.String(), { description: 'Where people may sign in instead of here.' }),
  mail: Type.Boolean({ description: 'The server can send mail.' }),
  is_secure: Type.Boolean({ description: 'People reach it over https or on its own machine.' }),
});

export const me = record('Me', {
  person: record('Person', {
    id,
    email: Type.String(),
    name: Type.String(),
    operator: Type.Boolean({ description: 'Runs this instance.' }),
    second_factor: Type.Boolean(),
  }),
  accounts: Type.Array(record('Membership', { id, name: Type.String(), role }), {
    description: 'Where the person may do something.',
  }),
  server,
});

export const anyPassword = Type.String({ minLength: 1, maxLength: PASSWORD_CHARACTERS.max });
export const code = Type.String({
  minLength: 1,
  maxLength: 40,
  description: 'Of the second factor: six digits, or a backup code.',
});

/** What an answer without content is. */
export const done = record('Done', {});

export const readSetupSchema = {
  tags,
  operationId: 'getSetup',
  summary: 'Whether the instance has an owner',
  response: {
    200: record('Setup', { open: Type.Boolean({ description: 'Nobody owns it yet.' }), server }),
  },
};

export const claimSchema = {
  tags,
  operationId: 'claimInstance',
  summary: 'Become the first operator',
  description:
    'Once, with the token of the link that the terminal shows at start. Makes the person an operator and the owner of the account, and signs it in.',
  body: body({
    token,
    email,
    password,
    name: personName,
    account: Type.Optional({ ...personName, description: 'Another name for the account.' }),
  }),
  response: { 200: me },
};

export const signInSchema = {
  tags,
  operationId: 'signIn',
  summary: 'Sign in',
  description:
    'Sets the cookie of a session. A session that the request carries ends. For a person with a second factor, a right password without `code` is answered with `second_factor_needed`, and makes no session.',
  body: body({ email, password: anyPassword, code: Type.Optional(code) }),
  response: { 200: me },
};

export const signOutSchema = {
  tags,
  operationId: 'signOut',
  summary: 'Sign out here',
  response: { 200: done },
};

export const signOutEverywhereSchema = {
  tags,
  operationId: 'signOutEverywhere',
  summary: 'Sign out in every browser',
  description: 'Every node refuses the sessions within a second, and ends their event streams.',
  response: { 200: done },
};

export const readMeSchema = {
  tags,
  operationId: 'getMe',
  summary: 'Who is signed in',
  response: { 200: me },
};

export const changePasswordSchema = {
  tags,
  operationId: 'changePassword',
  summary: 'Choose another password',
  description: 'Every session of the person ends; this browser gets another one.',
  body: body({ current: anyPassword, password }),
  response: { 200: me },
};
