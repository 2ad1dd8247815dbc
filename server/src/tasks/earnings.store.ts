// The SQL of what each model earns: what its live tasks were charged, and what their attempts cost.
import type { Pool } from 'pg';

/** Of the live tasks of a model that ended in a time. */
export interface EarningsRow {
  model: string;
  tasks: number;
  succeeded: number;
  /** Charged, in micro-credits. */
  charged: bigint;
  /** In billionths of a US dollar, of failed attempts too, as far as it is known. */
  cost_nanos: bigint;
  /** Successes of which no provider said what was used, or whose offer has no cost. */
  without_cost: number;
}

/** The models that ended tasks since a moment, the one that was charged most first. */
export async function readEarnings(pool: Pool, since: Date): Promise<EarningsRow[]> {
  const { rows } = await pool.query<EarningsRow>(
    `select t.model, count(*)::integer as tasks,
       count(*) filter (where t.state = 'succeeded')::integer as succeeded,
       coalesce(sum(t.captured), 0)::bigint as charged, coalesce(sum(c.nanos), 0)::bigint as cost_nanos,
       count(*) filter (where t.state = 'succeeded' and c.nanos is null)::integer as without_cost
     from tasks t
     left join lateral (select sum(a.cost_nanos) as nanos from attempts a where a.task_id = t.id) c on true
     where t.book = 'live' and t.completed_at >= $1
     group by t.model order by charged desc, t.model`,
    [since],
  );
  return rows;
}
