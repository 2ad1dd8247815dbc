// Accounts and their keys: who may call.
import type { FastifyInstance } from 'fastify';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { fromUnixSeconds } from '../../lib/time.ts';
import { readLimits } from '../key-form.ts';
import { createAccountWithTestCredits, type OpeningParts } from '../opening.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import { presentAccount, presentKey, presentNewKey } from './accounts.presenter.ts';
import {
  changeAccountSchema,
  changeKeySchema,
  createAccountSchema,
  createKeySchema,
  listAccountsSchema,
  listKeysSchema,
  readAccountSchema,
  readKeySchema,
  rotateKeySchema,
} from './accounts.schemas.ts';
import { forOperator } from './answer.ts';

const CREATE = ['validation_failed', 'body_unreadable'] as const;
const CHANGE = ['not_found', ...CREATE] as const;

export function registerAccountRoutes(app: FastifyInstance, parts: OpeningParts): void {
  const { accounts } = parts;
  app.get(
    '/accounts',
    { schema: listAccountsSchema, config: forOperator('validation_failed') },
    async (request, reply) => {
      const page = readQuery(request, listAccountsSchema.querystring);
      return send(reply, presentPage(await accounts.list(withOneMore(page)), page, presentAccount));
    },
  );
  app.post(
    '/accounts',
    { schema: createAccountSchema, config: forOperator('conflict', ...CREATE) },
    async (request, reply) => {
      const { name } = readBody(request, createAccountSchema.body);
      return send(reply, presentAccount(await createAccountWithTestCredits(parts, name)));
    },
  );
  app.get<{ Params: { account: string } }>(
    '/accounts/:account',
    { schema: readAccountSchema, config: forOperator('not_found') },
    async ({ params }, reply) => send(reply, presentAccount(await accounts.find(params.account))),
  );
  app.patch<{ Params: { account: string } }>(
    '/accounts/:account',
    { schema: changeAccountSchema, config: forOperator(...CHANGE) },
    async (request, reply) => {
      const { disabled, open_tasks_max: openTasksMax } = readBody(request, changeAccountSchema.body);
      const row = await accounts.change(request.params.account, { disabled, openTasksMax });
      return send(reply, presentAccount(row));
    },
  );
}

export interface KeyParts {
  accounts: Accounts;
  catalog: Catalog;
}

export function registerKeyRoutes(app: FastifyInstance, { accounts, catalog }: KeyParts): void {
  app.get(
    '/keys',
    { schema: listKeysSchema, config: forOperator('validation_failed', 'not_found') },
    async (request, reply) => {
      const { account, ...page } = readQuery(request, listKeysSchema.querystring);
      const rows = await accounts.listKeys(account, withOneMore(page));
      return send(reply, presentPage(rows, page, presentKey));
    },
  );
  app.post('/keys', { schema: createKeySchema, config: forOperator(...CHANGE) }, async (request, reply) => {
    const { account, mode, name, role, ...bounds } = readBody(request, createKeySchema.body);
    const limits = readLimits(bounds, { catalog, expiresAt: toDate(bounds.expires_at) });
    const made = await accounts.createKey({ account, mode, name, role, ...limits });
    return send(reply, presentNewKey(made));
  });
  app.get<{ Params: { key: string } }>(
    '/keys/:key',
    { schema: readKeySchema, config: forOperator('not_found') },
    async ({ params }, reply) => send(reply, presentKey(await accounts.findKey(params.key))),
  );
  app.patch<{ Params: { key: string } }>(
    '/keys/:key',
    { schema: changeKeySchema, config: forOperator(...CHANGE) },
    async (request, reply) => {
      const change = readBody(request, changeKeySchema.body);
      const limits = readLimits(change, { catalog, expiresAt: toDate(change.expires_at) });
      const { name, role, disabled } = change;
      const row = await accounts.changeKey(request.params.key, { name, role, disabled, ...limits });
      return send(reply, presentKey(row));
    },
  );
  app.post<{ Params: { key: string } }>(
    '/keys/:key/rotate',
    { schema: rotateKeySchema, config: forOperator('conflict', ...CHANGE) },
    async (request, reply) => {
      const { overlap_s: overlapSeconds } = readBody(request, rotateKeySchema.body);
      return send(reply, presentNewKey(await accounts.rotateKey(request.params.key, { overlapSeconds })));
    },
  );
}

function toDate(seconds: number | null | undefined): Date | null | undefined {
  return seconds === null || seconds === undefined ? seconds : fromUnixSeconds(seconds);
}
