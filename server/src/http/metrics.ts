// Figures for Prometheus. Those of the process are counted as they happen; those of the database are read when asked.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Credentials } from '../credentials/credentials.ts';
import type { CredentialView } from '../credentials/state.ts';
import type { Files } from '../files/files.ts';
import type { Refusal } from './connections.ts';
import {
  type Figures,
  type NodeRow,
  type QueueAges,
  readFigures,
  readNodes,
  readQueueAges,
} from './metrics.store.ts';

export type { NodeRow } from './metrics.store.ts';

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const MICROS = 1e6;
const NANOS = 1e9;
const ATTEMPT_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15];

export interface Metrics {
  /** The page, with the figures of the database read now. */
  render: () => Promise<string>;
  contentType: string;
  countAnswer: (request: FastifyRequest, reply: FastifyReply) => void;
  countRefusal: (why: Refusal) => void;
  countCallback: (attempt: { outcome: string; durationMs: number }) => void;
  /** Fields of a provider's answer that could not be read and were left out. */
  countUnread: (unread: { provider: string; fields: readonly string[] }) => void;
}

/** Names of unread fields are of our schemas; should one come from an answer, it makes no series of its own. */
const UNREAD_SERIES_MAX = 500;
const FIELD_NAME = /^[\w.[\]-]{1,60}$/;

export interface MetricsOptions {
  pool: Pool;
  credentials: Credentials;
  /** Where files come in. */
  files: Pick<Files, 'readFreeBytes'>;
  /** How many tasks this process works on now. */
  running: () => number;
}

