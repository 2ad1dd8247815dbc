import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { openaiVideos } from '../../server/src/providers/openai-videos/openai-videos.ts';
import type { EmulatorOptions, RunningEmulator } from '../core/emulator.ts';
import { call, get, openEmulator, type TestAnswer } from '../core/testing.ts';
import { isMp4, openAdapter } from '../core/testing-adapter.ts';
import { openaiVideosApi } from './openai-videos.ts';

const T2V = 'selfhosted/wan2-2-14b-t2v';
const I2V = 'selfhosted/wan2-2-14b-i2v';
const SGLANG_T2V = 'selfhosted/wan2-1-1b-t2v';
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB', 'base64');
const INPUT: JsonObject = { prompt: 'a boat', seed: 0 };
const DONE_MS = 2_000;

const open = (settings: EmulatorOptions['settings'] = {}) =>
  openEmulator(openaiVideosApi, { settings: { engine: 'vllm-omni', ...settings } });

/** An adapter whose pictures all have these bytes. */
function adapt(emulator: RunningEmulator, fields: Record<string, string> = {}, bytes: Uint8Array = PICTURE) {
  const adapter = openAdapter(openaiVideos, emulator, fields);
  adapter.context.readImage = async () => ({ bytes, contentType: 'image/png' });
  return adapter;
}

function post(emulator: RunningEmulator, fields: Record<string, string | Blob>): Promise<TestAnswer> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const headers = { authorization: `Bearer ${emulator.fields.api_key}` };
  return get(`${emulator.fields.base_url}/videos`, { method: 'POST', body, headers });
}

const postJson = (emulator: RunningEmulator, json: Json) => call(emulator, 'POST', '/videos', { json });

describe('vLLM-Omni', () => {
  it.each<[string, Record<string, string | Blob>]>([
    ['only a prompt', { prompt: 'a boat' }],
    [
      'its own fields',
      { prompt: 'a boat', width: '832', height: '480', num_frames: '81', fps: '16', seed: '0' },
    ],
    ['seconds and size', { prompt: 'a boat', seconds: '8', size: '1280x720' }],
    ['a picture', { prompt: 'a boat', input_reference: new Blob([PICTURE]) }],
    [
      'an address of a picture',
      { prompt: 'a boat', image_reference: '{"image_url":"https://a.example/b.png"}' },
    ],
  ])('takes %s', async (_name, fields) => {
    const emulator = await open();
    const { status, json } = await post(emulator, fields);
    expect([status, json.object, json.status]).toEqual([200, 'video', 'queued']);
    expect(emulator.accepted()).toMatchObject([{ jobId: json.id, token: 'a boat' }]);
  });

  it.each<[string, Record<string, string | Blob>, string]>([
    ['no prompt', { seconds: '4' }, 'prompt: Field required'],
    ['invalid seconds', { prompt: 'x', seconds: '0' }, 'seconds: String should match'],
    ['an invalid size', { prompt: 'x', size: 'wide' }, 'size: String should match'],
    [
      'too many steps',
      { prompt: 'x', num_inference_steps: '201' },
      'num_inference_steps: Input should be less',
    ],
    ['half a frame', { prompt: 'x', num_frames: '1.5' }, 'num_frames: Input should be a valid integer'],
    ['too much guidance', { prompt: 'x', guidance_scale: '20.5' }, 'guidance_scale: Input should be less'],
    [
      'a file that is not a picture',
      { prompt: 'x', input_reference: new Blob(['hello']) },
      'Invalid input reference',
    ],
    [
      'a reference to a stored file',
      { prompt: 'x', image_reference: '{"file_id":"1"}' },
      'Invalid input reference',
    ],
    [
      'two pictures',
      { prompt: 'x', input_reference: new Blob([PICTURE]), image_reference: '{"image_url":"x"}' },
      'not both',
    ],
  ])('refuses %s', async (_name, fields, words) => {
    const emulator = await open();
    const { status, json } = await post(emulator, fields);
    expect(status).toBe(400);
    expect((json.error as JsonObject).message).toContain(words);
    expect(emulator.accepted()).toEqual([]);
  });

  it('refuses JSON', async () => {
    expect((await postJson(await open(), { prompt: 'a boat' })).status).toBe(400);
  });

  it('reports a failed video under the status of its error', async () => {
    const emulator = await open();
    emulator.addFault({ on: 'start', kind: 'fail', json: { code: 400, message: 'no' } });
    const { json } = await post(emulator, { prompt: 'a boat' });
    emulator.advance(DONE_MS);
    const failed = await call(emulator, 'GET', `/videos/${json.id}`);
    expect([failed.status, failed.json.status, failed.json.error]).toEqual([
      400,
      'failed',
      { code: 400, message: 'no' },
    ]);
  });

  it('returns bytes only with the key, and only once it has them', async () => {
    const emulator = await open();
    const { json } = await post(emulator, { prompt: 'a boat', seconds: '2' });
    const path = `/videos/${json.id}/content`;
    expect((await call(emulator, 'GET', path)).status).toBe(404);
    emulator.advance(DONE_MS);
    expect((await get(`${emulator.fields.base_url}${path}`)).status).toBe(401);
    expect((await call(emulator, 'GET', path)).headers.get('content-type')).toBe('video/mp4');
  });

  it('lists its videos, newest first, a page at a time', async () => {
    const emulator = await open();
    await post(emulator, { prompt: 'one' });
    await post(emulator, { prompt: 'two' });
    const { json } = await call(emulator, 'GET', '/videos?limit=1');
    expect(json).toMatchObject({ data: [{ prompt: 'two' }], has_more: true });
    expect((await call(emulator, 'GET', '/videos?limit=101')).status).toBe(400);
  });
});

