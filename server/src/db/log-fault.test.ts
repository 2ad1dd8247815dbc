import { expect, it } from 'vitest';
import { createLog } from '../lib/log.ts';
import { silentLog } from './log.ts';
import { logFault } from './log-fault.ts';
import { createPool } from './pool.ts';

it('a missing database is a warning, anything else an error', async () => {
  const printed: string[] = [];
  const log = createLog('debug', {}, { write: (line: string) => void printed.push(line) });
  // Nothing listens at port 1.
  const pool = createPool('postgres://nobody@127.0.0.1:1/none', {
    max: 1,
    applicationName: 'test',
    log: silentLog,
  });
  const absent = await pool.query('select 1').catch((error: unknown) => error);
  logFault(log, absent, { taskId: 'a' }, 'task.follow_failed');
  logFault(log, new TypeError('broken'), { taskId: 'b' }, 'task.follow_failed');
  await pool.end();
  expect(printed.map((line) => JSON.parse(line))).toMatchObject([
    { level: 40, taskId: 'a', msg: 'task.follow_failed' },
    { level: 50, taskId: 'b', err: { message: 'broken' }, msg: 'task.follow_failed' },
  ]);
});
