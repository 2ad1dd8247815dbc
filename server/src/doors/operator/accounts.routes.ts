// Accounts and their keys: who may call.
import type { FastifyInstance } from 'fastify';
import type { Accounts } from '../../accounts/accounts.ts';
import { readQuery } from '../../http/read.ts';
import { presentAccount, presentKey } from './accounts.presenter.ts';
import { listAccountsSchema, listKeysSchema } from './accounts.schemas.ts';
import { send } from './answer.ts';
import { presentPage, withOneMore } from './present.ts';

export interface AccountParts {
  accounts: Accounts;
}

export function registerAccountRoutes(app: FastifyInstance, { accounts }: AccountParts): void {
  app.get(
    '/accounts',
    {
      schema: listAccountsSchema,
      config: { access: 'operator', rate: 'none', errors: ['validation_failed'] },
    },
    async (request, reply) => {
      const page = readQuery(request, listAccountsSchema.querystring);
      return send(reply, presentPage(await accounts.list(withOneMore(page)), page, presentAccount));
    },
  );
  app.get(
    '/keys',
    {
      schema: listKeysSchema,
      config: { access: 'operator', rate: 'none', errors: ['validation_failed', 'not_found'] },
    },
    async (request, reply) => {
      const { account, ...page } = readQuery(request, listKeysSchema.querystring);
      const rows = await accounts.listKeys(account, withOneMore(page));
      return send(reply, presentPage(rows, page, presentKey));
    },
  );
}
