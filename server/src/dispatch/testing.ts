// Claims tasks as a worker does, without the work. Only for tests.
import type { Pool, PoolClient } from 'pg';
import { withTransaction } from '../db/pool.ts';
import { pause } from '../lib/time.ts';
import type { TaskRow } from '../tasks/task.ts';
import { type Assignment, claimAssigned, readCandidates, takeDispatchLock } from './dispatch.store.ts';

interface TestClaim {
  nodeId: string;
  limit: number;
  leaseMs: number;
}

/** Takes up to `limit` due tasks for a node, assigned to the built-in renderer. */
export async function claimTasks(pool: Pool, claim: TestClaim): Promise<TaskRow[]> {
  for (;;) {
    const rows = await withTransaction(pool, (client) => tryClaim(client, claim));
    if (rows) return rows;
    await pause(2);
  }
}

async function tryClaim(client: PoolClient, { limit, ...claim }: TestClaim): Promise<TaskRow[] | undefined> {
  if (!(await takeDispatchLock(client))) return undefined;
  const candidates = await readCandidates(client, { queueMax: limit, fullKeys: [] });
  const assignments = candidates.slice(0, limit).map(
    ({ id, live_provider, live_state }): Assignment =>
      live_provider === null || live_state === 'assigned'
        ? {
            taskId: id,
            kind: 'local',
            provider: 'draft',
            offer: 'draft',
            usualSeconds: 60,
            needsRender: true,
          }
        : { taskId: id, kind: 'resume', provider: live_provider },
  );
  if (assignments.length === 0) return [];
  const tasks = await claimAssigned(client, { ...claim, assignments });
  return tasks.map(({ assignment: _assignment, ...row }) => row);
}
