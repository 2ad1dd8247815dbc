// Balance, usage and ledger of the account that a key belongs to, in the book of the key's mode.
import type { FastifyInstance } from 'fastify';
import type { Credits } from '../../credits/credits.ts';
import { callerOf } from '../../http/gate.ts';
import { readQuery } from '../../http/read.ts';
import { toCredits } from '../../lib/money.ts';
import { type Clock, DAY_MS, fromUnixSeconds, toUnixSeconds } from '../../lib/time.ts';
import type { Usage } from '../../tasks/usage.ts';
import { sendData } from './answer.ts';
import { balanceSchema, statementSchema, usageSchema } from './schemas.ts';

const USAGE_DAYS = 30;

export function registerAccountRoutes(
  app: FastifyInstance,
  { credits, usage, clock }: { credits: Credits; usage: Usage; clock: Clock },
): void {
  app.get(
    '/account/balance',
    { schema: balanceSchema, config: { access: 'account', rate: 'read', errors: [] } },
    async (request, reply) => {
      const { posted, held } = await credits.balance(callerOf(request).accountId, callerOf(request).mode);
      return sendData(reply, { balance: toCredits(posted - held), held: toCredits(held) });
    },
  );
  app.get(
    '/account/usage',
    { schema: usageSchema, config: { access: 'account', rate: 'read', errors: ['validation_failed'] } },
    async (request, reply) => {
      const query = readQuery(request, usageSchema.querystring);
      const group = query.group_by;
      const to = query.to === undefined ? new Date(clock() + DAY_MS) : fromUnixSeconds(query.to);
      const from =
        query.from === undefined ? new Date(to.getTime() - USAGE_DAYS * DAY_MS) : fromUnixSeconds(query.from);
      const { accountId, mode: book } = callerOf(request);
      const rows = await usage.rows({ accountId, book, group, from, to });
      return sendData(reply, {
        group_by: group,
        from: toUnixSeconds(from),
        to: toUnixSeconds(to),
        rows: rows.map((row) => ({
          [group]: row.name,
          tasks: row.tasks,
          succeeded: row.succeeded,
          credits: toCredits(row.credits),
        })),
      });
    },
  );
  app.get(
    '/account/statement',
    { schema: statementSchema, config: { access: 'account', rate: 'read', errors: ['validation_failed'] } },
    async (request, reply) => {
      const { limit, cursor: before } = readQuery(request, statementSchema.querystring);
      const { accountId, mode } = callerOf(request);
      const rows = await credits.statement({ accountId, book: mode, before, limit: limit + 1 });
      const page = rows.slice(0, limit);
      return sendData(reply, {
        rows: page.map((row) => ({
          id: row.id,
          kind: row.kind,
          credits: toCredits(row.amount),
          balance: toCredits(row.balance),
          task_id: row.task_id,
          reason: row.reason,
          create_at: toUnixSeconds(row.created_at),
        })),
        next_cursor: rows.length > limit ? page[limit - 1].id : null,
      });
    },
  );
}
