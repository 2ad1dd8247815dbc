import { expect, test } from 'vitest';
import { saveAudit } from '../credits/credits.store.ts';
import { createTestDatabase } from '../db/testing.ts';
import { readFigures } from './metrics.store.ts';

const { pool } = await createTestDatabase();

test('what the daily audit has found stays visible while those of each minute find nothing', async () => {
  expect((await readFigures(pool)).auditAgeSeconds).toBe(-1);
  await saveAudit(pool, 'whole', { L1: 3, L4: 1 });
  await saveAudit(pool, 'recent', { L4: 2 });
  expect((await readFigures(pool)).violations).toEqual({ L1: 3, L4: 2 });
  await saveAudit(pool, 'recent', {});
  expect((await readFigures(pool)).violations).toEqual({ L1: 3, L4: 1 });
  await saveAudit(pool, 'whole', {});
  const { violations, auditAgeSeconds } = await readFigures(pool);
  expect(violations).toEqual({});
  expect(auditAgeSeconds).toBeGreaterThanOrEqual(0);
});

test('the figures do not read whole tables that grow for ever', async () => {
  const id = `lpad(to_hex(i), 32, '0')::uuid`;
  await pool.query(
    `insert into attempts (task_id, epoch, provider, state, ended_at) select ${id}, 1, 'draft', 'succeeded', now() from generate_series(1, 20000) i`,
  );
  await pool.query(
    `insert into callbacks (id, task_id, account_id, url, test_mode, state, next_try_at, completed_at)
     select ${id}, ${id}, ${id}, 'https://example.com', true, 'delivered', null, now() from generate_series(1, 20000) i`,
  );
  await pool.query('analyze attempts, callbacks');
  const countScans = async () => {
    // Each connection reports its counts by itself, when it is asked to.
    await Promise.all(
      Array.from({ length: 10 }, () => pool.query('select pg_stat_force_next_flush(), pg_sleep(0.02)')),
    );
    const { rows } = await pool.query<{ scans: bigint }>(
      `select sum(seq_tup_read)::bigint as scans from pg_stat_user_tables where relname in ('attempts', 'callbacks')`,
    );
    return rows[0].scans;
  };
  const before = await countScans();
  await readFigures(pool);
  expect(await countScans()).toBe(before);
});
