import { expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

const MAX = 100;

/** The keys from 0 to `to` that the map still has; read from the last, since each read is a use. */
function keptOf(map: BoundedMap<number, string>, to: number): number[] {
  return Array.from({ length: to }, (_, key) => key)
    .toReversed()
    .filter((key) => map.get(key) !== undefined);
}

it('holds no more than its bound however much is written, and always the last half of it', () => {
  for (const written of [1, 49, 50, 51, 99, 100, 101, 149, 1_000]) {
    const map = new BoundedMap<number, string>(MAX);
    for (let key = 0; key < written; key++) map.set(key, `value ${key}`);
    const kept = keptOf(map, written);
    expect(kept.length).toBeLessThanOrEqual(MAX);
    const last = Array.from({ length: Math.min(written, MAX / 2) }, (_, at) => written - 1 - at);
    expect(kept.slice(0, last.length)).toEqual(last);
  }
});

it('keeps an entry as long as it is used, whatever else comes and goes', () => {
  const map = new BoundedMap<number | string, string>(MAX);
  map.set('read', 'kept by reads');
  map.set('written', 'at first');
  for (let key = 0; key < 10 * MAX; key++) {
    map.set(key, '');
    if (key % 40 !== 0) continue;
    expect(map.get('read')).toBe('kept by reads');
    map.set('written', `at ${key}`);
  }
  expect(map.get('written')).toBe('at 960');
});

it('returns the last value that was written, and none that was deleted, of either generation', () => {
  const map = new BoundedMap<number, string>(MAX);
  for (let key = 0; key < 60; key++) map.set(key, 'first');
  map.set(3, 'second');
  map.delete(4);
  map.delete(59);
  expect([map.get(3), map.get(4), map.get(59), map.get(5)]).toEqual([
    'second',
    undefined,
    undefined,
    'first',
  ]);
});

it('can hold values that count as false', () => {
  const map = new BoundedMap<string, number | boolean>(2);
  map.set('zero', 0);
  expect(map.get('zero')).toBe(0);
});
