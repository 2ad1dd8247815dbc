// The audit log: its pages, and all of it as a file. It is read here and never written.
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { type AuditFilter, listActs, readActs } from '../../audit/audit.ts';
import { readQuery } from '../../http/read.ts';
import { fromUnixSeconds } from '../../lib/time.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import { csvHead, csvLine, presentAct } from './acts.presenter.ts';
import { exportActsSchema, listActsSchema } from './acts.schemas.ts';
import { forOperator } from './answer.ts';

const EXPORT_LINES_MAX = 100_000;

export function registerActRoutes(app: FastifyInstance, { pool }: { pool: Pool }): void {
  app.get(
    '/acts',
    { schema: listActsSchema, config: forOperator('validation_failed') },
    async (request, reply) => {
      const { limit, after, ...given } = readQuery(request, listActsSchema.querystring);
      const { limit: oneMore } = withOneMore({ limit });
      const rows = await listActs(pool, { ...filterOf(given), before: after, limit: oneMore });
      return send(reply, presentPage(rows, { limit }, presentAct));
    },
  );
  app.get(
    '/acts/export',
    { schema: exportActsSchema, config: forOperator('validation_failed') },
    async (request, reply) => {
      const { format, ...given } = readQuery(request, exportActsSchema.querystring);
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8';
      reply.header('content-type', type);
      reply.header('content-disposition', `attachment; filename="reelay-audit-log.${format}"`);
      return reply.send(Readable.from(writeActs(format, pool, filterOf(given))));
    },
  );
}

interface GivenFilter extends Pick<AuditFilter, 'action' | 'actor' | 'subject'> {
  account?: string;
  from?: number;
  to?: number;
}

function filterOf({ account, from, to, ...given }: GivenFilter): AuditFilter {
  const toDate = (seconds: number | undefined) =>
    seconds === undefined ? undefined : fromUnixSeconds(seconds);
  return { ...given, accountId: account, from: toDate(from), to: toDate(to) };
}

/** The log as the text of a file, newest first; for the command too. */
export function writeActs(format: 'csv' | 'json', pool: Pool, filter: AuditFilter): AsyncGenerator<string> {
  return format === 'csv' ? writeCsv(pool, filter) : writeJson(pool, filter);
}

async function* writeCsv(pool: Pool, filter: AuditFilter): AsyncGenerator<string> {
  yield csvHead();
  for await (const rows of readActs(pool, filter, EXPORT_LINES_MAX)) yield rows.map(csvLine).join('');
}

async function* writeJson(pool: Pool, filter: AuditFilter): AsyncGenerator<string> {
  let comma = '';
  yield '[';
  for await (const rows of readActs(pool, filter, EXPORT_LINES_MAX)) {
    yield comma + rows.map((row) => JSON.stringify(presentAct(row))).join(',\n');
    comma = ',\n';
  }
  yield ']\n';
}
