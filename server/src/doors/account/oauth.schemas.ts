// Schemas of sign-in elsewhere.
import { Type } from 'typebox';
import { record } from '../plain-schemas.ts';
import { id, time } from './schemas.ts';
import { done } from './sessions.schemas.ts';

const tags = ['People'];
const params = Type.Object({
  provider: Type.String({ description: 'One of `oauth` of the server: google, github or oidc.' }),
});

export const departure = record('Departure', {
  url: Type.String({ description: 'Where the browser has to go.' }),
});

export const beginOauthSchema = {
  tags,
  operationId: 'beginSignInElsewhere',
  summary: 'Sign in at another provider',
  description:
    'Lets in people who have linked that identity, and those with an open invitation for an address that the provider has verified. The browser comes back to `/`, or to `/sign-in?error=…`.',
  params,
  response: { 200: departure },
};

export const linkOauthSchema = {
  tags,
  operationId: 'linkSignInElsewhere',
  summary: 'Link an identity at another provider',
  description:
    'With the person that is signed in. The provider must have verified the same address. The browser comes back to `/account`.',
  params,
  response: { 200: departure },
};

export const signIn = record('SignIn', {
  id,
  provider: Type.String({ description: '`password`, or where: google, github or oidc.' }),
  created_at: time,
});

export const listSignInsSchema = {
  tags,
  operationId: 'listSignIns',
  summary: 'The ways in which you sign in',
  response: { 200: record('SignIns', { items: Type.Array(signIn) }) },
};

export const unlinkSchema = {
  tags,
  operationId: 'unlinkSignIn',
  summary: 'Take a linked identity away',
  description: 'Your other sessions end. The password stays, and so does the last way to sign in.',
  params: Type.Object({ id }),
  response: { 200: done },
};
