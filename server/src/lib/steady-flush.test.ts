import { expect, test } from 'vitest';
import { FLUSH_STEP_BYTES, SteadyFlush } from './steady-flush.ts';

const TURNS = 5;

/** Files whose flushes take a few turns of the event loop; `most` is how many of them were under way at once. */
function countFlushes() {
  const counts = { underWay: 0, most: 0, done: 0 };
  const flush = async () => {
    counts.underWay++;
    counts.most = Math.max(counts.most, counts.underWay);
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
    counts.underWay--;
    counts.done++;
  };
  return { counts, flush };
}

test('a file is flushed once a step, and a small one not at all', async () => {
  const { counts, flush } = countFlushes();
  const large = new SteadyFlush(flush);
  for (let piece = 0; piece < 64; piece++) await large.wrote(FLUSH_STEP_BYTES / 16);
  const small = new SteadyFlush(flush);
  await small.wrote(FLUSH_STEP_BYTES - 1);
  expect(counts.done).toBe(4);
});

test('B2: the steps of many files go one after the other, and one that fails delays no other', async () => {
  const { counts, flush } = countFlushes();
  const failing = new SteadyFlush(() => Promise.reject(new Error('EIO')));
  const files = Array.from({ length: 8 }, () => new SteadyFlush(flush));
  const outcomes = await Promise.allSettled([
    failing.wrote(FLUSH_STEP_BYTES),
    ...files.map((file) => file.wrote(FLUSH_STEP_BYTES)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', ...files.map(() => 'fulfilled')]);
  expect(counts).toEqual({ underWay: 0, most: 1, done: 8 });
});
