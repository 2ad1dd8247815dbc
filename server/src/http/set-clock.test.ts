// C3: the clock of the machine is set while the server runs. What lives in memory follows the steady clock, which cannot
// be set; only times that are shown move.
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { HOUR_MS, MINUTE_MS, systemClock } from '../lib/time.ts';
import { createTestApi } from './testing.ts';

const api = await createTestApi({ REELAY_READS_PER_10S: '20' });
const { catalog, pool } = api.core;
afterAll(() => vi.useRealTimers());
beforeEach(() => {
  vi.useRealTimers();
});

/** Sets the wall clock; timers and the steady clock go on. */
function step(milliseconds: number): void {
  const at = systemClock() + milliseconds;
  vi.useFakeTimers({ toFake: ['Date'], now: at });
}

const BALANCE = '/api/v1/client/account/balance';

describe.each([
  ['back by an hour', -HOUR_MS],
  ['back by ten minutes', -10 * MINUTE_MS],
  ['on by an hour', HOUR_MS],
])('C3: a clock that is set %s', (_how, milliseconds) => {
  it('C3: does not keep a disabled key alive', async () => {
    const { key, row } = await api.openAccount();
    const status = async () => (await api.call({ path: BALANCE, key })).status;
    expect(await status()).toBe(200);
    step(milliseconds);
    await pool.query('update api_keys set disabled_at = now() where id = $1', [row.id]);
    await expect.poll(status, { interval: 200 }).toBe(403);
  });

  it('C3: neither refuses the reads of a key for long nor allows it more of them', async () => {
    const { key } = await api.openAccount();
    const read = () => api.call({ path: BALANCE, key });
    const beganMs = performance.now();
    for (let call = 0; call < 20; call++) expect((await read()).status).toBe(200);
    step(milliseconds);
    const answers = [];
    for (let call = 0; call < 15; call++) answers.push(await read());
    const refilled = Math.floor((performance.now() - beganMs) / (10_000 / 20)) + 1;
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(refilled);
    for (const { status, headers } of answers)
      expect([status, Number(headers['retry-after'] ?? 1)]).toEqual([status, 1]);
  });

  it('C3: does not keep an old switch of a model', async () => {
    await catalog.statuses();
    step(milliseconds);
    await pool.query(
      `insert into model_settings (model, enabled) values ('reelay/draft-t2v', false)
       on conflict (model) do update set enabled = false`,
    );
    const caller = await api.openAccount();
    await expect.poll(async () => (await api.create(caller)).status, { interval: 200 }).toBe(505);
    await pool.query('delete from model_settings');
    await expect.poll(async () => (await api.create(caller)).status, { interval: 200 }).toBe(200);
  });
});
