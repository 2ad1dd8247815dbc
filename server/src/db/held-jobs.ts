// The jobs that a runner was given. A fetch whose answer is lost on the way has locked jobs that no process knows of:
// they would stand still until the library's own time is over, which is four hours.
import type { WorkerEvents } from 'graphile-worker';
import type pg from 'pg';

/** A fetch under way may have locked jobs that are not known here yet. */
const FETCH_MS_MAX = 4_000;

/** Knows which jobs a runner holds, from its fetch to its last word on them. */
export class HeldJobs {
  readonly #ids = new Set<string>();
  /** Whether a fetch of this runner has ever been answered. */
  hasFetched = false;

  constructor(events: WorkerEvents) {
    events.on('localQueue:getJobs:complete', ({ jobs }) => {
      this.hasFetched = true;
      for (const { id } of jobs) this.#ids.add(id);
    });
    events.on('localQueue:returnJobs', ({ jobs }) => {
      for (const { id } of jobs) this.#ids.delete(id);
    });
    events.on('job:complete', ({ job }) => this.#ids.delete(job.id));
  }

  /** Gives back what was locked under this name some seconds ago and is not held. The run that was lost is not counted. */
  async giveBackOthers(pool: pg.Pool, lockName: string): Promise<number> {
    const { rowCount } = await pool.query(
      `update graphile_worker._private_jobs
       set locked_by = null, locked_at = null, attempts = greatest(0, attempts - 1)
       where locked_by = $1 and locked_at < now() - $2 * interval '1 millisecond' and not id = any ($3::bigint[])`,
      [lockName, FETCH_MS_MAX, [...this.#ids]],
    );
    return rowCount ?? 0;
  }
}
