import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveRange } from './byte-range.ts';

describe('resolveRange', () => {
  it.each([
    [undefined, 'whole'],
    ['bytes=0-4', { start: 0, end: 4 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=9-9', { start: 9, end: 9 }],
    ['bytes=0-999', { start: 0, end: 9 }],
    ['Bytes= 0 - 4', { start: 0, end: 4 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=99-120', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=4-2', 'whole'],
    ['bytes=0-1,4-5', 'whole'],
    ['bytes=-', 'whole'],
    ['items=0-4', 'whole'],
    ['bytes=a-b', 'whole'],
    ['bytes=0x1-4', 'whole'],
    ['bytes=1e1-', 'whole'],
    ['bytes=99999999999999999999-', 'whole'],
    ['', 'whole'],
  ])('reads %s of ten bytes', (header, outcome) => {
    expect(resolveRange(header, 10)).toEqual(outcome);
  });

  it('finds no part in an empty file', () => {
    expect(resolveRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(resolveRange('bytes=-5', 0)).toBe('unsatisfiable');
  });

  it('never leaves the file', () => {
    const bound = fc.oneof(fc.nat(), fc.constant(''));
    fc.assert(
      fc.property(bound, bound, fc.nat(), (first, last, sizeBytes) => {
        const outcome = resolveRange(`bytes=${first}-${last}`, sizeBytes);
        if (typeof outcome === 'string') return;
        expect(outcome.start).toBeGreaterThanOrEqual(0);
        expect(outcome.start).toBeLessThanOrEqual(outcome.end);
        expect(outcome.end).toBeLessThan(sizeBytes);
      }),
    );
  });
});
