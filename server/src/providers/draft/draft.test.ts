import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Renderer } from '../../../../draft/renderer.ts';
import { pause } from '../../lib/time.ts';
import type { Reference, StartRequest } from '../contract.ts';
import { type DraftOptions, DraftProvider } from './draft.ts';

const folder = await mkdtemp(join(tmpdir(), 'reelay-draft-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Renders nothing and continues until it is stopped. */
const endless: Renderer = {
  render: (_job, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
  renderStills: () => Promise.reject(new Error('no picture is asked for')),
  renderSounds: () => Promise.reject(new Error('no sound is asked for')),
};

function createDraft(options: Partial<DraftOptions> = {}): DraftProvider {
  return new DraftProvider({
    renderer: endless,
    fetchInput: ({ path }) => Promise.resolve({ path }),
    findEffect: () => Promise.resolve(undefined),
    workFolder: join(folder, 'work'),
    jobsMax: 1,
    shortJobsMax: 0,
    mark: true,
    ...options,
  });
}

function request(input: StartRequest['input'], epoch = 1): StartRequest {
  const token = `rl-task-${epoch}`;
  return {
    taskId: 'task',
    epoch,
    token,
    model: 'reelay/draft-t2v',
    input,
    params: {},
    testMode: true,
    intentAtMs: 0,
  };
}

async function begin(draft: DraftProvider, input: StartRequest['input'], epoch = 1): Promise<Reference> {
  const outcome = await draft.start(request(input, epoch));
  if (outcome.type !== 'accepted') throw new Error(`it was ${outcome.type}`);
  return outcome.reference;
}

test("a fault of Reelay's own disk, database or storage becomes an outcome, is reported, and costs no slot", async () => {
  const faults: unknown[] = [];
  const broken = new Error('connection lost');
  const draft = createDraft({
    fetchInput: () => Promise.reject(broken),
    onFault: (error) => faults.push(error),
  });
  const reference = await begin(draft, { img_urls: ['https://example.com/a.png'], template_id: '1' });
  // Nothing listens yet: a rejection would end the process here.
  await expect.poll(() => faults).toEqual([broken]);
  await draft.changed(reference);
  const outcome = await draft.poll(reference);
  expect(outcome).toMatchObject({ type: 'failed', failure: { reason: 'unavailable' } });
  expect(JSON.stringify(outcome)).not.toContain('connection lost');
  await draft.forget(reference);
  expect(draft.freeSlots().any).toBe(1);
});

test('a waiting job is stopped at once, and the next one gets its turn', async () => {
  const draft = createDraft();
  const first = await begin(draft, { prompt: 'a city' }, 1);
  const second = await begin(draft, { prompt: 'a lake' }, 2);
  const third = await begin(draft, { prompt: 'a hill' }, 3);
  await Promise.race([
    draft.cancel(second),
    pause(2_000).then(() => {
      throw new Error('the cancel waited for the render before it');
    }),
  ]);
  expect(await draft.poll(second)).toMatchObject({ type: 'failed', failure: { reason: 'cancelled' } });
  await draft.forget(first);
  expect(await draft.poll(third)).toMatchObject({ type: 'running' });
  await draft.forget(third);
  await draft.forget(second);
  expect(draft.freeSlots().any).toBe(1);
  expect(existsSync(join(folder, 'work'))).toBe(true);
});
