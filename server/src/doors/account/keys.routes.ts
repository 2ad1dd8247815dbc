// Keys of an account: made, read, bounded, given another secret, and disabled by those who may.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Accounts, KeyRow } from '../../accounts/accounts.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { AppError } from '../../errors.ts';
import { callerOf } from '../../http/gate.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { isUuid } from '../../lib/ids.ts';
import type { Book } from '../../lib/money.ts';
import { presentLimits, readLimits } from '../key-form.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import type { Presented } from '../plain-schemas.ts';
import { forRole } from './answer.ts';
import {
  changeKeySchema,
  createKeySchema,
  type key,
  listKeysSchema,
  readKeySchema,
  rotateKeySchema,
} from './keys.schemas.ts';

export interface KeyParts {
  accounts: Accounts;
  catalog: Catalog;
}

interface KeyRoute {
  Params: { id: string };
}

function presentKey(row: KeyRow): Presented<typeof key> {
  return {
    id: row.id,
    hint: row.hint,
    mode: row.mode,
    name: row.name,
    role: row.role,
    ...presentLimits(row),
    created_at: row.created_at.toISOString(),
    expires_at: presentMoment(row.expires_at),
    last_used_at: presentMoment(row.last_used_at),
    disabled_at: presentMoment(row.disabled_at),
    earlier: row.earlier_ends_at && {
      hint: row.earlier_hint ?? '',
      ends_at: row.earlier_ends_at.toISOString(),
    },
  };
}

function presentMoment(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

function toDate(moment: string | null | undefined): Date | null | undefined {
  return moment === null || moment === undefined ? moment : new Date(moment);
}

const WRITES = ['validation_failed', 'body_unreadable'] as const;

export function registerKeyRoutes(app: FastifyInstance, { accounts, catalog }: KeyParts): void {
  /** A key of the caller's account. @throws AppError `not_found`. */
  const find = async (request: FastifyRequest<KeyRoute>): Promise<KeyRow> => {
    const { id } = request.params;
    if (!isUuid(id)) throw new AppError('not_found', { message: 'There is no such key in this account' });
    return accounts.findKey(id, callerOf(request).accountId);
  };
  /** The same of a key that the caller may manage. */
  const findOwn = async (request: FastifyRequest<KeyRoute>): Promise<KeyRow> => {
    const row = await find(request);
    refuseOtherMode(request, row.mode);
    return row;
  };
  app.get(
    '/keys',
    { schema: listKeysSchema, config: forRole('reader', 'validation_failed') },
    async (request, reply) => {
      const page = readQuery(request, listKeysSchema.querystring);
      const rows = await accounts.listKeys(callerOf(request).accountId, withOneMore(page));
      return send(reply, presentPage(rows, page, presentKey));
    },
  );
  app.post(
    '/keys',
    { schema: createKeySchema, config: forRole('owner', ...WRITES) },
    async (request, reply) => {
      const { mode, name, role, ...bounds } = readBody(request, createKeySchema.body);
      refuseOtherMode(request, mode);
      const limits = readLimits(bounds, { catalog, expiresAt: toDate(bounds.expires_at) });
      const { accountId } = callerOf(request);
      const made = await accounts.createKey({ account: accountId, mode, name, role, ...limits });
      return send(reply, { ...presentKey(made.row), key: made.key });
    },
  );
  app.get<KeyRoute>(
    '/keys/:id',
    { schema: readKeySchema, config: forRole('reader', 'not_found') },
    async (request, reply) => send(reply, presentKey(await find(request))),
  );
  app.patch<KeyRoute>(
    '/keys/:id',
    { schema: changeKeySchema, config: forRole('owner', 'not_found', ...WRITES) },
    async (request, reply) => {
      const { name, role, disabled, ...bounds } = readBody(request, changeKeySchema.body);
      const { id, account_id } = await findOwn(request);
      const limits = readLimits(bounds, { catalog, expiresAt: toDate(bounds.expires_at) });
      const row = await accounts.changeKey(id, { name, role, disabled, ...limits }, account_id);
      return send(reply, presentKey(row));
    },
  );
  app.post<KeyRoute>(
    '/keys/:id/rotate',
    { schema: rotateKeySchema, config: forRole('owner', 'not_found', 'conflict', ...WRITES) },
    async (request, reply) => {
      const { overlap_s: overlapSeconds } = readBody(request, rotateKeySchema.body);
      const { id, account_id: accountId } = await findOwn(request);
      const made = await accounts.rotateKey(id, { overlapSeconds, accountId });
      return send(reply, { ...presentKey(made.row), key: made.key });
    },
  );
}

/** A test key, which spends nothing, must not lead to a live one. @throws AppError `not_permitted`. */
function refuseOtherMode(request: FastifyRequest, mode: Book): void {
  const caller = callerOf(request);
  if (caller.kind === 'playground' || caller.mode === mode) return;
  throw new AppError('not_permitted', { message: `A ${caller.mode} key manages ${caller.mode} keys alone` });
}
