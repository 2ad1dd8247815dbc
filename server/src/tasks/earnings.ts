// What each model earns over what it costs.
import type { Pool } from 'pg';
import { toCredits } from '../lib/money.ts';
import { type EarningsRow, readEarnings } from './earnings.store.ts';

const NANOS = 1_000_000_000;

/** A model in the report; money in US dollars. */
export interface Earnings {
  model: string;
  tasks: number;
  succeeded: number;
  charged_credits: number;
  cost_usd: number;
  /** Successes whose cost is not known: they stand in the report as free. */
  without_cost: number;
  /** What was charged, less the cost; null while no price of a credit is given. */
  over_usd: number | null;
}

function describe(row: EarningsRow, usdPerCredit: number | undefined): Earnings {
  const credits = toCredits(row.charged);
  const cost = Number(row.cost_nanos) / NANOS;
  const over = usdPerCredit === undefined ? null : Number((credits * usdPerCredit - cost).toFixed(6));
  return {
    model: row.model,
    tasks: row.tasks,
    succeeded: row.succeeded,
    charged_credits: credits,
    cost_usd: Number(cost.toFixed(6)),
    without_cost: row.without_cost,
    over_usd: over,
  };
}

/** Of the live tasks that ended since a moment. @param usdPerCredit what callers pay for a credit. */
export async function reportEarnings(
  pool: Pool,
  { since, usdPerCredit }: { since: Date; usdPerCredit?: number | undefined },
): Promise<Earnings[]> {
  return (await readEarnings(pool, since)).map((row) => describe(row, usdPerCredit));
}
