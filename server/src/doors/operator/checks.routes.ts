// What proves that the server is well: the audit of the ledger, and the checks of `reelay doctor`. They repair nothing.
import type { FastifyInstance } from 'fastify';
import type { Credits } from '../../credits/credits.ts';
import { share } from '../../lib/share.ts';
import { send } from '../plain.ts';
import type { Presented } from '../plain-schemas.ts';
import { forOperator } from './answer.ts';
import { auditSchema, examineSchema, type finding } from './checks.schemas.ts';

export interface CheckParts {
  credits: Credits;
  /** What the server needs, part by part. */
  examine(): Promise<Presented<typeof finding>[]>;
}

export function registerCheckRoutes(app: FastifyInstance, { credits, examine }: CheckParts): void {
  const audit = share(() => credits.audit());
  const look = share(examine);
  app.post('/audit', { schema: auditSchema, config: forOperator() }, async (_request, reply) =>
    send(reply, { violations: await audit() }),
  );
  app.post('/doctor', { schema: examineSchema, config: forOperator() }, async (_request, reply) =>
    send(reply, { findings: await look() }),
  );
}