export function createMetrics({ pool, credentials, files, running }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'reelay_http_request_seconds',
    help: 'Time from the request to the end of its answer',
    labelNames: ['route', 'status'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const callbacks = new Histogram({
    name: 'reelay_callback_attempt_seconds',
    help: 'Time of one callback attempt',
    labelNames: ['outcome'],
    buckets: ATTEMPT_SECONDS,
    registers,
  });
  const countUnread = addUnreadCounter(registry);
  new Gauge({
    name: 'reelay_tasks_followed',
    help: 'Tasks that this process follows now',
    registers,
    collect() {
      this.set(running());
    },
  });
  new Gauge({
    name: 'reelay_disk_free_bytes',
    help: 'Free bytes of the disk of DATA_DIR',
    registers,
    async collect() {
      this.set(await files.readFreeBytes());
    },
  });
  const refusals = new Counter({
    name: 'reelay_connections_refused_total',
    help: 'Connections that found no place: of all, or of their address',
    labelNames: ['why'],
    registers,
  });
  const refresh = addDatabaseFigures({ pool, credentials }, registry);
  return {
    async render() {
      await refresh();
      return registry.metrics();
    },
    contentType: registry.contentType,
    countAnswer: (request, reply) => {
      const route = request.routePath || (request.routeOptions.url ?? 'none');
      const labels = { route, status: reply.statusCode };
      requests.observe(labels, reply.elapsedTime / 1000);
    },
    countUnread,
    countRefusal: (why) => refusals.inc({ why }),
    countCallback: ({ outcome, durationMs }) => callbacks.observe({ outcome }, durationMs / 1000),
  };
}

function addUnreadCounter(registry: Registry): Metrics['countUnread'] {
  const counter = new Counter({
    name: 'reelay_fields_unread_total',
    help: 'Fields of providers’ answers that could not be read and were left out',
    labelNames: ['provider', 'field'],
    registers: [registry],
  });
  const known = new Set<string>();
  return ({ provider, fields }) => {
    for (const field of fields) {
      const name = `${provider} ${field}`;
      const isNamed = known.has(name) || (known.size < UNREAD_SERIES_MAX && FIELD_NAME.test(field));
      if (isNamed) known.add(name);
      counter.inc({ provider, field: isNamed ? field : 'other' });
    }
  };
}

/** Gives the function that sets all figures of the database by one read; a scrape calls it first. */
function addDatabaseFigures(
  { pool, credentials }: Pick<MetricsOptions, 'pool' | 'credentials'>,
  registry: Registry,
): () => Promise<void> {
  const showAccounts = addAccountFigures(registry);
  const registers = [registry];
  const tasks = new Gauge({
    name: 'reelay_tasks_open',
    help: 'Open tasks',
    labelNames: ['state', 'book'],
    registers,
  });
  const oldest = new Gauge({
    name: 'reelay_task_pending_seconds',
    help: 'Age of the oldest waiting task',
    registers,
  });
  const unknown = new Gauge({
    name: 'reelay_attempts_unknown',
    help: 'Attempts whose outcome is not known',
    registers,
  });
  const unreadable = new Gauge({
    name: 'reelay_attempts_unreadable',
    help: 'Open attempts whose provider answers nothing that can be read',
    registers,
  });
  const unfetched = new Gauge({
    name: 'reelay_attempts_unfetched',
    help: 'Open attempts whose provider says that it made them, and whose files cannot be had',
    registers,
  });
  const overdue = new Gauge({
    name: 'reelay_callbacks_pending',
    help: 'Callbacks that are still to be delivered',
    registers,
  });
  const nodes = new Gauge({ name: 'reelay_nodes', help: 'Living processes', registers });
  const losses = new Gauge({
    name: 'reelay_loss_credits',
    help: 'Credits of results that were paid for and could not be charged',
    registers,
  });
  const snapshot = new Gauge({
    name: 'reelay_oldest_snapshot_seconds',
    help: 'Age of the oldest transaction with a snapshot in the database',
    registers,
  });
  const oldestEnd = new Gauge({
    name: 'reelay_oldest_ended_task_seconds',
    help: 'Time since the end of the ended task that is kept longest',
    registers,
  });
  const violations = new Gauge({
    name: 'reelay_ledger_violations',
    help: 'Rows that break an invariant of the ledger, at the last audit',
    labelNames: ['invariant'],
    registers,
  });
  const auditAge = new Gauge({
    name: 'reelay_ledger_audit_age_seconds',
    help: 'Time since the last audit',
    registers,
  });
  return async () => {
    const figures = await readFigures(pool);
    tasks.reset();
    for (const { state, book, count } of figures.open) tasks.set({ state, book }, count);
    oldest.set(figures.pendingSeconds);
    unknown.set(figures.unknownAttempts);
    unreadable.set(figures.unreadableAttempts);
    unfetched.set(figures.unfetchedAttempts);
    overdue.set(figures.pendingCallbacks);
    nodes.set(figures.nodes);
    losses.set(figures.lossMicros / MICROS);
    oldestEnd.set(figures.oldestEndSeconds);
    snapshot.set(figures.oldestSnapshotSeconds);
    violations.reset();
    for (const [invariant, count] of Object.entries(figures.violations)) violations.set({ invariant }, count);
    auditAge.set(figures.auditAgeSeconds);
    showAccounts(await credentials.list(), figures.accounts);
  };
}

/** Health and money of each provider account. Gives the function that sets them. */
function addAccountFigures(
  registry: Registry,
): (views: readonly CredentialView[], figures: Figures['accounts']) => void {
  const make = (name: string, help: string, ...labels: string[]) =>
    new Gauge({ name, help, labelNames: ['provider', 'name', ...labels], registers: [registry] });
  const ready = make('reelay_credential_ready', '1 while a provider account takes new tasks', 'state');
  const open = make('reelay_credential_open_attempts', 'Attempts open at a provider account');
  const ended = make('reelay_credential_attempts', 'Attempts that ended at a provider account', 'outcome');
  const cost = make(
    'reelay_credential_cost_usd',
    'What a provider account has cost, by the prices of the offers',
  );
  const balance = make(
    'reelay_credential_balance',
    'What the provider said was left at its last test',
    'unit',
  );
  return (views, figures) => {
    for (const gauge of [ready, open, ended, cost, balance]) gauge.reset();
    const byId = new Map(figures.map((figure) => [figure.id, figure]));
    for (const { id, provider, name, state, balance: left } of views) {
      const labels = { provider, name };
      const figure = byId.get(id);
      ready.set({ ...labels, state }, state === 'ready' ? 1 : 0);
      open.set(labels, figure?.open ?? 0);
      ended.set({ ...labels, outcome: 'succeeded' }, figure?.succeeded ?? 0);
      ended.set({ ...labels, outcome: 'failed' }, figure?.failed ?? 0);
      cost.set(labels, (figure?.cost_nanos ?? 0) / NANOS);
      if (left) balance.set({ ...labels, unit: left.unit }, left.amount);
    }
  };
}

/** The figures of the metrics page and the ages of the queues, for people. */
export async function readInstallation(pool: Pool): Promise<Figures & QueueAges> {
  const [figures, ages] = await Promise.all([readFigures(pool), readQueueAges(pool)]);
  return { ...figures, ...ages };
}

/** The processes that share the database, the oldest first. */
export function listNodes(pool: Pool): Promise<NodeRow[]> {
  return readNodes(pool);
}
