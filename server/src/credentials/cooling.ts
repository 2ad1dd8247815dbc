// When an account gets no new tasks for a while, and for how long. Its tasks under way go on.
//
//   bad_credentials, quota_exhausted   at once: 60 s, doubled by each further one after a return, 1 h at most
//   rate_limited                       at once: what Retry-After says, else 5 s doubled up to 5 min
//   unavailable, timed_out, unreadable five in a row, without a success between, in one process: 15 s doubled up to 5 min
//   starts whose outcome is unknown    the same, without any answer about a job between
//   everything else                    never: it says something about the task, not about the account
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Failure, FailureReason } from '../providers/contract.ts';
import { type Cooling, meaningOf } from '../providers/failures.ts';

export interface CoolRule {
  firstSeconds: number;
  maxSeconds: number;
  /** So many troubles without a success between them. */
  inARow: number;
}

const REFUSED: CoolRule = { firstSeconds: 60, maxSeconds: 3600, inARow: 1 };
const LIMITED: CoolRule = { firstSeconds: 5, maxSeconds: 300, inARow: 1 };
/** One lost answer is everyday; an account, or its address, that answers nothing is not. */
const SILENT: CoolRule = { firstSeconds: 15, maxSeconds: 300, inARow: 5 };

const RULES: Record<Cooling, CoolRule> = { refused: REFUSED, limited: LIMITED, silent: SILENT };

function ruleOf(reason: FailureReason): CoolRule | undefined {
  const { cools } = meaningOf(reason);
  return cools === null ? undefined : RULES[cools];
}

const STREAKS_MAX = 10_000;

/** Counts the troubles of this process, so that only a cool-down, and not each trouble, is written. */
export class Streaks {
  readonly #counts = new BoundedMap<string, number>(STREAKS_MAX);

  /** The rule that applies now; undefined when nothing is to be done about this failure. */
  count(id: string, { reason }: Failure): CoolRule | undefined {
    const rule = ruleOf(reason);
    if (rule === undefined || rule.inARow === 1) return rule;
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count % rule.inARow);
    return count < rule.inARow ? undefined : rule;
  }

  /** A success ends a row. */
  end(id: string): void {
    this.#counts.delete(id);
  }
}

/** The rule for a failed test of an operator: a single failure is enough, without a row of them. */
export function ruleOfTest({ reason }: Failure): CoolRule {
  return ruleOf(reason) ?? SILENT;
}
