import { expect, it } from 'vitest';
import { ByteRoom } from './byte-room.ts';

/** Whether a promise has resolved by now. */
async function isGranted(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<boolean>((done) => setImmediate(done, false))]);
}

it('grants at once what it has, and lets the rest wait until something is released', async () => {
  const room = new ByteRoom(100);
  const [one, other, third] = [room.share(), room.share(), room.share()];
  await one.take(60);
  const waits = other.take(60);
  const behind = third.take(10);
  expect(await isGranted(waits)).toBe(false);
  // Small ones do not overtake, or a large one would wait for ever.
  expect(await isGranted(behind)).toBe(false);
  one.giveBack();
  await Promise.all([waits, behind]);
  expect(room.takenBytes).toBe(70);
  other.giveBack();
  third.giveBack();
  expect(room.takenBytes).toBe(0);
});

it('gives all of it to one that wants more than there is', async () => {
  const room = new ByteRoom(100);
  const [small, huge] = [room.share(), room.share()];
  await small.take(1);
  const waits = huge.take(1_000_000);
  expect(await isGranted(waits)).toBe(false);
  small.giveBack();
  await waits;
  expect(room.takenBytes).toBe(100);
});

it('frees only once what is released twice, and removes one that gave up from the queue', async () => {
  const room = new ByteRoom(100);
  const [one, gone, last] = [room.share(), room.share(), room.share()];
  await one.take(100);
  const never = gone.take(100);
  const waits = last.take(100);
  gone.giveBack();
  one.giveBack();
  one.giveBack();
  await waits;
  expect(room.takenBytes).toBe(100);
  expect(await isGranted(never)).toBe(false);
  last.giveBack();
  room.share().giveBack();
  expect(room.takenBytes).toBe(0);
});
