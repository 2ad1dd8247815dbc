import { expect, it } from 'vitest';
import { fetchSecondsMax, judgeMissing, pauseBeforeFetch, unreadableSecondsMax } from './patience.ts';

it('A2: the pauses between two tries grow from a second to a minute, and to 15 once the task has ended', () => {
  expect([0, 1, 4, 60, 120, 3_600].map((seconds) => pauseBeforeFetch(seconds, false))).toEqual([
    1_000, 1_000, 2_000, 30_000, 60_000, 60_000,
  ]);
  expect([0, 120, 3_600].map((seconds) => pauseBeforeFetch(seconds, true))).toEqual([1_000, 60_000, 900_000]);
});

it('A2: a file is asked for no longer than its address is valid', () => {
  expect(fetchSecondsMax({ resultMinutesMax: 30, resultHours: 24 }, false)).toBe(1_800);
  expect(fetchSecondsMax({ resultMinutesMax: 300, resultHours: 1 }, false)).toBe(3_600);
  expect(fetchSecondsMax({ resultMinutesMax: 30, resultHours: 1 }, true)).toBe(3_600);
  expect(fetchSecondsMax({ resultMinutesMax: 30, resultHours: 720 }, true)).toBe(86_400);
});

it('A3: a task that cannot be read is followed for well less than its time limit', () => {
  expect(unreadableSecondsMax(15, 7_200)).toBe(900);
  expect(unreadableSecondsMax(15, 600)).toBe(300);
});

it('A2: a video is waited for to the end, a picture beside it for a minute, a refused file not at all', () => {
  const video = { isNeeded: true, isFinal: false };
  const frame = { isNeeded: false, isFinal: false };
  const at = (madeSeconds: number) => ({ madeSeconds, secondsMax: 1_800 });
  expect(judgeMissing([], at(0))).toBe('deliver');
  expect(judgeMissing([video], at(0))).toBe('wait');
  expect(judgeMissing([video, frame], at(1_799))).toBe('wait');
  expect(judgeMissing([video], at(1_800))).toBe('give_up');
  expect(judgeMissing([{ ...video, isFinal: true }, frame], at(0))).toBe('refuse');
  expect(judgeMissing([frame], at(59))).toBe('wait');
  expect(judgeMissing([frame], at(60))).toBe('deliver');
  expect(judgeMissing([{ ...frame, isFinal: true }], at(0))).toBe('deliver');
});

it('of several pictures those that came are delivered once the others are given up', () => {
  const picture = { isNeeded: true, isFinal: false };
  const at = (madeSeconds: number) => ({ madeSeconds, secondsMax: 1_800, hasOthers: true });
  expect(judgeMissing([picture], at(1_799))).toBe('wait');
  expect(judgeMissing([picture], at(1_800))).toBe('deliver');
});
