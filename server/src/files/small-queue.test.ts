import { expect, it } from 'vitest';
import type { SmallPictureJob } from '../../../draft/small-pictures.ts';
import { SmallQueue } from './small-queue.ts';

function jobOf(name: string): SmallPictureJob {
  const size = { width: 1, height: 1, bytesMax: 1 };
  return { kind: 'image', path: name, outPath: `${name}.jpg`, size, fit: 'inside' };
}

it('gives each account its turn, one process at a time, and refuses what is too much of one', async () => {
  const batches: string[][] = [];
  let atOnce = 0;
  const queue = new SmallQueue(async (jobs) => {
    atOnce += 1;
    expect(atOnce).toBe(1);
    batches.push(jobs.map(({ path }) => path));
    await new Promise(setImmediate);
    atOnce -= 1;
    return jobs.map(({ path }) => (path === 'small-0' ? 'broken' : undefined));
  });
  const many = Array.from({ length: 70 }, (_, at) => queue.make('large', jobOf(`large-${at}`)));
  const small = queue.make('small', jobOf('small-0'));
  const outcomes = await Promise.allSettled(many);
  expect(await small).toBe('broken');
  expect(batches[1]).toContain('small-0');
  expect(batches.every((batch) => batch.length <= 8)).toBe(true);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(5);
});