describe('SGLang', () => {
  it('accepts JSON, and a form only with a picture', async () => {
    const emulator = await open({ engine: 'sglang' });
    expect((await postJson(emulator, { prompt: 'x', seconds: '5', size: '832x480' })).json).toMatchObject({
      seconds: '5',
      size: '832x480',
    });
    expect((await post(emulator, { prompt: 'x', input_reference: new Blob([PICTURE]) })).status).toBe(200);
    const refused = await post(emulator, { prompt: 'x' });
    expect([refused.status, refused.json]).toEqual([
      400,
      { detail: 'input_reference or reference_url is required' },
    ]);
  });

  it.each<[JsonObject, string]>([
    [{ seconds: 5 }, 'prompt is required'],
    [{ prompt: 'x', seconds: 'five' }, 'seconds'],
    [{ prompt: 'x', size: 'wide' }, 'Invalid size format'],
  ])('refuses %j', async (json, words) => {
    const answer = await postJson(await open({ engine: 'sglang' }), json);
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toContain(words);
  });
});

describe('both behind one address', () => {
  it('accept forms and JSON, and each reports its own videos', async () => {
    const emulator = await open({ engine: 'both' });
    for (let starts = 0; starts < 2; starts++) {
      emulator.addFault({ on: 'start', kind: 'fail', json: { code: 400, message: 'no' } });
    }
    const ofForm = await post(emulator, { prompt: 'x' });
    const ofJson = await postJson(emulator, { prompt: 'x' });
    emulator.advance(DONE_MS);
    const answers = [ofForm, ofJson].map(({ json }) => call(emulator, 'GET', `/videos/${json.id}`));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([400, 200]);
  });
});

describe('an engine as strict as OpenAI', () => {
  const open4 = () => open({ engine: 'openai', model: 'sora-2' });

  it.each<[JsonObject, string, number]>([
    [{ prompt: 'x', seed: 0 }, 'unknown_parameter', 400],
    [{}, 'missing_required_parameter', 400],
    [{ prompt: 'x', seconds: 4 }, 'invalid_value', 400],
    [{ prompt: 'x', seconds: '5' }, 'invalid_value', 400],
    [{ prompt: 'x', size: '832x480' }, 'invalid_value', 400],
    [{ prompt: 'x', input_reference: 'https://a.example/b.png' }, 'invalid_value', 400],
    [{ prompt: 'x', model: 'sora-3' }, 'model_not_found', 404],
  ])('refuses %j', async (json, code, status) => {
    const answer = await postJson(await open4(), json);
    expect(answer.status).toBe(status);
    expect(answer.json.error).toMatchObject({ code, type: 'invalid_request_error' });
  });

  it('accepts a picture in either encoding, and does not delete a video that is being made', async () => {
    const emulator = await open4();
    await post(emulator, { prompt: 'x', seconds: '4', input_reference: new Blob([PICTURE]) });
    const { json } = await postJson(emulator, {
      prompt: 'x',
      input_reference: { image_url: 'https://a.example/b' },
    });
    expect((await call(emulator, 'DELETE', `/videos/${json.id}`)).status).toBe(400);
    emulator.advance(DONE_MS);
    expect((await call(emulator, 'DELETE', `/videos/${json.id}`)).json).toMatchObject({ deleted: true });
  });
});

