// Schemas of open sign-up.
import { Type } from 'typebox';
import { body, record } from '../plain-schemas.ts';
import { done, email, me, password, personName, token } from './sessions.schemas.ts';

const tags = ['People'];

export const mailSignUpLinkSchema = {
  tags,
  operationId: 'mailSignUpLink',
  summary: 'Get a link to sign up',
  description:
    'By mail, where sign-up is open. The answer is the same for every address; one that belongs to a person gets a mail that says so. The link works once, within 24 hours, and the newest one counts.',
  body: body({ email }),
  response: { 200: done },
};

export const lookAtSignUpSchema = {
  tags,
  operationId: 'lookAtSignUp',
  summary: 'Which address a link is for',
  description: 'Changes nothing.',
  body: body({ token }),
  response: { 200: record('SignUpLook', { email: Type.String() }) },
};

export const acceptSignUpSchema = {
  tags,
  operationId: 'acceptSignUp',
  summary: 'Sign up',
  description:
    'Once, with the token of the link. Makes the person and an account that it owns, with test credits, and signs it in.',
  body: body({
    token,
    name: personName,
    password,
    account: { ...personName, description: 'The name of the account; no other account has it.' },
  }),
  response: { 200: me },
};
