import { describe, expect, it } from 'vitest';
import { SharedRead } from './shared-read.ts';
import { asSteady } from './time.ts';

/** A read whose answers the test gives, one by one. */
function createScripted() {
  const clock = { nowMs: 1_000_000 };
  const answers: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const kept: [string, string | undefined][] = [];
  const shared = new SharedRead<string>({
    read: () => new Promise((resolve, reject) => answers.push({ resolve, reject })),
    clock: asSteady(() => clock.nowMs),
    keepMs: 900,
    onKept: (value, before) => kept.push([value, before]),
  });
  return { clock, answers, kept, shared };
}

describe('a shared read', () => {
  it('is one for all callers of a moment, and is kept from its beginning', async () => {
    const { clock, answers, shared } = createScripted();
    const calls = [shared.current(), shared.current()];
    clock.nowMs += 500;
    answers[0].resolve('one');
    expect(await Promise.all(calls)).toEqual(['one', 'one']);
    clock.nowMs += 399;
    expect(await shared.current()).toBe('one');
    expect(shared.fresh).toEqual({ value: 'one' });
    clock.nowMs += 1;
    expect(shared.fresh).toBeUndefined();
    const next = shared.current();
    answers[1].resolve('two');
    expect(await next).toBe('two');
  });

  it('is made again after a change, even when one from before the change is under way', async () => {
    const { answers, kept, shared } = createScripted();
    const before = shared.current();
    shared.forget();
    const after = shared.current();
    answers[1].resolve('new');
    answers[0].resolve('old');
    expect([await before, await after]).toEqual(['old', 'new']);
    expect(await shared.current()).toBe('new');
    expect(kept).toEqual([['new', undefined]]);
  });

  it('returns the value that was kept before, even after it was forgotten', async () => {
    const { answers, kept, shared } = createScripted();
    const first = shared.current();
    answers[0].resolve('one');
    await first;
    shared.forget();
    const second = shared.current();
    answers[1].resolve('two');
    await second;
    expect(kept).toEqual([
      ['one', undefined],
      ['two', 'one'],
    ]);
  });

  it('that fails is not kept, and the next call reads again', async () => {
    const { answers, shared } = createScripted();
    const failed = shared.current();
    answers[0].reject(new Error('down'));
    await expect(failed).rejects.toThrow('down');
    const next = shared.current();
    answers[1].resolve('up');
    expect(await next).toBe('up');
  });
});
