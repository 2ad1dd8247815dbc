// The operator door: for the person that runs the server and holds its token. Its names and envelope are its own.
import type { Door } from '../door.ts';
import { operatorErrors } from './answer.ts';
import { type CredentialParts, registerCredentialRoutes } from './credentials.routes.ts';

export const operatorDoor: Door<CredentialParts> = {
  prefix: '/api/v1/operator',
  tags: { Operators: 'Accounts at providers; with the token of the operator.' },
  webhooks: {},
  errors: operatorErrors,
  register: registerCredentialRoutes,
};
