import { expect, test } from 'vitest';
import { readRetryAfterMs } from './retry-after.ts';

const nowMs = Date.UTC(2026, 10, 21, 12, 0, 0);

test.each([
  { field: '0', expected: 0 },
  { field: ' 120 ', expected: 120_000 },
  { field: 'Sat, 21 Nov 2026 12:01:30 GMT', expected: 90_000 },
  { field: 'Saturday, 21-Nov-26 12:01:30 GMT', expected: 90_000 },
  { field: 'Sat Nov 21 12:01:30 2026', expected: 90_000 },
  { field: 'Tue Dec  1 12:00:00 2026', expected: 864_000_000 },
  { field: 'Sat, 21 Nov 2026 12:00:60 GMT', expected: 60_000 },
  { field: 'Sat, 21 Nov 2026 11:00:00 GMT', expected: 0 },
  { field: 'Sunday, 06-Nov-94 08:49:37 GMT', expected: 0 },
  { field: '-5', expected: undefined },
  { field: '1.5', expected: undefined },
  { field: '1e3', expected: undefined },
  { field: '99999999999999999999', expected: undefined },
  { field: 'Sat, 99 Nov 2026 12:00:00 GMT', expected: undefined },
  { field: 'Sat, 31 Nov 2026 12:00:00 GMT', expected: undefined },
  { field: 'Sat, 21 Nov 2026 24:00:00 GMT', expected: undefined },
  { field: 'Sat, 21 Nov 2026 12:01:30 +0100', expected: undefined },
  { field: '2026-11-21', expected: undefined },
  { field: 'soon', expected: undefined },
  { field: '', expected: undefined },
  { field: undefined, expected: undefined },
])('Retry-After "$field" asks for $expected ms', ({ field, expected }) => {
  expect(readRetryAfterMs(field, nowMs)).toBe(expected);
});
