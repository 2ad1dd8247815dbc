// The order in which drafts are rendered, on a real database and a real worker. A render is done when a test lets it.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RenderJob } from '../../../draft/job.ts';
import { RenderError, type Renderer } from '../../../draft/renderer.ts';
import { createRemote } from '../app.ts';
import { createFiles, DEFAULT_FILE_SETTINGS } from '../files/files.ts';
import { createStaging } from '../files/staging.ts';
import { createDiskStorage } from '../files/storage-disk.ts';
import { createTestApi } from '../http/testing.ts';
import type { JsonObject } from '../lib/json.ts';
import { makeMedia } from '../lib/testing-media.ts';
import { DraftProvider } from '../providers/draft/draft.ts';
import { needsRenderer, SCENARIOS, scenarioOf } from '../providers/draft/scenarios.ts';
import { Worker } from './worker.ts';

const api = await createTestApi();
const { pool, settler, changes, log, clock, catalog } = api.core;
const folder = await mkdtemp(join(tmpdir(), 'reelay-turns-'));
const settings = { ...DEFAULT_FILE_SETTINGS };
const files = createFiles({
  pool,
  storage: createDiskStorage(join(folder, 'files')),
  staging: await createStaging({ folder: join(folder, 'staging'), clock }),
  secret: 'a secret of this deployment',
  publicUrl: () => api.url,
  clock,
  settings,
});

interface Render {
  job: RenderJob;
  niceness: number | undefined;
  finish: () => void;
}

/** Renders under way, by their prompts. */
const renders = new Map<string, Render>();
let rendersBegun = 0;

const renderer: Renderer = {
  renderStills: () => Promise.reject(new Error('no picture is asked for')),
  renderSounds: () => Promise.reject(new Error('no sound is asked for')),
  async render(job, { signal, niceness }) {
    rendersBegun++;
    await new Promise<void>((resolve, reject) => {
      renders.set(job.prompt, { job, niceness, finish: resolve });
      const stop = () => reject(new RenderError({ reason: 'cancelled', message: 'stopped' }));
      signal.addEventListener('abort', stop, { once: true });
    }).finally(() => renders.delete(job.prompt));
    const videoPath = join(job.outDir, 'video.mp4');
    await mkdir(job.outDir, { recursive: true });
    await writeFile(videoPath, makeMedia('video/mp4', 2_000));
    const { width, height, seed } = job;
    return {
      videoPath,
      width,
      height,
      frames: 1,
      seed,
      encoder: 'none',
      understood: [],
      ignored: [],
      notes: [],
    };
  },
};

const worker = new Worker({
  pool,
  files,
  settler,
  changes,
  log,
  clock,
  fillInput: (model, input) => catalog.fillInput(model, input),
  modalityOf: (model) => catalog.modalityOf(model),
  callbackCopies: () => 1,
  local: new DraftProvider({
    renderer,
    fetchInput: ({ path }) => Promise.resolve({ path }),
    findEffect: () => Promise.resolve(undefined),
    workFolder: join(folder, 'work'),
    jobsMax: 1,
    shortJobsMax: 1,
    shortNiceness: 3,
    hasRoom: () => !files.isRoomLow(),
    mark: true,
  }),
  remote: createRemote(api.core),
  hooks: api.core.hooks,
  onDeadNodes: () => Promise.resolve(),
});

const patience = { interval: 20 };
const LONG = { duration: 12, resolution: '1080p' };
const SHORT = { duration: 4, resolution: '480p' };

beforeAll(() => worker.start());
afterAll(() => worker.stop());

async function create(caller: Awaited<ReturnType<typeof api.openAccount>>, input: JsonObject) {
  const model = 'template_id' in input ? 'bytedance/template' : 'reelay/draft-t2v';
  const answer = await api.create(caller, { model, input });
  expect(answer.text).toContain('task_id');
  return String(answer.data.task_id);
}

async function cancelAll({ accountId, key }: Awaited<ReturnType<typeof api.openAccount>>) {
  const { rows } = await pool.query<{ id: string }>(
    'select id from tasks where account_id = $1 and due_at is not null',
    [accountId],
  );
  const path = '/api/v1/client/job/CancelTask';
  await Promise.all(rows.map(({ id }) => api.call({ method: 'POST', path, key, body: { task_id: id } })));
}

const stateOf = async (taskId: string) => (await api.readTask(taskId)).state;
const isRendered = (prompt: string) => () => renders.has(prompt);

