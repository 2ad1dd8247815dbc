// Sends callbacks in a process of its own until it is killed. Only for tests: `node testing-child.ts <url> <node id>`.
import { createJobs } from '../db/jobs.ts';
import { silentLog } from '../db/log.ts';
import { createPool } from '../db/pool.ts';
import { createGuardedFetch } from '../lib/guarded-fetch.ts';
import { steadyClock, systemClock } from '../lib/time.ts';
import { Callbacks } from './callbacks.ts';

const [, , url, nodeId] = process.argv;
const callbacks = new Callbacks({
  pool: createPool(url, { max: 2, applicationName: 'child', log: silentLog }),
  fetchPublic: createGuardedFetch({ allowLoopback: false }),
  fetchLoopback: createGuardedFetch({ allowLoopback: true }),
  loopbackAllowedFor: ['test'],
  secretKey: 'a secret of the server under test',
  renderBody: async (taskId) => ({ body: JSON.stringify({ task_id: taskId, status: 'success' }) }),
  callbacksPer10s: 1_000_000,
  clock: systemClock,
  steady: steadyClock,
  log: silentLog,
});
await createJobs({ url, handlers: callbacks.jobHandlers, nodeId, log: silentLog }).start();
