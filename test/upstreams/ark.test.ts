// The main job with a live key, at one provider: create, follow, store, charge what was used, call back.
import { expect, it } from 'vitest';
import { startUpstreams } from '../stage/upstreams.ts';

const upstreams = await startUpstreams({ emulators: { ark: {} } });
const MODEL = 'bytedance/seedance1-0-pro-t2v';

it('carries a task to its end, charges what was used and calls back', async () => {
  const before = await upstreams.balance();
  const id = await upstreams.begin(MODEL, {
    prompt: 'a cat',
    resolution: '480p',
    duration: 5,
    aspect_ratio: '1:1',
  });
  const task = await upstreams.end(id);
  expect(task).toMatchObject({ status: 'success', provider: 'ark' });
  expect(task.result?.usage).toMatchObject({ completion_tokens: 48_000 });
  expect(task.credits).toBe(24);
  const after = await upstreams.balance();
  expect(before.posted - after.posted).toBe(24_000_000n);
  expect(after.held).toBe(0n);
  const video = await fetch(task.result?.media_urls[0] ?? '');
  expect(video.status).toBe(200);
  expect(Buffer.from(await video.arrayBuffer()).toString('latin1', 4, 8)).toBe('ftyp');
  await expect.poll(() => upstreams.callbacks.length).toBe(1);
  expect(upstreams.callbacks[0].task).toEqual(task);
  expect(await upstreams.eventsOf(id)).toEqual(['attempt.accepted', 'task.succeeded']);
  expect(upstreams.emulators.get('ark')?.accepted()).toHaveLength(1);
});
