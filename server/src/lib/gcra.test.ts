import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Gcra } from './gcra.ts';
import { asSteady } from './time.ts';

const WINDOW_MS = 10_000;

function createRates(nowMs: () => number, callersMax = 100): Gcra {
  return new Gcra({ clock: asSteady(nowMs), windowMs: WINDOW_MS, callersMax });
}

it('never allows more than a burst and what has refilled since, whatever arrives when', () => {
  const steps = fc.array(fc.record({ afterMs: fc.nat(3_000), units: fc.integer({ min: 1, max: 12 }) }));
  const check = fc.property(steps, fc.integer({ min: 1, max: 50 }), (arrivals, max) => {
    let nowMs = 1_000;
    const rates = createRates(() => nowMs);
    let passed = 0;
    for (const { afterMs, units } of arrivals) {
      nowMs += afterMs;
      const isEnough = rates.waitMs('a', max) === 0;
      const { overMs, left } = rates.take('a', max, units);
      if (overMs === 0) passed += Math.min(units, max);
      if (units === 1) expect(isEnough).toBe(overMs === 0);
      expect(left).toBeLessThanOrEqual(max);
    }
    expect(passed).toBeLessThanOrEqual(max + ((nowMs - 1_000) / WINDOW_MS) * max + 1e-6);
  });
  fc.assert(check);
});

it('says how long to wait: then it fits, and a moment earlier it does not', () => {
  let nowMs = 0;
  const rates = createRates(() => nowMs);
  expect(rates.take('a', 10, 9)).toEqual({ left: 1, stepMs: 1_000, overMs: 0 });
  expect(rates.take('a', 10, 1).overMs).toBe(0);
  expect(rates.take('a', 10, 3).overMs).toBe(3_000);
  nowMs = 2_999;
  expect(rates.take('a', 10, 3).overMs).toBe(1);
  nowMs = 3_000;
  expect(rates.take('a', 10, 3).overMs).toBe(0);
});

it('counts beyond a burst what has happened in any case', () => {
  const rates = createRates(() => 0);
  rates.count('a', 10, 14);
  expect(rates.waitMs('a', 10)).toBe(5_000);
  expect(rates.waitMs('b', 10)).toBe(0);
});

it('does not forget an active caller because others come and go', () => {
  let nowMs = 0;
  const rates = createRates(() => nowMs);
  for (let call = 0; call < 10; call++) expect(rates.take('flood', 10).overMs).toBe(0);
  for (let other = 0; other < 10_000; other++) {
    rates.take(`other ${other}`, 10);
    if (other % 20 === 0) expect(rates.take('flood', 10).overMs).toBeGreaterThan(0);
  }
  nowMs = 1_000;
  expect(rates.take('flood', 10).overMs).toBe(0);
});
