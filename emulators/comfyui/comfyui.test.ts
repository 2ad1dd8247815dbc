import { describe, expect, it } from 'vitest';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { comfyui } from '../../server/src/providers/comfyui/comfyui.ts';
import type { Reference } from '../../server/src/providers/contract.ts';
import type { EmulatorOptions, RunningEmulator } from '../core/emulator.ts';
import { call, get, openEmulator } from '../core/testing.ts';
import { isMp4, openAdapter, type TestedAdapter } from '../core/testing-adapter.ts';
import { comfyuiApi } from './comfyui.ts';

const T2V = 'selfhosted/wan2-2-5b-t2v';
const I2V = 'selfhosted/wan2-2-5b-i2v';
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB', 'base64');
const INPUT: JsonObject = { prompt: 'a boat', seed: 0 };
const DONE_MS = 2_000;
const PROMPT_ID = '3d813cbb-47fb-42ba-91df-831e1593ac29';

const open = (settings: EmulatorOptions['settings'] = {}) => openEmulator(comfyuiApi, { settings });

function adapt(emulator: RunningEmulator, fields: Record<string, string> = {}, bytes: Uint8Array = PICTURE) {
  const adapter = openAdapter(comfyui, emulator, fields);
  adapter.context.readImage = async () => ({ bytes, contentType: 'image/png' });
  return adapter;
}

/** The shipped workflow, with some inputs of its nodes changed. */
function workflowOf(model: string, changes: Record<string, JsonObject> = {}): JsonObject {
  const offer = readShippedModels().find((known) => known.model === model)?.offers[0];
  const graph = structuredClone(offer?.params?.workflow) as Record<string, { inputs: JsonObject }>;
  for (const [id, inputs] of Object.entries(changes)) Object.assign(graph[id].inputs, inputs);
  return graph as unknown as JsonObject;
}

async function submit(emulator: RunningEmulator, json: JsonObject) {
  return call(emulator, 'POST', '/prompt', { json });
}

async function upload(emulator: RunningEmulator, name: string, more: Record<string, string> = {}) {
  const body = new FormData();
  body.set('image', new Blob([PICTURE]), name);
  for (const [field, value] of Object.entries(more)) body.set(field, value);
  const headers = { authorization: `Bearer ${emulator.fields.api_key}` };
  return get(`${emulator.fields.base_url}/upload/image`, { method: 'POST', body, headers });
}

/** The errors of a node in a refusal. */
function errorsOf(json: JsonObject, node: string): JsonObject[] {
  return (json.node_errors as Record<string, { errors: JsonObject[] }>)[node].errors;
}

