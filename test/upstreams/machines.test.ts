// Two machines of an operator that speak the same dialect, each with its own model, as docs/models.md
// describes them: a task goes to the machine that has its model, and nowhere else.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startEmulator } from '../../emulators/core/server.ts';
import { openaiVideosApi } from '../../emulators/openai-videos/openai-videos.ts';
import { startUpstreams } from '../stage/upstreams.ts';

const [, example = ''] =
  /```json\n([\s\S]*?)```/.exec(readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8')) ?? [];
const file = join(mkdtempSync(join(tmpdir(), 'reelay-models-')), 'models.json');
writeFileSync(file, example);

const upstreams = await startUpstreams({ emulators: {}, environment: { REELAY_MODELS: file } });
const { core } = upstreams;

async function addMachine(name: string, model: string) {
  const machine = await startEmulator(openaiVideosApi, {
    port: 0,
    settings: { engine: 'vllm-omni', model, queueMs: 20, runMs: 50 },
  });
  afterAll(() => machine.close());
  await core.credentials.add({ provider: 'openai-videos', name, fields: machine.fields });
  return machine;
}

const quick = await addMachine('gpu-a', 'Wan-AI/Wan2.1-T2V-1.3B-Diffusers');
const fine = await addMachine('gpu-b', 'Wan-AI/Wan2.2-T2V-A14B-Diffusers');

it('each makes all tasks of its own model', async () => {
  const models = ['studio/quick-t2v', 'studio/fine-t2v'];
  const ids = await Promise.all(
    Array.from({ length: 12 }, (_, at) => upstreams.begin(models[at % 2], { prompt: `a cat, ${at}` })),
  );
  for (const id of ids) expect(await upstreams.end(id)).toMatchObject({ status: 'success' });
  expect([quick.accepted().length, fine.accepted().length]).toEqual([6, 6]);
  const { rows } = await core.pool.query('select count(*)::integer as attempts from attempts');
  expect(rows[0].attempts).toBe(12);
});

it('a model whose machine is out of order is refused, even if another machine works', async () => {
  await core.credentials.change('openai-videos/gpu-b', { enabled: false });
  const refused = await upstreams.create('studio/fine-t2v', { prompt: 'a cat' });
  expect(refused.body).toMatchObject({ code: 505, error: 'model_disabled' });
  await upstreams.end(await upstreams.begin('studio/quick-t2v', { prompt: 'a cat' }));
});
