// Schemas of the people of all accounts.
import { Type } from 'typebox';
import { ROLES } from '../../accounts/roles.ts';
import { body, orNull, page, pageQuery, record } from '../plain-schemas.ts';
import { time } from './schemas.ts';

const tags = ['Operator: people'];
const personId = Type.Object({ person: Type.String({ description: 'Email address or id of the person.' }) });
const role = Type.Enum([...ROLES]);
const account = Type.String({ description: 'Name or id of an account.' });

export const person = record('PersonRecord', {
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  operator: Type.Boolean(),
  second_factor: Type.Boolean(),
  accounts: Type.Array(record('PersonAccount', { id: Type.String(), name: Type.String(), role })),
  created_at: time,
});

export const link = record('PersonLink', {
  email: Type.String(),
  account: orNull(Type.String()),
  role: orNull(role),
  operator: Type.Boolean(),
  expires_at: time,
  link: Type.String({ description: 'The link, this once; anybody who holds it gets in.' }),
});

export const listEverybodySchema = {
  tags,
  operationId: 'listEverybody',
  summary: 'Everybody who can sign in, the earliest first',
  querystring: Type.Object(pageQuery),
  response: { 200: page(person) },
};

export const inviteSchema = {
  tags,
  operationId: 'inviteAsOperator',
  summary: 'Make a link that lets an address in',
  description: 'Into an account with a role, as an operator, or both. It works once, within seven days.',
  body: body({
    email: Type.String({ minLength: 3, maxLength: 254 }),
    account: Type.Optional(account),
    role: Type.Optional(role),
    operator: Type.Optional(Type.Boolean()),
  }),
  response: { 200: link },
};

export const changeEverybodySchema = {
  tags,
  operationId: 'changePersonAsOperator',
  summary: 'Change what a person may do',
  description:
    '`operator` makes it one or no longer one; `account` with `role` gives a role there, and `null` takes it away. Its sessions end.',
  params: personId,
  body: body({
    operator: Type.Optional(Type.Boolean()),
    account: Type.Optional(account),
    role: Type.Optional(orNull(role)),
  }),
  response: { 200: person },
};

export const removeEverybodySchema = {
  tags,
  operationId: 'removePersonAsOperator',
  summary: 'Remove a person with its roles and sessions',
  params: personId,
  response: { 200: person },
};

export const passwordLinkSchema = {
  tags,
  operationId: 'makePasswordLink',
  summary: 'Make a link by which a person chooses another password',
  params: personId,
  response: { 200: link },
};
