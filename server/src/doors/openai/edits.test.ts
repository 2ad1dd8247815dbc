// Videos from other ones: by models that declare it, and by no other.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { Json } from '../../lib/json.ts';
import { makeMedia } from '../../lib/testing-media.ts';
import { CREATE, completeVideo, GOOD, stageOpenai, taskOf, toForm } from './testing.ts';

const EDITS = `${CREATE}/edits`;
const EXTENSIONS = `${CREATE}/extensions`;
const folder = await mkdtemp(join(inject('testServer').folder, 'models-'));
const prolonging = {
  model: 'studio/longer',
  operations: ['video-extend'],
  input_schema: {
    type: 'object',
    required: ['prompt', 'video_urls'],
    properties: {
      prompt: { type: 'string' },
      video_urls: { type: 'array', items: { type: 'string', format: 'http-url' } },
      duration: { type: 'integer', minimum: 1, maximum: 8, default: 4 },
    },
  },
  price: { kind: 'per_second', version: '1', credits: { second: 1 } },
  offers: [{ provider: 'openai-videos', params: { model: 'a/b' } }],
};
const REELAY_MODELS = join(folder, 'models.json');
await writeFile(REELAY_MODELS, JSON.stringify({ models: [prolonging] }));
const { api, call, create, countTasks, errorOf } = await stageOpenai({ REELAY_MODELS });

async function inputOf(videoId: unknown) {
  const { model, input } = await api.readTask(taskOf(videoId));
  return { model, input: JSON.parse(input) as Record<string, unknown> };
}

/** A completed video. */
async function makeSource(model: string): Promise<string> {
  const { body } = await create({ ...GOOD, model, seconds: '5' });
  await completeVideo(api, taskOf(body.id));
  return String(body.id);
}

const edit = (body: Json) => call(EDITS, { method: 'POST', body });

describe('an edit', () => {
  it('of a video without a name of a model is made by the model of the same title that edits', async () => {
    const id = await makeSource('wan/2-7-t2v');
    const answer = await edit({ prompt: 'at night', video: { id }, size: '1280x720' });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    expect(answer.body).toMatchObject({
      model: 'wan/2-7-video-edit',
      remixed_from_video_id: id,
      prompt: 'at night',
    });
    const { body: source } = await call(`${CREATE}/${id}`);
    const { model, input } = await inputOf(answer.body.id);
    expect([model, input]).toEqual([
      'wan/2-7-video-edit',
      { prompt: 'at night', resolution: '720p', aspect_ratio: '16:9', video_url: source.url },
    ]);
  });

  it('of a file is made by the model that is named, and the file is kept as an upload', async () => {
    const clip = makeMedia('video/mp4', 3_000);
    const { body, headers } = toForm([
      ['video', clip, 'a.bin'],
      ['prompt', 'at night'],
      ['model', 'runway/gen-4-aleph'],
      ['seed', '7'],
    ]);
    const answer = await call(EDITS, { method: 'POST', body, headers });
    expect([answer.status, answer.body.remixed_from_video_id]).toEqual([200, null]);
    const { input } = await inputOf(answer.body.id);
    expect(input).toEqual({ prompt: 'at night', seed: 7, video_url: expect.stringMatching(/\/uploads\//) });
    const kept = await fetch(String(input.video_url));
    expect(Buffer.from(await kept.arrayBuffer())).toEqual(Buffer.from(clip));
  });

  it('is refused in the words of this door where no model can make it', async () => {
    const id = await makeSource('reelay/draft-t2v');
    const unfinished = String((await create()).body.id);
    const before = await countTasks();
    const named = { prompt: 'a', video: { id }, model: 'wan/2-7-video-edit' };
    const cases: [Json, string, number?][] = [
      [{ prompt: 'a', video: { id } }, 'model'],
      [{ ...named, model: 'reelay/draft-t2v' }, 'model'],
      [{ ...named, model: 'sora-2' }, 'model', 404],
      [{ ...named, model: 7 }, 'model'],
      [{ ...named, prompt: null }, 'prompt'],
      [{ ...named, video: null }, 'video'],
      [{ ...named, video: 'https://e.example/a.mp4' }, 'video'],
      [{ ...named, video: { id: unfinished } }, 'video'],
      [{ ...named, size: '1x1' }, 'size'],
    ];
    for (const [body, param, status = 400] of cases) {
      const answer = await edit(body);
      expect([body, answer.status, errorOf(answer).param]).toEqual([body, status, param]);
      expect(answer.headers['x-should-retry']).toBe('false');
    }
    expect((await edit({ ...named, video: { id: 'video_1' } })).status).toBe(404);
    const picture = toForm([
      ['video', makeMedia('image/png', 300), 'a.mp4'],
      ['prompt', 'a'],
      ['model', named.model],
    ]);
    const wrong = await call(EDITS, { method: 'POST', ...picture });
    expect([wrong.status, errorOf(wrong).param]).toEqual([400, 'video']);
    expect(await countTasks()).toBe(before);
  });

  it('never takes the video of another account', async () => {
    const id = await makeSource('wan/2-7-t2v');
    const other = await api.openAccount();
    const headers = { authorization: `Bearer ${other.key}` };
    const answer = await call(EDITS, { method: 'POST', body: { prompt: 'a', video: { id } }, headers });
    expect([answer.status, errorOf(answer).code]).toEqual([404, 'not_found']);
  });
});

it('an extension is made by a model that prolongs videos, and refused by every other', async () => {
  const id = await makeSource('reelay/draft-t2v');
  const body = { prompt: 'on', seconds: '8', video: { id } };
  const refused = await call(EXTENSIONS, { method: 'POST', body });
  expect([refused.status, errorOf(refused)]).toMatchObject([
    400,
    { param: 'model', message: expect.stringContaining('studio/longer does') },
  ]);
  const answer = await call(EXTENSIONS, { method: 'POST', body: { ...body, model: 'studio/longer' } });
  expect([answer.status, answer.body.seconds, answer.body.remixed_from_video_id]).toEqual([200, '8', id]);
  const { body: source } = await call(`${CREATE}/${id}`);
  expect((await inputOf(answer.body.id)).input).toEqual({
    prompt: 'on',
    duration: 8,
    video_urls: [source.url],
  });
});
