import { expect, test } from 'vitest';
import { Watchers } from './watchers.ts';

test('places are limited for one account and for all, and become free again', () => {
  const watchers = new Watchers({ max: 3, accountMax: 2 });
  const first = watchers.take('a');
  expect([first, watchers.take('a')]).not.toContain(undefined);
  expect(watchers.take('a')).toBeUndefined();
  expect(watchers.take('b')).toBeDefined();
  expect(watchers.take('c')).toBeUndefined();
  first?.();
  expect(watchers.take('c')).toBeDefined();
});
