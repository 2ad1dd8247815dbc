import { afterAll, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { silentLog } from './log.ts';
import { Reports } from './report-queue.ts';
import { createTestDatabase } from './testing.ts';

const { url, pool } = await createTestDatabase();
const reports = new Reports({ url, log: silentLog });
afterAll(() => reports.close());

/** A read that ends when it is let go. */
function holdRead(owner: string) {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const done = reports.read(owner, () => held);
  return { letGo, done };
}

it('a read of another account passes those that wait for their own', async () => {
  const order: string[] = [];
  const first = holdRead('large');
  const second = reports.read('large', async () => order.push('large'));
  await reports.read('small', async () => order.push('small'));
  first.letGo();
  await Promise.all([first.done, second]);
  expect(order).toEqual(['small', 'large']);
});

it('an account that asks for too many at once is refused, and others are not', async () => {
  const first = holdRead('large');
  const waiting = Array.from({ length: 100 }, () => reports.read('large', async () => undefined));
  await expect(reports.read('large', async () => undefined)).rejects.toBeInstanceOf(AppError);
  await reports.read('small', async () => undefined);
  first.letGo();
  await Promise.all([first.done, ...waiting]);
});

it('a read ends after three seconds, on connections that are not those of other requests', async () => {
  const read = await reports.read('one', async (reading) => {
    const { rows } = await reading.query("select current_setting('statement_timeout') as limit");
    return { limit: rows[0].limit, isOther: reading !== pool };
  });
  expect(read).toEqual({ limit: '3s', isOther: true });
});

it('a read that fails frees its place', async () => {
  const failed = reports.read('one', (reading) => reading.query('select 1 / 0'));
  await expect(failed).rejects.toThrow('division by zero');
  await expect(reports.read('one', async () => 1)).resolves.toBe(1);
});
