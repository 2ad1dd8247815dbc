// The account door: for the members of an account, in the dashboard or with a key. What it does has no form in the Crun API.
import type { Accounts } from '../../accounts/accounts.ts';
import type { Door } from '../door.ts';
import { accountErrors } from './answer.ts';
import { registerCallerRoute } from './caller.routes.ts';

export interface AccountParts {
  accounts: Accounts;
}

export const accountDoor: Door<AccountParts> = {
  prefix: '/api/v1/account',
  tags: { Account: 'Who calls, and for which account.' },
  webhooks: {},
  errors: accountErrors,
  register(scope, parts) {
    registerCallerRoute(scope, parts);
  },
};
