// Counts that are used again: never lower than what is open, and read again when another node had its turn.
import { describe, expect, it } from 'vitest';
import { withTransaction } from '../db/pool.ts';
import { createTestDatabase } from '../db/testing.ts';
import { newId } from '../lib/ids.ts';
import { asSteady } from '../lib/time.ts';
import { takeDispatchLock } from './dispatch.store.ts';
import { KeptLoads } from './kept-loads.ts';

const { pool } = await createTestDatabase();
const MODEL = 'a/model';
const SLOW_MS = 20;
const KEPT_MS = 9 * SLOW_MS;

/** Counts whose readings take as long as asked, by a clock that stands still otherwise. */
function openLoads(tookMs: number) {
  const at = { ms: 1 };
  const loads = new KeptLoads(
    asSteady(() => {
      at.ms += tookMs / 2;
      return at.ms - tookMs / 2;
    }),
  );
  return { loads, at };
}

async function begin(): Promise<void> {
  await pool.query(
    `insert into attempts (task_id, epoch, provider, state, account_id, key_id, model, credential_id)
     values (gen_random_uuid(), 1, 'ark', 'accepted', $1, $1, $2, $1)`,
    [newId(), MODEL],
  );
}

async function end(): Promise<void> {
  await pool.query(
    `update attempts set state = 'failed', ended_at = now()
     where task_id = (select task_id from attempts where ended_at is null limit 1)`,
  );
}

/** A round that sees the counts of the model, and begins so many of it. */
async function round(loads: KeptLoads, begun = 0): Promise<number | undefined> {
  const done = await withTransaction(pool, async (client) => {
    const number = await takeDispatchLock(client);
    if (number === undefined) throw new Error('no other round is under way');
    const kept = await loads.take(client, number);
    const seen = kept.loads.models.get(MODEL);
    kept.loads.models.set(MODEL, (seen ?? 0) + begun);
    return { kept, seen };
  });
  for (let at = 0; at < begun; at++) await begin();
  loads.keep(done.kept);
  return done.seen;
}

async function countOpen(): Promise<number> {
  const { rows } = await pool.query('select count(*)::integer as open from attempts where ended_at is null');
  return rows[0].open;
}

describe('counts that take long to read', () => {
  it('are used again with what was begun, and miss an end until their time is over', async () => {
    const { loads, at } = openLoads(SLOW_MS);
    await begin();
    await begin();
    const open = await countOpen();
    expect(await round(loads, 1)).toBe(open);
    await end();
    expect(await round(loads)).toBe(open + 1);
    const restMs = loads.restMs();
    expect(restMs).toBeGreaterThan(0);
    expect(restMs).toBeLessThan(KEPT_MS);
    at.ms += restMs;
    expect(await round(loads)).toBe(await countOpen());
    expect(loads.restMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('are read again after a round of another node, which may have begun something', async () => {
    const [one, other] = [openLoads(SLOW_MS).loads, openLoads(SLOW_MS).loads];
    await round(one);
    await round(other, 1);
    expect(await round(one)).toBe(await countOpen());
  });

  it('are read again after a round that was undone', async () => {
    const { loads } = openLoads(SLOW_MS);
    await round(loads);
    await withTransaction(pool, async (client) => {
      const number = await takeDispatchLock(client);
      await loads.take(client, Number(number));
      throw new Error('undone');
    }).catch(() => undefined);
    await end();
    expect(await round(loads)).toBe(await countOpen());
  });
});

it('counts that are quick to read are read for every round', async () => {
  const { loads } = openLoads(2);
  await begin();
  await begin();
  await round(loads);
  await end();
  expect(await round(loads)).toBe(await countOpen());
});