describe('the adapter', () => {
  it.each([
    [T2V, { engine: 'vllm-omni', model: 'Wan-AI/Wan2.2-T2V-A14B-Diffusers' }, INPUT],
    [I2V, { engine: 'vllm-omni' }, { ...INPUT, img_urls: ['https://a.example/b.png'] }],
    [SGLANG_T2V, { engine: 'sglang' }, INPUT],
  ])('makes a video with %s and fetches it with the key', async (model, settings, input) => {
    const emulator = await open(settings);
    const adapter = adapt(emulator);
    const reference = await adapter.begin(model, input);
    expect(await adapter.poll(reference)).toEqual({ type: 'queued' });
    emulator.advance(300 + 750);
    expect(await adapter.poll(reference)).toEqual({ type: 'running', progress: 0.5 });
    emulator.advance(DONE_MS);
    const end = await adapter.poll(reference);
    expect(end.type).toBe('succeeded');
    expect(isMp4(await adapter.fetch(end))).toBe(true);
    expect(emulator.accepted()).toHaveLength(1);
  });

  it.each<[string, JsonObject]>([
    ['multipart', {}],
    ['json', { image_as: 'object' }],
    ['multipart', { image_as: 'file' }],
  ])('speaks the dialect of OpenAI in %s with %j', async (encoding, more) => {
    const emulator = await open({ engine: 'openai', model: 'sora-2' });
    const sizes = { '720p': { '9:16': '720x1280' } };
    const params = { model: 'sora-2', encoding, sizes, ...more };
    const input = {
      prompt: 'x',
      duration: 8,
      resolution: '720p',
      aspect_ratio: '9:16',
      img_urls: ['https://a.b/c'],
    };
    const reference = await adapt(emulator).begin(I2V, {}, { params, input });
    expect(reference).toEqual({ id: emulator.accepted()[0].jobId });
  });

  it('works without a key if the engine wants none', async () => {
    const emulator = await openEmulator(openaiVideosApi, { fields: { api_key: '' } });
    const adapter = adapt(emulator);
    const reference = await adapter.begin(T2V, INPUT);
    emulator.advance(DONE_MS);
    expect(isMp4(await adapter.fetch(await adapter.poll(reference)))).toBe(true);
  });

  it('cancels waiting and running videos, and leaves finished ones alone', async () => {
    const emulator = await open();
    const adapter = adapt(emulator);
    const cancel = async (reference: JsonObject) =>
      (await openaiVideos.cancel?.(reference, adapter.context))?.type;
    const waiting = await adapter.begin(T2V, INPUT);
    expect(await cancel(waiting)).toBe('stopped');
    expect(await cancel(waiting)).toBe('stopped');
    expect(await adapter.poll(waiting)).toMatchObject({ type: 'failed', failure: { reason: 'lost' } });
    const running = await adapter.begin(T2V, INPUT);
    emulator.advance(1_000);
    emulator.set({ abortsInTime: false });
    expect(await cancel(running)).toBe('refused');
    emulator.set({ abortsInTime: true });
    expect(await cancel(running)).toBe('stopped');
    const finished = await adapter.begin(T2V, INPUT);
    emulator.advance(DONE_MS);
    expect(await cancel(finished)).toBe('refused');
    expect((await adapter.poll(finished)).type).toBe('succeeded');
  });

  it('cancels at SGLang, and is refused while an engine like OpenAI makes the video', async () => {
    for (const [engine, outcome] of [
      ['sglang', 'stopped'],
      ['openai', 'refused'],
    ]) {
      const emulator = await open({ engine });
      const adapter = adapt(emulator);
      const reference = await adapter.begin(
        T2V,
        {},
        { params: { encoding: 'json' }, input: { prompt: 'x' } },
      );
      expect(await openaiVideos.cancel?.(reference, adapter.context)).toMatchObject({ type: outcome });
    }
  });

  it('calls a video lost after a restart of the engine', async () => {
    for (const engine of ['vllm-omni', 'sglang', 'openai']) {
      const emulator = await open();
      const adapter = adapt(emulator);
      const reference = await adapter.begin(T2V, INPUT);
      emulator.set({ engine, restarts: 1 });
      expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'lost' } });
    }
  });

  it.each(['vllm-omni', 'sglang', 'openai'])(
    'does not take a wrong address at %s for a lost video',
    async (engine) => {
      const emulator = await open({ engine });
      const adapter = adapt(emulator, { base_url: emulator.url });
      expect(await adapter.poll({ id: 'video_1' })).toMatchObject({ type: 'unanswered' });
      expect(await adapter.start(T2V, INPUT)).toMatchObject({
        type: 'rejected',
        failure: { reason: 'unreadable' },
      });
    },
  );

  it.each<[string, EmulatorOptions['settings'], JsonObject, string]>([
    ['a wrong value', {}, { cfg_scale: 21 }, 'invalid_input'],
    ['another model', { model: 'Tencent/Hunyuan' }, {}, 'unavailable'],
    ['a used-up minute', { startsPerMinute: 0 }, {}, 'rate_limited'],
    ['a form instead of JSON', { engine: 'sglang' }, {}, 'invalid_input'],
  ])('reads the refusal for %s', async (_name, settings, input, reason) => {
    const emulator = await open(settings);
    const outcome = await adapt(emulator).start(T2V, { ...INPUT, ...input });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason } });
    expect(emulator.accepted()).toEqual([]);
  });

  it.each(['vllm-omni', 'sglang', 'openai'])('calls a wrong key at %s bad credentials', async (engine) => {
    const adapter = adapt(await open({ engine }), { api_key: 'another-key' });
    const failure = { reason: 'bad_credentials' };
    expect(await adapter.start(T2V, INPUT)).toMatchObject({ type: 'rejected', failure });
    expect(await openaiVideos.probe(adapter.context)).toMatchObject({ type: 'fails', failure });
    expect(await adapter.poll({ id: 'video_1' })).toMatchObject({ type: 'unanswered', failure });
  });

  it('reports that a picture cannot be used, and sends none that cannot be read', async () => {
    const emulator = await open();
    const input = { ...INPUT, img_urls: ['https://a.example/b.png'] };
    const noPicture = adapt(emulator, {}, Buffer.from('hello'));
    const failure = { reason: 'invalid_input', message: 'Invalid input reference.' };
    expect(await noPicture.start(I2V, input)).toMatchObject({ type: 'rejected', failure });
    const two = { ...input, img_urls: ['https://a.example/b.png', 'https://a.example/c.png'] };
    expect(await adapt(emulator).start(I2V, two)).toMatchObject({ failure: { reason: 'invalid_input' } });
    expect(emulator.accepted()).toEqual([]);
  });

  it('leaves open a create whose answer is lost, which was accepted once', async () => {
    const emulator = await open();
    const adapter = adapt(emulator);
    emulator.addFault({ on: 'start', kind: 'close_after' });
    expect(await adapter.start(T2V, INPUT)).toMatchObject({ type: 'unknown' });
    emulator.addFault({ on: 'start', kind: 'status', status: 500 });
    expect(await adapter.start(T2V, INPUT)).toMatchObject({ type: 'unknown' });
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('reads the failure of a video, and withholds words about machines', async () => {
    const emulator = await open();
    const adapter = adapt(emulator);
    const error = { code: 500, message: 'CUDA error in /opt/models' };
    emulator.addFault({ on: 'start', kind: 'fail', json: error });
    const reference = await adapter.begin(T2V, INPUT);
    emulator.advance(DONE_MS);
    const outcome = await adapter.poll(reference);
    expect(outcome).toMatchObject({ type: 'failed', failure: { reason: 'failed', code: '500' } });
    const { operatorDetail, ...forClients } = outcome.type === 'failed' ? outcome.failure : {};
    expect(JSON.stringify(forClients)).not.toContain('/opt/models');
    expect(operatorDetail).toContain('/opt/models');
  });

  it('accepts a good account', async () => {
    const adapter = adapt(await open());
    expect(await openaiVideos.probe(adapter.context)).toMatchObject({ type: 'works' });
  });
});
