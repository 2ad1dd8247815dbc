import { describe, expect, it } from 'vitest';
import { fromState, madeWithoutFile, succeeded } from './states.ts';

const see = (word: string) =>
  fromState({
    word,
    words: { waiting: 'queued', running: 'running', done: 'succeeded' },
    succeeded: () => succeeded({ outputs: [], usage: {}, modelVersion: 'm' }),
    failed: () => ({ reason: 'failed', message: 'It broke' }),
  });

describe('A3: the word of a state', () => {
  it.each([
    ['waiting', 'queued'],
    ['RUNNING', 'running'],
    [' Done ', 'unanswered'],
    ['failed', 'failed'],
    ['FAILED', 'failed'],
  ])('%j is %s', (word, type) => {
    expect(see(word).type).toBe(type);
  });

  it.each([
    ['canceled', 'cancelled'],
    ['Cancelled', 'cancelled'],
    ['expired', 'timed_out'],
  ])('%j is an end at every provider', (word, reason) => {
    expect(see(word)).toMatchObject({ type: 'failed', failure: { reason } });
  });

  it.each(['paused', 'constructor', ''])('%j, which is not known, is reported as it stands', (word) => {
    expect(see(word)).toMatchObject({ type: 'unanswered', failure: { reason: 'unreadable', code: word } });
    expect(see(word)).not.toHaveProperty('failure.isMade');
  });
});

it('A3: a success without a file still means that a video was made', () => {
  expect(see('done')).toEqual(madeWithoutFile());
  expect(madeWithoutFile()).toMatchObject({
    type: 'unanswered',
    failure: { reason: 'unreadable', isMade: true },
  });
});
