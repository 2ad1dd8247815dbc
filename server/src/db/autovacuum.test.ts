import { expect, it } from 'vitest';
import { createTestDatabase } from './testing.ts';

const { pool } = await createTestDatabase();

it.each(['tasks', 'attempts', 'task_events', 'transfers', 'files', 'callbacks', 'deliveries', 'usage_days'])(
  '%s, which grows with tasks, is vacuumed and counted after a number of changes and not after a share of the table',
  async (table) => {
    const { rows } = await pool.query<{ name: string; value: string }>(
      `select o.option_name as name, o.option_value as value
       from pg_class c, pg_options_to_table(c.reloptions) o where c.oid = $1::regclass`,
      [table],
    );
    const options = new Map(rows.map(({ name, value }) => [name, Number(value)]));
    for (const work of ['vacuum', 'analyze']) {
      expect(options.get(`autovacuum_${work}_scale_factor`)).toBe(0);
      expect(options.get(`autovacuum_${work}_threshold`)).toBeLessThanOrEqual(200_000);
    }
  },
);
