import { describe, expect, it } from 'vitest';
import { batched } from './batched.ts';
import { AnswerLost, repeatLost, repeatRead } from './lost-answers.ts';
import { isDatabaseDown } from './pool.ts';

/** A write that fails with each of these in turn and then succeeds; it records whether each run was a repeat. */
function writeThat(failures: (Error | { code: string })[]) {
  const repeats: boolean[] = [];
  const left = [...failures];
  return {
    repeats,
    run: async (isRepeat: boolean) => {
      repeats.push(isRepeat);
      const failure = left.shift();
      if (failure) throw failure;
      return 'done';
    },
  };
}

const LOST = [
  new Error('Connection terminated unexpectedly'),
  new Error('Query read timeout'),
  Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
  Object.assign(new Error('cancelled'), { code: '57014' }),
  Object.assign(new Error('ended'), { code: '57P01' }),
];
const UNWRITTEN = [
  Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  Object.assign(new Error('read-only'), { code: '25006' }),
  Object.assign(new Error('full'), { code: '53300' }),
  Object.assign(new Error('locked'), { code: '55P03' }),
  new Error('timeout exceeded when trying to connect'),
];

describe('A1: a write whose answer is lost', () => {
  it.each(LOST)('is run again, marked as a repeat: $message', async (failure) => {
    const write = writeThat([failure]);
    expect(await repeatLost(write.run)).toBe('done');
    expect(write.repeats).toEqual([false, true]);
  });

  it('is run again while nothing can be found out, even when the server cannot be reached by then', async () => {
    const write = writeThat([LOST[0], UNWRITTEN[0], UNWRITTEN[3]]);
    expect(await repeatLost(write.run)).toBe('done');
    expect(write.repeats).toEqual([false, true, true, true]);
  });

  it('ends with AnswerLost, an outage, when it cannot be found out', async () => {
    const write = writeThat([LOST[0], ...Array.from({ length: 9 }, () => UNWRITTEN[0])]);
    const error = await repeatLost(write.run).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AnswerLost);
    expect([isDatabaseDown(error), (error as Error).cause]).toEqual([true, UNWRITTEN[0]]);
    expect(write.repeats).toHaveLength(5);
  });

  it('if it was a read, is an outage like any other', async () => {
    const { run } = writeThat(Array.from({ length: 9 }, () => LOST[0]));
    await expect(repeatRead(() => run(false))).rejects.toBe(LOST[0]);
  });

  it('is not run again when a repeat is refused', async () => {
    const refusal = new Error('no');
    await expect(repeatLost(writeThat([LOST[0], refusal]).run)).rejects.toBe(refusal);
  });

  it.each(UNWRITTEN)('is not run again when it certainly was not committed: $message', async (failure) => {
    const write = writeThat([failure]);
    await expect(repeatLost(write.run)).rejects.toBe(failure);
    expect(write.repeats).toEqual([false]);
  });

  it('is repeated as a batch, and one by one only when the batch is refused', async () => {
    const calls: [number[], boolean][] = [];
    const failures = [LOST[0], new Error('a bad item')];
    const call = batched<number, number>(async (items, isRepeat) => {
      calls.push([items, isRepeat]);
      const failure = failures.shift();
      if (failure) throw failure;
      return items;
    });
    expect(await Promise.all([1, 2].map(call))).toEqual([1, 2]);
    expect(calls).toEqual([
      [[1, 2], false],
      [[1, 2], true],
      [[1], true],
      [[2], true],
    ]);
  });
});
