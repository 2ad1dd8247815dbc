import { describe, expect, it } from 'vitest';
import { createTestApi } from '../http/testing.ts';
import { asSteady, MINUTE_MS } from '../lib/time.ts';
import { UsualTimes } from './usual-times.ts';

const api = await createTestApi();
const { pool } = api.core;

async function endAfter(seconds: number, how: 'succeeded' | 'failed' = 'succeeded'): Promise<void> {
  const caller = await api.openAccount();
  const { data } = await api.create(caller);
  await api.endTask(String(data.task_id), how);
  await pool.query(`update tasks set started_at = completed_at - make_interval(secs => $2) where id = $1`, [
    data.task_id,
    seconds,
  ]);
}

describe('the usual time of a model', () => {
  it('is the median of what succeeded, by book, and is read again after a minute', async () => {
    const clock = { nowMs: 0 };
    const times = new UsualTimes({ pool, clock: asSteady(() => clock.nowMs) });
    expect((await times.of('test'))('reelay/draft-t2v')).toBeUndefined();
    for (const seconds of [2, 4, 900]) await endAfter(seconds);
    await endAfter(1, 'failed');
    expect((await times.of('test'))('reelay/draft-t2v')).toBeUndefined();
    clock.nowMs += MINUTE_MS;
    expect((await times.of('test'))('reelay/draft-t2v')).toBe(4);
    expect((await times.of('live'))('reelay/draft-t2v')).toBeUndefined();
    expect((await times.of('test'))('vidu/q1-t2v')).toBeUndefined();
  });
});