describe('a graph', () => {
  it('is queued under the caller’s prompt id if that is a UUID', async () => {
    const emulator = await open();
    const answer = await submit(emulator, { prompt: workflowOf(T2V), prompt_id: PROMPT_ID });
    expect(answer.json).toEqual({ prompt_id: PROMPT_ID, number: 0, node_errors: {} });
    for (const id of ['abc', PROMPT_ID.toUpperCase()]) {
      const refused = await submit(emulator, { prompt: workflowOf(T2V), prompt_id: id });
      expect([refused.status, (refused.json.error as JsonObject).type]).toEqual([400, 'invalid_prompt_id']);
    }
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('runs a second time when the same prompt id comes again', async () => {
    const emulator = await open();
    for (const _ of [1, 2]) await submit(emulator, { prompt: workflowOf(T2V), prompt_id: PROMPT_ID });
    expect(emulator.accepted()).toHaveLength(2);
    expect((await call(emulator, 'GET', '/queue')).json.queue_pending).toHaveLength(2);
  });

  it.each<[Record<string, JsonObject>, string, string]>([
    [{ '37': { unet_name: 'other.safetensors' } }, '37', 'value_not_in_list'],
    [{ '3': { steps: 0 } }, '3', 'value_smaller_than_min'],
    [{ '3': { cfg: 101 } }, '3', 'value_bigger_than_max'],
    [{ '3': { seed: 'any' } }, '3', 'invalid_input_type'],
    [{ '3': { sampler_name: 'best' } }, '3', 'value_not_in_list'],
    [{ '3': { model: ['39', 0] } }, '3', 'return_type_mismatch'],
    [{ '3': { model: ['99', 0] } }, '3', 'exception_during_validation'],
    [{ '3': { model: ['48'] } }, '3', 'bad_linked_input'],
    [{ '55': { width: 16 } }, '55', 'value_smaller_than_min'],
    [{ '58': { codec: 'divx' } }, '58', 'value_not_in_list'],
  ])('with %j is refused at node %s: %s', async (changes, node, type) => {
    const emulator = await open();
    const { status, json } = await submit(emulator, { prompt: workflowOf(T2V, changes) });
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ type: 'prompt_outputs_failed_validation' });
    expect(errorsOf(json, node)[0]).toMatchObject({ type, extra_info: { input_name: expect.any(String) } });
    expect(emulator.accepted()).toEqual([]);
  });

  it.each<[string, (graph: JsonObject) => void, string]>([
    [
      'a missing input',
      (graph) => delete (graph['8'] as { inputs: JsonObject }).inputs.vae,
      'prompt_outputs_failed_validation',
    ],
    [
      'an unknown node',
      (graph) => Object.assign(graph['8'] as JsonObject, { class_type: 'Magic' }),
      'missing_node_type',
    ],
    ['nothing to save', (graph) => delete graph['58'], 'prompt_no_outputs'],
  ])('with %s is refused', async (_name, change, type) => {
    const graph = workflowOf(T2V);
    change(graph);
    const { status, json } = await submit(await open(), { prompt: graph });
    expect([status, (json.error as JsonObject).type]).toEqual([400, type]);
  });

  it('needs its picture in the input folder', async () => {
    const emulator = await open();
    const { json } = await submit(emulator, { prompt: workflowOf(I2V) });
    expect(errorsOf(json, '56')[0].type).toBe('custom_validation_failed');
    await upload(emulator, 'example.png');
    expect((await submit(emulator, { prompt: workflowOf(I2V) })).status).toBe(200);
  });

  it('runs alone, and leaves queue for history in one step', async () => {
    const emulator = await open();
    const ids: unknown[] = [];
    for (const _ of [1, 2]) ids.push((await submit(emulator, { prompt: workflowOf(T2V) })).json.prompt_id);
    const look = async () => {
      const { queue_running: running, queue_pending: pending } = (await call(emulator, 'GET', '/queue')).json;
      const history = (await call(emulator, 'GET', '/history')).json;
      const idsOf = (list: unknown) => (list as unknown[][]).map(([, id]) => id);
      return [idsOf(pending), idsOf(running), Object.keys(history)];
    };
    expect(await look()).toEqual([ids, [], []]);
    emulator.advance(1_000);
    expect(await look()).toEqual([[ids[1]], [ids[0]], []]);
    emulator.advance(1_000);
    expect(await look()).toEqual([[], [ids[1]], [ids[0]]]);
    emulator.set({ restarts: 1 });
    expect(await look()).toEqual([[], [], []]);
  });

  it('has its routes below /api as well, and behind the key', async () => {
    const emulator = await open();
    expect((await call(emulator, 'GET', '/api/queue')).status).toBe(200);
    expect((await get(`${emulator.url}/queue`)).status).toBe(401);
    expect((await call(emulator, 'GET', '/nothing')).status).toBe(404);
  });
});

describe('the folders', () => {
  it('number uploads of the same name, unless they may be overwritten', async () => {
    const emulator = await open();
    const names: unknown[] = [];
    const orders: Record<string, string>[] = [{}, {}, { overwrite: 'true' }];
    for (const more of orders) names.push((await upload(emulator, 'a.png', more)).json.name);
    expect(names).toEqual(['a.png', 'a (1).png', 'a.png']);
    expect((await upload(emulator, 'a.png', { subfolder: '../x' })).status).toBe(400);
  });

  it('return a file once it is made, and no file from elsewhere', async () => {
    const emulator = await open();
    await submit(emulator, { prompt: workflowOf(T2V, { '58': { filename_prefix: 'mine/v' } }) });
    const view = (query: string) => call(emulator, 'GET', `/view?${query}`);
    const query = 'filename=v_00001_.mp4&subfolder=mine&type=output';
    expect((await view(query)).status).toBe(404);
    emulator.advance(DONE_MS);
    expect((await view(query)).headers.get('content-type')).toBe('video/mp4');
    expect((await view('filename=../v_00001_.mp4')).status).toBe(400);
    expect((await view('filename=v_00001_.mp4')).status).toBe(404);
  });
});

