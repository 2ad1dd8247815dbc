// What an account has used, and what moved its credits.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Credits } from '../../credits/credits.ts';
import { refuseFaults } from '../../errors.ts';
import { callerOf } from '../../http/gate.ts';
import { readQuery } from '../../http/read.ts';
import { csvLine } from '../../lib/csv.ts';
import { formatCredits, toCredits } from '../../lib/money.ts';
import { type Clock, DAY_MS } from '../../lib/time.ts';
import { dayOf, type Spending, type SpendingGroup, type SpendingRow, type Usage } from '../../tasks/usage.ts';
import { send } from '../plain.ts';
import { presentPage, withOneMore } from '../plain-page.ts';
import { forRole } from './answer.ts';
import {
  accountStatementSchema,
  exportSpendingSchema,
  keyDaysSchema,
  spendingSchema,
} from './usage.schemas.ts';

export interface UsageParts {
  usage: Usage;
  credits: Credits;
  clock: Clock;
}

const USUAL_DAYS = 30;
const DAYS_MAX = 366;
const METADATA = 'metadata.';
const GROUPS = ['day', 'model', 'key', 'state'] as const;
const COLUMNS = ['name', 'label', 'tasks', 'succeeded', 'failed', 'credits', 'held'];

export function registerUsageRoutes(app: FastifyInstance, parts: UsageParts): void {
  const { usage, credits, clock } = parts;
  app.get(
    '/usage',
    { schema: spendingSchema, config: forRole('reader', 'validation_failed') },
    async (request, reply) => {
      const { by, from, to, book, report } = await readSpending(parts, request);
      const { name: _name, label: _label, ...sum } = presentRow(report.sum);
      return send(reply, { by, book, from, to, rows: report.rows.map(presentRow), sum });
    },
  );
  app.get(
    '/usage/export',
    { schema: exportSpendingSchema, config: forRole('reader', 'validation_failed') },
    async (request, reply) => {
      const { by, from, to, book, report } = await readSpending(parts, request);
      const lines = report.rows.map((row) =>
        csvLine([
          row.name,
          row.label,
          row.tasks,
          row.succeeded,
          row.failed,
          formatCredits(row.credits),
          formatCredits(row.held),
        ]),
      );
      reply.header('content-type', 'text/csv; charset=utf-8');
      const name = `reelay-usage-${book}-by-${by.replace(/[^\w.-]/g, '_')}-${from}-to-${to}.csv`;
      reply.header('content-disposition', `attachment; filename="${name}"`);
      return reply.send([csvLine(COLUMNS), ...lines].join(''));
    },
  );
  app.get(
    '/usage/keys',
    { schema: keyDaysSchema, config: forRole('reader', 'validation_failed') },
    async (request, reply) => {
      const { days } = readQuery(request, keyDaysSchema.querystring);
      const { accountId } = callerOf(request);
      const found = await usage.keyDays({ accountId, days, nowMs: clock() });
      return send(reply, {
        items: found.map((key) => ({ id: key.keyId, credits: key.credits.map(toCredits) })),
      });
    },
  );
  app.get(
    '/statement',
    { schema: accountStatementSchema, config: forRole('reader', 'validation_failed') },
    async (request, reply) => {
      const { task: taskId, ...page } = readQuery(request, accountStatementSchema.querystring);
      const { after: before, limit } = withOneMore(page);
      const { accountId, mode: book } = callerOf(request);
      const rows = await credits.statement({ accountId, book, before, limit, taskId });
      return send(
        reply,
        presentPage(rows, page, (row) => ({
          id: row.id,
          kind: row.kind,
          credits: toCredits(row.amount),
          balance: toCredits(row.balance),
          task_id: row.task_id,
          reason: row.reason,
          created_at: row.created_at.toISOString(),
        })),
      );
    },
  );
}

interface SpendingReport {
  by: string;
  from: string;
  to: string;
  book: string;
  report: Spending;
}

async function readSpending({ usage, clock }: UsageParts, request: FastifyRequest): Promise<SpendingReport> {
  const { by, from: givenFrom, to: givenTo, key: keyId } = readQuery(request, spendingSchema.querystring);
  const { accountId, mode: book } = callerOf(request);
  const to = givenTo ?? dayOf(new Date(clock()));
  const end = new Date(Date.parse(to) + DAY_MS);
  const from = givenFrom ?? dayOf(new Date(end.getTime() - USUAL_DAYS * DAY_MS));
  const start = new Date(from);
  const days = (end.getTime() - start.getTime()) / DAY_MS;
  if (days < 1 || days > DAYS_MAX)
    throw refuseFaults([`from: must be at most ${DAYS_MAX} days before to, and not after it`]);
  const report = await usage.spending({ accountId, book, group: groupOf(by), from: start, to: end, keyId });
  return { by, from, to, book, report };
}

function groupOf(by: string): SpendingGroup {
  const known = GROUPS.find((group) => group === by);
  if (known !== undefined) return known;
  const metadata = by.startsWith(METADATA) ? by.slice(METADATA.length) : '';
  if (metadata !== '') return { metadata };
  throw refuseFaults([`by: must be one of ${GROUPS.join(', ')}, or metadata. and a name`]);
}

function presentRow(row: SpendingRow) {
  return { ...row, credits: toCredits(row.credits), held: toCredits(row.held) };
}
