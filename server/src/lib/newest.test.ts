import { expect, it } from 'vitest';
import { setNewest } from './newest.ts';

it('keeps the newest keys, and a key that is set again is new', () => {
  const map = new Map<string, number>();
  for (const [at, key] of ['a', 'b', 'a', 'c'].entries()) setNewest(map, key, at, 2);
  expect([...map]).toEqual([
    ['a', 2],
    ['c', 3],
  ]);
});
