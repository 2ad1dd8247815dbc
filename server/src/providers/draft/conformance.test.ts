// The built-in renderer under the suite that every provider passes, with a real render.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { createRenderer } from '../../../../draft/renderer.ts';
import type { JsonObject } from '../../lib/json.ts';
import { describeLocalConformance } from '../conformance-local.ts';
import { DraftProvider } from './draft.ts';
import { toRenderJob } from './map.ts';

const folder = await mkdtemp(join(tmpdir(), 'reelay-draft-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const provider = new DraftProvider({
  renderer: createRenderer({ workers: 1, timeoutMs: 60_000, niceness: 5 }),
  fetchInput: ({ path }) => Promise.resolve({ path }),
  findEffect: () => Promise.resolve(undefined),
  workFolder: join(folder, 'work'),
  jobsMax: 2,
  shortJobsMax: 0,
  mark: true,
});

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** As the provider reads an input; a template stands for its effect. */
function jobOf(input: JsonObject) {
  const seed = typeof input.seed === 'number' ? input.seed : -1;
  const effect =
    input.template_id === undefined
      ? undefined
      : { effect: String(input.template_id), durationSeconds: 1, aspectRatios: ['1:1'] };
  return toRenderJob({ input, seed, images: listOf(input.img_urls), effect, outDir: folder, mark: true });
}

describeLocalConformance({
  provider,
  jobOf,
  input: { prompt: 'a lake', resolution: '480p', aspect_ratio: '1:1', duration: 1 },
  notSent: { audio_type: 'is read only if audio is asked for' },
  async checkResult(outcome) {
    if (outcome.type !== 'succeeded') throw new Error(outcome.type);
    const [output] = outcome.success.outputs;
    if (!('path' in output)) throw new Error('a draft is a file on the disk');
    expect(output).toMatchObject({ kind: 'video', contentType: 'video/mp4' });
    expect((await readFile(output.path)).toString('latin1', 4, 8)).toBe('ftyp');
  },
});
