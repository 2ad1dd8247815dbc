// The proof of unknown outcomes, small: every step of the protocol and a death at every failpoint, with a few
// hundred orders. `npm run proof:unknown` is the same with ten thousand, and with deaths at every statement.
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import { findUnmet } from './cases.ts';
import { check, readStories } from './checker.ts';
import { runProof } from './run.ts';
import { WIRE_STEPS } from './steps.ts';

const CREATES = 300;

const database = await createTestDatabase();

it('a start whose outcome is unknown is never made twice, and every task ends with its hold settled', async () => {
  const reported: string[] = [];
  const seed = Math.floor(performance.timeOrigin % 1e9);
  const { evidence, deaths, statements } = await runProof({
    databaseUrl: database.url,
    creates: CREATES,
    size: 'small',
    unknownMinutes: 0.1,
    seed,
    report: (line) => reported.push(line),
  });
  expect(check(evidence), `seed ${seed}\n${reported.join('\n')}`).toEqual([]);
  expect(evidence.orders.length).toBeGreaterThanOrEqual(CREATES);

  // What would make the proof empty: no trouble met, nothing found, nothing given up, nothing killed.
  const stories = readStories(evidence);
  const rows = new Set(stories.map(({ order }) => order.row));
  const quick = WIRE_STEPS.filter(({ isLong }) => !isLong).map(({ title }) => title);
  expect(quick.filter((title) => !rows.has(title))).toEqual([]);
  expect(findUnmet(stories), reported.join('\n')).toEqual([]);
  const places = new Set(deaths.map(({ place }) => place));
  expect(places).toContain('after-start');
  expect(places.size).toBeGreaterThanOrEqual(10);
  expect(statements.died.length).toBeGreaterThan(0);
});
