import { describe, expect, it, onTestFinished } from 'vitest';
import { EmulatorClock } from './clock.ts';
import { TimeQueue } from './heap.ts';
import { until } from './testing.ts';

function openClock(systemMs: { now: number }): EmulatorClock {
  const clock = new EmulatorClock(() => systemMs.now);
  onTestFinished(() => clock.close());
  return clock;
}

describe('the clock of an emulator', () => {
  it('follows the system until it is stopped, and continues from where it stood', () => {
    const system = { now: 1_000 };
    const clock = openClock(system);
    system.now = 1_500;
    expect(clock.now()).toBe(1_500);
    clock.setManual(true);
    system.now = 9_000;
    expect(clock.now()).toBe(1_500);
    clock.setManual(false);
    system.now = 9_100;
    expect(clock.now()).toBe(1_600);
  });

  it('runs what falls due on the way, each at its own time, even if set up meanwhile', () => {
    const clock = openClock({ now: 0 });
    const seen: string[] = [];
    clock.setManual(true);
    clock.at(20, () => seen.push(`second at ${clock.now()}`));
    clock.at(10, () => {
      seen.push(`first at ${clock.now()}`);
      clock.at(clock.now() + 5, () => seen.push(`third at ${clock.now()}`));
    });
    clock.at(40, () => seen.push('too early'));
    clock.advance(30);
    expect(seen).toEqual(['first at 10', 'third at 15', 'second at 20']);
    expect(clock.now()).toBe(30);
  });

  it('can be moved ahead while it runs', () => {
    const system = { now: 1_000 };
    const clock = openClock(system);
    const seen: number[] = [];
    clock.at(5_000, () => seen.push(clock.now()));
    clock.advance(10_000);
    system.now += 1;
    expect(seen).toEqual([5_000]);
    expect(clock.now()).toBe(11_001);
    expect(clock.isManual).toBe(false);
  });

  it('runs nothing that was cancelled', () => {
    const clock = openClock({ now: 0 });
    let runs = 0;
    const cancel = clock.at(10, () => {
      runs += 1;
    });
    cancel();
    clock.advance(20);
    expect(runs).toBe(0);
  });

  it('wakes up on its own in real time', async () => {
    const clock = new EmulatorClock();
    onTestFinished(() => clock.close());
    let runs = 0;
    clock.at(clock.now() + 10, () => {
      runs += 1;
    });
    await until(() => runs === 1);
  });
});

describe('the queue by time', () => {
  it('returns what is due, earliest first and equals in their order', () => {
    const queue = new TimeQueue<{ atMs: number; name: number }>();
    const times = Array.from({ length: 500 }, (_, index) => (index * 7_919) % 101);
    for (const [name, atMs] of times.entries()) queue.add({ atMs, name });
    const taken: { atMs: number; name: number }[] = [];
    for (let item = queue.takeDue(50); item; item = queue.takeDue(50)) taken.push(item);
    const expected = times.map((atMs, name) => ({ atMs, name })).filter(({ atMs }) => atMs <= 50);
    expect(taken).toEqual(expected.sort((one, other) => one.atMs - other.atMs || one.name - other.name));
    expect(queue.size).toBe(500 - taken.length);
  });
});