describe('the adapter', () => {
  const cancel = async ({ context }: TestedAdapter, reference: Reference) =>
    (await comfyui.cancel?.(reference, context))?.type;

  it.each([
    [T2V, INPUT],
    [I2V, { ...INPUT, img_urls: ['https://a.example/b.png'], aspect_ratio: '9:16' }],
  ])('makes a video with %s and fetches it with the key', async (model, input) => {
    const emulator = await open();
    const adapter = adapt(emulator);
    const reference = await adapter.begin(model, input);
    expect(await adapter.poll(reference)).toEqual({ type: 'queued' });
    emulator.advance(1_000);
    expect(await adapter.poll(reference)).toEqual({ type: 'running' });
    emulator.advance(1_000);
    const end = await adapter.poll(reference);
    expect(end).toMatchObject({
      type: 'succeeded',
      success: { modelVersion: 'wan2.2-ti2v-5b', used: { unit: 'seconds', amount: 1.5 } },
    });
    expect(isMp4(await adapter.fetch(end))).toBe(true);
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('works without a key, and with one in another header', async () => {
    const free = await openEmulator(comfyuiApi, { fields: { api_key: '' } });
    await adapt(free).begin(T2V, INPUT);
    await adapt(await open(), { auth_header: 'X-Api-Key' }).begin(T2V, INPUT);
  });

  it('asks about many with one look at the queue', async () => {
    const emulator = await open();
    const adapter = adapt(emulator);
    const references: Reference[] = [];
    for (const _ of [1, 2, 3]) references.push(await adapter.begin(T2V, INPUT));
    emulator.advance(DONE_MS);
    references.push({ id: PROMPT_ID });
    const outcomes = await comfyui.pollMany?.(references, adapter.context);
    expect(outcomes?.map(({ type }) => type)).toEqual(['succeeded', 'running', 'queued', 'failed']);
  });

  it('removes a waiting attempt from the queue, and interrupts only its own running one', async () => {
    for (const interruptsById of [true, false]) {
      const emulator = await open({ interruptsById });
      const adapter = adapt(emulator);
      const [first, second, third] = [
        await adapter.begin(T2V, INPUT),
        await adapter.begin(T2V, INPUT),
        await adapter.begin(T2V, INPUT),
      ];
      emulator.advance(1_000);
      expect(await cancel(adapter, second)).toBe('stopped');
      expect(await adapter.poll(second)).toMatchObject({ failure: { reason: 'lost' } });
      expect(await cancel(adapter, first)).toBe('stopped');
      expect(await adapter.poll(first)).toMatchObject({ type: 'failed', failure: { reason: 'cancelled' } });
      expect(await cancel(adapter, first)).toBe('stopped');
      expect(await adapter.poll(third)).toEqual({ type: 'running' });
      emulator.advance(DONE_MS);
      const last = await adapter.begin(T2V, INPUT);
      emulator.advance(1_000);
      expect(await cancel(adapter, third)).toBe('refused');
      expect(await adapter.poll(last)).toEqual({ type: 'running' });
    }
  });

  it('finds a submit whose answer was lost by its prompt id, in queue or history', async () => {
    const emulator = await open();
    const adapter = adapt(emulator);
    const request = adapter.request(T2V, INPUT);
    expect(await comfyui.find?.(request, adapter.context)).toEqual({ type: 'none' });
    emulator.addFault({ on: 'start', kind: 'close_after' });
    expect(await comfyui.start(request, adapter.context)).toMatchObject({ type: 'unknown' });
    const places: string[] = [];
    for (const _ of [1, 2, 3]) {
      const found = await comfyui.find?.(request, adapter.context);
      places.push((await adapter.poll((found as { reference: Reference }).reference)).type);
      emulator.advance(1_000);
    }
    expect(places).toEqual(['queued', 'running', 'succeeded']);
    expect(emulator.accepted()).toMatchObject([{ token: request.token }]);
  });

  it('finds it by the token on a server with its own prompt ids', async () => {
    const emulator = await open({ promptIds: 'ignored' });
    for (const promptId of ['ours', 'theirs']) {
      const adapter = adapt(emulator, { prompt_id: promptId });
      const request = adapter.request(T2V, INPUT, { token: `rl-${promptId}` });
      emulator.addFault({ on: 'start', kind: 'hang_after' });
      expect(await comfyui.start(request, adapter.context)).toMatchObject({ type: 'unknown' });
      for (const milliseconds of [0, 1_000, DONE_MS]) {
        emulator.advance(milliseconds);
        const { jobId } = emulator.accepted().at(-1) as { jobId: string };
        const found = await comfyui.find?.(request, adapter.context);
        expect(found).toMatchObject({ type: 'found', reference: { id: jobId } });
      }
    }
  });

  it('proves nothing from a history longer than the page, unless the prompt ids are Reelay’s', async () => {
    const emulator = await open({ concurrency: null });
    for (let count = 0; count < 101; count += 1) await submit(emulator, { prompt: workflowOf(T2V) });
    emulator.advance(DONE_MS);
    for (const [promptId, type] of [
      ['theirs', 'unclear'],
      ['ours', 'none'],
    ]) {
      const adapter = adapt(emulator, { prompt_id: promptId });
      expect(await comfyui.find?.(adapter.request(T2V, INPUT), adapter.context)).toMatchObject({ type });
    }
  });

  it('calls an attempt lost after a restart of the server', async () => {
    const emulator = await open();
    const adapter = adapt(emulator);
    const reference = await adapter.begin(T2V, INPUT);
    emulator.set({ restarts: 1 });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'lost' } });
    expect(await comfyui.find?.(adapter.request(T2V, INPUT), adapter.context)).toEqual({ type: 'none' });
  });

  it.each<[string, EmulatorOptions['settings'], Record<string, string>, JsonObject, string, string?]>([
    [
      'a value of the user',
      {},
      {},
      { cfg_scale: 101 },
      'invalid_input',
      'cfg_scale: Value 101 bigger than max of 100',
    ],
    ['a missing model file', { files: [] }, {}, {}, 'unavailable'],
    ['both of them', { files: [] }, {}, { cfg_scale: 101 }, 'unavailable'],
    ['a prompt id', { promptIds: 'refused' }, {}, {}, 'unavailable'],
    ['a used-up minute', { startsPerMinute: 0 }, {}, {}, 'rate_limited'],
    ['a wrong key', {}, { api_key: 'another-key' }, {}, 'bad_credentials'],
  ])('reads the refusal for %s', async (...[_name, settings, fields, input, reason, message]) => {
    const emulator = await open(settings);
    const outcome = await adapt(emulator, fields).start(T2V, { ...INPUT, ...input });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason } });
    if (message !== undefined) expect(outcome).toMatchObject({ failure: { message } });
    expect(emulator.accepted()).toEqual([]);
  });

  it('submits without a prompt id if that is refused', async () => {
    await adapt(await open({ promptIds: 'refused' }), { prompt_id: 'theirs' }).begin(T2V, INPUT);
  });

  it.each<[string, EmulatorOptions['settings'], number]>([
    ['a picture is too large', { uploadBytesMax: 100 }, 1],
    ['there are too many', {}, 2],
  ])('starts nothing when %s', async (_name, settings, count) => {
    const emulator = await open(settings);
    const urls = ['https://a.example/b.png', 'https://a.example/c.png'].slice(0, count);
    const outcome = await adapt(emulator).start(I2V, { ...INPUT, img_urls: urls });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason: 'invalid_input' } });
    expect(emulator.accepted()).toEqual([]);
  });

  it('starts nothing when the upload fails, whatever the answer', async () => {
    const emulator = await open();
    const input = { ...INPUT, img_urls: ['https://a.example/b.png'] };
    emulator.addFault({ on: 'other', kind: 'close_after' });
    emulator.addFault({ on: 'other', kind: 'html' });
    emulator.addFault({ on: 'other', kind: 'status', status: 502 });
    for (const _ of [1, 2, 3]) expect((await adapt(emulator).start(I2V, input)).type).toBe('rejected');
    expect(emulator.accepted()).toEqual([]);
  });

  it('blames the picture when its loader fails, and reveals nothing about the machine', async () => {
    const emulator = await open();
    const adapter = adapt(emulator, {}, Buffer.from('hello'));
    const reference = await adapter.begin(I2V, { ...INPUT, img_urls: ['https://a.example/b.png'] });
    emulator.advance(DONE_MS);
    const outcome = await adapter.poll(reference);
    expect(outcome).toMatchObject({ type: 'failed', failure: { reason: 'invalid_input' } });
    expect(JSON.stringify(outcome)).not.toContain('/opt/comfyui');
  });

  it('reads other exceptions, and a workflow without a video, as failures', async () => {
    const emulator = await open({ concurrency: null });
    const adapter = adapt(emulator);
    emulator.addFault({ on: 'start', kind: 'fail', json: { exception_type: 'RuntimeError' } });
    const broken = await adapter.begin(T2V, INPUT);
    const workflow = workflowOf(T2V);
    workflow['58'] = {
      class_type: 'SaveAnimatedWEBP',
      inputs: {
        images: ['8', 0],
        filename_prefix: 'x',
        fps: 24,
        lossless: false,
        quality: 80,
        method: 'default',
      },
    };
    const params = { workflow, inputs: { prompt: '/6/inputs/text' } };
    const silent = await adapter.begin(T2V, INPUT, { params });
    emulator.advance(DONE_MS);
    const codes = [await adapter.poll(broken), await adapter.poll(silent)];
    expect(codes).toMatchObject([
      { type: 'failed', failure: { reason: 'failed', code: 'RuntimeError KSampler' } },
      { type: 'failed', failure: { reason: 'failed', code: 'no_video' } },
    ]);
  });

  it('cannot read an undocumented state', async () => {
    const emulator = await open();
    const adapter = adapt(emulator);
    const reference = await adapter.begin(T2V, INPUT);
    emulator.addFault({ on: 'poll', kind: 'state', state: 'simmering', times: 2 });
    expect(await adapter.poll(reference)).toMatchObject({
      type: 'unanswered',
      failure: { reason: 'unreadable' },
    });
    expect(await adapter.poll(reference)).toEqual({ type: 'queued' });
  });

  it('accepts a good server', async () => {
    const adapter = adapt(await open());
    expect(await comfyui.probe(adapter.context)).toMatchObject({
      type: 'works',
      detail: expect.stringContaining('0.9.2'),
    });
  });
});
