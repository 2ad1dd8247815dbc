// Figures over many tables for the metrics page.
import type { Pool } from 'pg';
import { AUDIT_SETTINGS, type AuditResult } from '../credits/audit.ts';

export interface Figures {
  open: { state: string; book: string; count: number }[];
  pendingSeconds: number;
  unknownAttempts: number;
  /** Open, and their providers answer nothing that can be read. */
  unreadableAttempts: number;
  /** Open, made by the word of their providers, and without their files. */
  unfetchedAttempts: number;
  pendingCallbacks: number;
  nodes: number;
  /** Micro-credits that the operator had to bear, since ever. */
  lossMicros: number;
  /** Open attempts, and what was made and paid, by provider account. */
  accounts: { id: string; open: number; succeeded: number; failed: number; cost_nanos: number }[];
  /** Since the end of the ended task that is kept longest: at most the retention, if that keeps up. */
  oldestEndSeconds: number;
  /** Since the oldest transaction began whose snapshot still counts: vacuum takes away nothing that is younger. */
  oldestSnapshotSeconds: number;
  violations: Record<string, number>;
  /** Negative when there was no audit yet. */
  auditAgeSeconds: number;
}

/** By invariant the most that one of the audits has found. */
function mergeViolations(...audits: (AuditResult | null)[]): Record<string, number> {
  const merged: Record<string, number> = {};
  for (const audit of audits) {
    for (const [id, count] of Object.entries(audit?.violations ?? {})) {
      merged[id] = Math.max(merged[id] ?? 0, count);
    }
  }
  return merged;
}

export async function readFigures(pool: Pool): Promise<Figures> {
  const { rows } = await pool.query(
    // What is open is read once, however many figures come of it.
    `with waiting as materialized (
       select state, book, count(*)::integer as count, min(created_at) as first from tasks where due_at is not null
       group by 1, 2
     ), running as materialized (
       select credential_id, count(*) as open, count(*) filter (where state = 'unknown' and not is_late) as unknown,
         count(unreadable_at) as unreadable, count(made_at) as unfetched
       from attempts where ended_at is null group by 1
     ), used as materialized (
       select credential_id, sum(succeeded) as succeeded, sum(failed) as failed, sum(cost_nanos) as cost_nanos
       from credential_usage group by 1
     )
     select
       (select coalesce(json_agg(json_build_object('state', state, 'book', book, 'count', count)), '[]') from waiting) as open,
       (select coalesce(extract(epoch from now() - min(first)), 0)::double precision
          from waiting where state = 'pending') as pending_seconds,
       (select json_build_object('unknown', coalesce(sum(unknown), 0), 'unreadable', coalesce(sum(unreadable), 0),
          'unfetched', coalesce(sum(unfetched), 0)) from running) as attempts,
       (select count(*)::integer from callbacks where completed_at is null) as pending_callbacks,
       (select count(*)::integer from nodes) as nodes,
       (select coalesce(-sum(amount), 0)::double precision from transfers where kind = 'loss') as loss_micros,
       (select coalesce(json_agg(g), '[]') from
         (select c.id, coalesce(r.open, 0) as open, coalesce(u.succeeded, 0) as succeeded,
            coalesce(u.failed, 0) as failed, coalesce(u.cost_nanos, 0)::double precision as cost_nanos
          from credentials c left join running r on r.credential_id = c.id left join used u on u.credential_id = c.id
         ) g) as accounts,
       (select coalesce(extract(epoch from now() - min(xact_start)), 0)::double precision from pg_stat_activity
          where backend_xmin is not null and pid <> pg_backend_pid() and backend_type <> 'autovacuum worker'
            and (datname = current_database() or datname is null)) as snapshot_seconds,
       (select coalesce(extract(epoch from now() - min(completed_at)), 0)::double precision
          from tasks where completed_at is not null) as oldest_end_seconds,
       (select value from settings where name = '${AUDIT_SETTINGS.recent}') as audit,
       (select value from settings where name = '${AUDIT_SETTINGS.whole}') as whole_audit,
       extract(epoch from now())::double precision as now`,
  );
  const [row] = rows;
  const audit: AuditResult | null = row.audit;
  return {
    open: row.open,
    pendingSeconds: row.pending_seconds,
    unknownAttempts: row.attempts.unknown,
    unreadableAttempts: row.attempts.unreadable,
    unfetchedAttempts: row.attempts.unfetched,
    pendingCallbacks: row.pending_callbacks,
    nodes: row.nodes,
    lossMicros: row.loss_micros,
    accounts: row.accounts,
    oldestSnapshotSeconds: row.snapshot_seconds,
    oldestEndSeconds: row.oldest_end_seconds,
    violations: mergeViolations(audit, row.whole_audit),
    auditAgeSeconds: audit ? row.now - audit.at : -1,
  };
}

/** What waits, and for how long; in seconds. */
export interface QueueAges {
  oldestCallbackSeconds: number;
  /** Of callbacks and chores that are due and not begun. */
  oldestJobSeconds: number;
}

export async function readQueueAges(pool: Pool): Promise<QueueAges> {
  const { rows } = await pool.query<{ callback: number; job: number }>(
    `select
       (select coalesce(extract(epoch from now() - min(created_at)), 0)::double precision
          from callbacks where completed_at is null) as callback,
       (select coalesce(extract(epoch from now() - min(run_at)), 0)::double precision
          from graphile_worker.jobs where run_at <= now() and locked_at is null and attempts < max_attempts) as job`,
  );
  return { oldestCallbackSeconds: rows[0].callback, oldestJobSeconds: rows[0].job };
}

/** A running process. */
export interface NodeRow {
  id: string;
  host: string;
  process_id: number;
  started_at: Date;
  seen_at: Date;
  /** Tasks that it works on. */
  tasks: number;
}

const NODES_MAX = 1_000;

/** The processes that share the database, the oldest first. */
export async function readNodes(pool: Pool): Promise<NodeRow[]> {
  const { rows } = await pool.query<NodeRow>(
    `select n.id, n.host, n.process_id, n.started_at, n.seen_at,
       (select count(*)::integer from tasks t where t.node_id = n.id and t.due_at is not null) as tasks
     from nodes n order by n.started_at, n.id limit ${NODES_MAX}`,
  );
  return rows;
}