it('B6: renders a short draft and plays scenarios beside twenty long drafts of another account', async () => {
  const [loud, quiet] = [await api.openAccount(), await api.openAccount()];
  const first = await create(loud, { prompt: 'long 0', ...LONG });
  await expect.poll(isRendered('long 0'), patience).toBe(true);
  for (let n = 1; n < 20; n++) await create(loud, { prompt: `long ${n}`, ...LONG });
  const failing = await create(loud, { prompt: 'long too reelay:moderation', ...LONG });
  const next = await create(quiet, { prompt: 'another long', ...LONG });
  const short = await create(quiet, { prompt: 'short', ...SHORT });
  await expect.poll(isRendered('short'), patience).toBe(true);
  await expect.poll(() => stateOf(failing), patience).toBe('failed');
  expect([...renders.keys()]).toEqual(['long 0', 'short']);
  expect(renders.get('short')?.niceness).toBe(3);
  expect(renders.get('long 0')?.niceness).toBeUndefined();
  renders.get('short')?.finish();
  await expect.poll(() => stateOf(short), patience).toBe('succeeded');
  expect([await stateOf(first), await stateOf(next)]).toEqual(['running', 'pending']);
  // The place is free: now it is the turn of the account that had none.
  renders.get('long 0')?.finish();
  await expect.poll(isRendered('another long'), patience).toBe(true);
  await Promise.all([cancelAll(loud), cancelAll(quiet)]);
  await expect.poll(() => renders.size, patience).toBe(0);
});

it('B2: keeps a video for which there is no room until there is some, and begins no other render meanwhile', async () => {
  const [one, other] = [await api.openAccount(), await api.openAccount()];
  const before = rendersBegun;
  const task = await create(one, { prompt: 'kept', ...SHORT });
  await expect.poll(isRendered('kept'), patience).toBe(true);
  settings.diskFreeBytesMin = Number.MAX_SAFE_INTEGER;
  renders.get('kept')?.finish();
  await expect.poll(() => stateOf(task), patience).toBe('storing');
  await expect.poll(() => files.isRoomLow(), patience).toBe(true);
  const waiting = await create(other, { prompt: 'waits', ...SHORT });
  // A scenario was begun after it, so the worker has looked at both.
  const failing = await create(other, { prompt: 'reelay:moderation' });
  await expect.poll(() => stateOf(failing), patience).toBe('failed');
  expect([await stateOf(task), await stateOf(waiting), rendersBegun]).toEqual([
    'storing',
    'pending',
    before + 1,
  ]);
  settings.diskFreeBytesMin = 0;
  await expect.poll(() => stateOf(task), patience).toBe('succeeded');
  await expect.poll(isRendered('waits'), patience).toBe(true);
  renders.get('waits')?.finish();
  await expect.poll(() => stateOf(waiting), patience).toBe('succeeded');
  expect(rendersBegun).toBe(before + 2);
});

it('B6: a task on a test key is marked when it is created if it needs no render', async () => {
  const [test, live] = [await api.openAccount(), await api.openAccount({ mode: 'live' })];
  const template = { img_urls: ['https://example.com/a.png'], resolution: '720p' };
  const inputs: JsonObject[] = [
    ...Object.keys(SCENARIOS).map((name) => ({ prompt: `a city reelay:${name}, at night` })),
    ...Object.values(SCENARIOS).map(({ templateId }) => ({ template_id: templateId, ...template })),
    { prompt: 'reelay:lost_answer and reelay:fail' },
    { prompt: 'xreelay:fail' },
    { prompt: 'nothing', note: 'reelay:fail 999000002' },
  ];
  const isSkipped = async (caller: typeof test, input: JsonObject) => {
    const taskId = await create(caller, input);
    const { rows } = await pool.query('select skips_render from tasks where id = $1', [taskId]);
    return rows[0].skips_render;
  };
  const kept = await Promise.all(inputs.map((input) => isSkipped(test, input)));
  // Tasks that need a render have null: almost all do.
  expect(kept).toEqual(inputs.map((input) => (needsRenderer(scenarioOf(input)) ? null : true)));
  expect(kept.filter((isKept) => isKept)).toHaveLength(8);
  expect(await isSkipped(live, inputs[1])).toBeNull();
  await Promise.all([cancelAll(test), cancelAll(live)]);
});
