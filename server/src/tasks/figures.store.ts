// Figures over all tables for the metrics page, and the result of the last audit of the ledger.
import type { Pool } from 'pg';

export interface Figures {
  open: { state: string; book: string; count: number }[];
  pendingSeconds: number;
  unknownAttempts: number;
  pendingCallbacks: number;
  nodes: number;
  violations: Record<string, number>;
  /** Negative when there was no audit yet. */
  auditAgeSeconds: number;
}

interface AuditResult {
  at: number;
  violations: Record<string, number>;
}

const AUDIT_SETTING = 'ledger_audit';

export async function readFigures(pool: Pool): Promise<Figures> {
  const { rows } = await pool.query(
    `select
       (select coalesce(json_agg(g), '[]') from
         (select state, book, count(*)::integer as count from tasks where due_at is not null group by 1, 2) g) as open,
       (select coalesce(extract(epoch from now() - min(created_at)), 0)::double precision
          from tasks where due_at is not null and state = 'pending') as pending_seconds,
       (select count(*)::integer from attempts where state = 'unknown') as unknown_attempts,
       (select count(*)::integer from callbacks where state = 'pending') as pending_callbacks,
       (select count(*)::integer from nodes) as nodes,
       (select value from settings where name = '${AUDIT_SETTING}') as audit,
       extract(epoch from now())::double precision as now`,
  );
  const [row] = rows;
  const audit: AuditResult | null = row.audit;
  return {
    open: row.open,
    pendingSeconds: row.pending_seconds,
    unknownAttempts: row.unknown_attempts,
    pendingCallbacks: row.pending_callbacks,
    nodes: row.nodes,
    violations: audit?.violations ?? {},
    auditAgeSeconds: audit ? row.now - audit.at : -1,
  };
}

/** Keeps the result of an audit where the metrics page of every process finds it. */
export async function saveAudit(pool: Pool, violations: Record<string, number>): Promise<void> {
  await pool.query(
    `insert into settings (name, value)
     values ('${AUDIT_SETTING}', jsonb_build_object('at', extract(epoch from now()), 'violations', $1::jsonb))
     on conflict (name) do update set value = excluded.value`,
    [JSON.stringify(violations)],
  );
}
