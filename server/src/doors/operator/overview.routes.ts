// How the whole installation is: the figures of the metrics page for people, and its processes.
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Credentials } from '../../credentials/credentials.ts';
import { listNodes, type NodeRow, readInstallation } from '../../http/metrics.ts';
import { toCredits } from '../../lib/money.ts';
import { share } from '../../lib/share.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import { send } from '../plain.ts';
import type { Presented } from '../plain-schemas.ts';
import { forOperator } from './answer.ts';
import { type node, nodesSchema, type overview, overviewSchema } from './overview.schemas.ts';

export interface OverviewParts {
  pool: Pool;
  catalog: Catalog;
  credentials: Credentials;
}

export function registerOverviewRoutes(app: FastifyInstance, parts: OverviewParts): void {
  const look = share(() => readOverview(parts));
  app.get('/overview', { schema: overviewSchema, config: forOperator() }, async (_request, reply) =>
    send(reply, await look()),
  );
  app.get('/nodes', { schema: nodesSchema, config: forOperator() }, async (_request, reply) =>
    send(reply, { items: (await listNodes(parts.pool)).map(presentNode), next: null }),
  );
}

async function readOverview({
  pool,
  catalog,
  credentials,
}: OverviewParts): Promise<Presented<typeof overview>> {
  const [figures, views, { maintenance }] = await Promise.all([
    readInstallation(pool),
    credentials.list(),
    catalog.statuses(),
  ]);
  return {
    violations: Object.entries(figures.violations)
      .filter(([, count]) => count > 0)
      .map(([invariant, count]) => ({ invariant, count })),
    audit_age_seconds: figures.auditAgeSeconds < 0 ? null : figures.auditAgeSeconds,
    open: figures.open.map(({ state, book, count }) => ({
      state,
      book: book === 'live' ? 'live' : 'test',
      count,
    })),
    oldest_waiting_seconds: figures.pendingSeconds,
    unknown: figures.unknownAttempts,
    unreadable: figures.unreadableAttempts,
    unfetched: figures.unfetchedAttempts,
    callbacks_pending: figures.pendingCallbacks,
    oldest_callback_seconds: figures.oldestCallbackSeconds,
    oldest_job_seconds: figures.oldestJobSeconds,
    nodes: figures.nodes,
    losses: toCredits(BigInt(Math.round(figures.lossMicros))),
    credentials: [...Map.groupBy(views, ({ state }) => state)].map(([state, of]) => ({
      state,
      count: of.length,
    })),
    maintenance: maintenance.on,
  };
}

/** A worker as operators read it; from the command with --json too. */
export function presentNode(row: NodeRow): Presented<typeof node> {
  return {
    id: row.id,
    host: row.host,
    process_id: row.process_id,
    started_at: toUnixSeconds(row.started_at),
    seen_at: toUnixSeconds(row.seen_at),
    tasks: row.tasks,
  };
}
