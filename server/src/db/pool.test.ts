import { describe, expect, it } from 'vitest';
import { createTestDatabase } from './testing.ts';

const database = await createTestDatabase();

describe('values', () => {
  it('reads int8 as a bigint', async () => {
    const { rows } = await database.pool.query('select 9007199254740993::int8 as amount');
    expect(rows[0].amount).toBe(9007199254740993n);
  });
});
