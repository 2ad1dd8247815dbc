import { describe, expect, it, test } from 'vitest';
import { readShippedModels } from '../../catalog/models.ts';
import type { JsonObject } from '../../lib/json.ts';
import { steadyClock, systemClock } from '../../lib/time.ts';
import { describeConformance } from '../conformance.ts';
import { answerWith, startReplay } from '../conformance-replay.ts';
import type { StartRequest } from '../contract.ts';
import { createProviderHttp, createProviderSockets } from '../http.ts';
import { comfyui } from './comfyui.ts';
import { fromWire, promptIdOf } from './map.ts';
import type { ComfyParams } from './wire.ts';
import { fillWorkflow } from './workflow.ts';

describeConformance({
  provider: comfyui,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { api_key: 'comfy-secret-0123456789' },
  reference: { id: '71f16f14-c7ff-8f2c-8b1b-a0b2c3d4e5f6', output: '58', version: 'wan2.2-ti2v-5b' },
  essentials: {
    // A look uses the queue and the entry of the history, with its events; a run that saved no video has
    // failed.
    state: ['*.status.status_str'],
    ends: [
      'queue_running',
      'queue_pending',
      'queue_running[][]',
      'queue_pending[][]',
      '*.status.messages[][]',
      '*.outputs.*.images[].filename',
      '*.outputs.*.images[].type',
      '*.outputs.*.gifs[].filename',
      '*.outputs.*.gifs[].type',
    ],
    decides: [
      '*',
      'prompt_id',
      'name',
      'system',
      'error.type',
      'node_errors.*.errors[].type',
      'node_errors.*.errors[].extra_info.input_name',
      'queue_running[][].reelay_token',
      'queue_pending[][].reelay_token',
      '*.prompt[].reelay_token',
    ],
    file: ['*.outputs.*.images[].subfolder', '*.outputs.*.gifs[].subfolder'],
    details: ['*.status.messages[][].node_id'],
  },
  beforeSubmit: { '/upload/image': { name: 'picture.png', subfolder: '', type: 'input' } },
});

const WORKFLOW: ComfyParams['workflow'] = {
  '1': { class_type: 'Load', inputs: { image: 'none.png' } },
  '2': {
    class_type: 'Sample',
    inputs: { seed: 1, length: 5, width: 64, height: 64, picture: ['1', 0], 'a/b~c': '', on: true },
  },
  '3': { class_type: 'Save', inputs: { prefix: 'x', video: ['2', 0], text: '' } },
};

const PARAMS: ComfyParams = { workflow: WORKFLOW, inputs: { prompt: '/3/inputs/text' } };

function fill(input: JsonObject, params: Partial<ComfyParams>, token = 'token') {
  const request = { input, token } as StartRequest;
  const filled = fillWorkflow(request, { params: { ...PARAMS, ...params }, pictures: ['a.png'] });
  return filled as { graph: ComfyParams['workflow']; misfit?: string };
}

const SIZES = {
  width: '/2/inputs/width',
  height: '/2/inputs/height',
  table: { '480p': { '16:9': '832x480', '1:1': '640x640' } },
};

describe('the graph of an attempt', () => {
  test.each<[string, JsonObject, Partial<ComfyParams>, [node: string, input: string, value: unknown]]>([
    ['takes a value unchanged', { prompt: 'é' }, {}, ['3', 'text', 'é']],
    ['keeps 0', { seed: 0 }, { inputs: { seed: '/2/inputs/seed' } }, ['2', 'seed', 0]],
    ['keeps false', { on: false }, { inputs: { on: '/2/inputs/on' } }, ['2', 'on', false]],
    ['keeps its own value for a missing input', {}, { inputs: { seed: '/2/inputs/seed' } }, ['2', 'seed', 1]],
    [
      'counts frames',
      { d: 5 },
      { inputs: { d: { at: '/2/inputs/length', times: 24, plus: 1 } } },
      ['2', 'length', 121],
    ],
    ['has a constant', {}, { constants: { '/2/inputs/length': 9 } }, ['2', 'length', 9]],
    ['names the attempt', {}, { token: ['/3/inputs/prefix'] }, ['3', 'prefix', 'reelay/token']],
    ['loads the uploaded picture', {}, { images: ['/1/inputs/image'] }, ['1', 'image', 'a.png']],
    [
      'has a width from the table',
      { resolution: '480p', aspect_ratio: '1:1' },
      { sizes: SIZES },
      ['2', 'width', 640],
    ],
    ['is wide without an aspect ratio', { resolution: '480p' }, { sizes: SIZES }, ['2', 'height', 480]],
    ['reads escapes of a pointer', { x: 'y' }, { inputs: { x: '/2/inputs/a~1b~0c' } }, ['2', 'a/b~c', 'y']],
    ['takes nothing that the map does not name', { prompt: 'a', seed: 7 }, {}, ['2', 'seed', 1]],
  ])('%s', (_title, input, params, [node, name, value]) => {
    expect(fill(input, params).graph[node].inputs[name]).toBe(value);
  });

  it('does not change the stored workflow', () => {
    fill({ prompt: 'changed' }, {});
    expect(WORKFLOW['3'].inputs.text).toBe('');
  });

  it('draws "any seed" from the attempt: the same each time, another for another attempt', () => {
    const inputs = { seed: { at: '/2/inputs/seed', random: -1 } };
    const seedOf = (input: JsonObject, token: string) =>
      fill(input, { inputs }, token).graph['2'].inputs.seed;
    expect(seedOf({ seed: -1 }, 'a')).toBe(seedOf({}, 'a'));
    expect(seedOf({ seed: -1 }, 'a')).not.toBe(seedOf({ seed: -1 }, 'b'));
    expect(seedOf({ seed: 0 }, 'a')).toBe(0);
  });

  it('is not made from what does not fit', () => {
    const inputs = { d: { at: '/2/inputs/length', times: 24 } };
    expect(fill({ d: 'long' }, { inputs }).misfit).toBe('inputs/d');
    expect(fill({ resolution: '4k', aspect_ratio: '1:1' }, { sizes: SIZES }).misfit).toBe('sizes');
  });
});

describe('the check of params', () => {
  test.each<[string, JsonObject, string]>([
    [
      'a node that is not there',
      { inputs: { prompt: '/9/inputs/text' } },
      'inputs/prompt: "/9/inputs/text" leads nowhere: the workflow has no node "9"',
    ],
    [
      'an unknown input of a node, with those that it has',
      { inputs: { seed: { at: ['/2/inputs/seed', '/3/inputs/seed'] } } },
      'inputs/seed: "/3/inputs/seed" leads nowhere: node 3 (Save) has no "seed" there, only: prefix, video, text',
    ],
    ['a name that all objects have', { inputs: { x: '/3/inputs/toString' } }, 'has no "toString" there'],
    ['a link that would be cut', { images: ['/2/inputs/picture'] }, 'node 2 (Sample) gets it from node 1'],
    [
      'text that is not a pointer',
      { token: ['prefix'] },
      'token/0: "prefix" leads nowhere: it is not a JSON pointer',
    ],
    [
      'a pointer to something other than an input',
      { constants: { '/2/class_type': 'x' } },
      'it does not lead to an input',
    ],
    [
      'a place that is filled twice',
      { inputs: { seed: '/2/inputs/width' }, sizes: SIZES },
      'sizes/width: "/2/inputs/width" is filled more than once',
    ],
    ['a result of a node that is not there', { output: '77' }, 'output: the workflow has no node "77"'],
    [
      'a link of the workflow that leads nowhere',
      { workflow: { ...WORKFLOW, '4': { class_type: 'Join', inputs: { video: ['8', 0] } } } },
      'workflow/4 (Join): "video" comes from node 8, which does not exist',
    ],
    ['the format of the editor', { workflow: { nodes: [], links: [] } }, 'export the workflow in API format'],
  ])('names %s', (_title, params, sentence) => {
    expect(comfyui.checkParams({ ...(PARAMS as unknown as JsonObject), ...params }).join('\n')).toContain(
      sentence,
    );
  });

  it('names every fault at once', () => {
    const params = { workflow: WORKFLOW, inputs: { a: '/8/inputs/a', b: 'b' }, output: '9' };
    expect(comfyui.checkParams(params as unknown as JsonObject)).toHaveLength(3);
  });

  it('finds no fault in good params', () => {
    expect(comfyui.checkParams({ ...PARAMS, sizes: SIZES } as unknown as JsonObject)).toEqual([]);
  });
});

test('prompt ids are UUIDs in the one form that servers take, and differ by attempt', () => {
  const ids = Array.from({ length: 200 }, (_, at) => promptIdOf(`rl-${at}`));
  for (const id of ids)
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('with other credentials', () => {
  const model = readShippedModels().find((known) => known.model === 'selfhosted/wan2-2-5b-t2v');
  const request = {
    input: { prompt: 'a cat' },
    token: 'token',
    params: model?.offers[0].params,
  } as unknown as StartRequest;

  async function receivedWith(fields: Record<string, string>) {
    const replay = await startReplay();
    const sockets = createProviderSockets(systemClock);
    const all = {
      api_key: '',
      auth_header: 'authorization',
      prompt_id: 'ours',
      ...fields,
      base_url: replay.base,
    };
    const credential = { id: 'one', fields: all };
    const http = createProviderHttp(sockets, credential, comfyui.facts.credential);
    replay.answer = answerWith(200, { queue_running: [], queue_pending: [] });
    const context = {
      credential,
      http,
      clock: systemClock,
      steady: steadyClock,
      readImage: () => Promise.reject(new Error('none')),
    };
    await comfyui.start(request, context);
    const found = await comfyui.find?.(request, context);
    await sockets.close();
    await replay.close();
    return { ...replay.received[0], found };
  }

  it('sends no key when there is none', async () => {
    expect((await receivedWith({})).headers.authorization).toBeUndefined();
  });

  it('sends a key with its own scheme, or in another header, unchanged', async () => {
    expect((await receivedWith({ api_key: 'Basic YTpi' })).headers.authorization).toBe('Basic YTpi');
    const { headers } = await receivedWith({ api_key: 'secret', auth_header: 'X-Api-Key' });
    expect([headers['x-api-key'], headers.authorization]).toEqual(['secret', undefined]);
  });

  it('leaves the prompt id to the server if the operator says so', async () => {
    expect((await receivedWith({ prompt_id: 'theirs' })).body).not.toHaveProperty('prompt_id');
    expect((await receivedWith({})).body).toHaveProperty('prompt_id', promptIdOf('token'));
  });
});

describe('D7: what a run saved', () => {
  const read = (outputs: JsonObject) =>
    fromWire({ prompt: [], outputs, status: { status_str: 'success', completed: true } }, {}, (query) =>
      new URLSearchParams(query).toString(),
    );
  const file = (filename: string, type = 'output') => ({ filename, subfolder: 'video', type });

  it.each<[string, JsonObject, string]>([
    ['a QuickTime file', { images: [file('a.mov')], animated: [true] }, 'video/quicktime'],
    ['an upper-case name', { videos: [file('A.MOV')] }, 'video/quicktime'],
    ['WebM', { images: [file('a.webm')], animated: [true] }, 'video/webm'],
    ['M4V', { video: [file('a.m4v')] }, 'video/mp4'],
    ['files that a node calls gifs', { gifs: [{ ...file('a.mp4'), format: 'video/h264-mp4' }] }, 'video/mp4'],
  ])('is accepted: %s', (_what, own, contentType) => {
    const outcome = read({ '9': own, '8': { images: [file('still.png'), file('p.mp4', 'temp')] } });
    expect(outcome.type === 'succeeded' && outcome.success.outputs).toEqual([
      { kind: 'video', contentType, url: expect.stringContaining('subfolder=video') },
    ]);
  });

  it.each<[JsonObject, RegExp]>([
    [{ images: [file('a.mkv')], animated: [true] }, /made a \.mkv file, which is not kept; \.mp4, \.mov/],
    [{ images: [file('a.webp')], animated: [true] }, /made a \.webp file/],
    [{ gifs: [file('a.gif')] }, /made a \.gif file/],
    [{ images: [file('a.png')], animated: [false] }, /ended without a video/],
    [{ images: [file('a.mp4', 'temp')] }, /ended without a video/],
  ])('ends the task with a sentence: %j', (own, words) => {
    expect(read({ '9': own })).toMatchObject({
      type: 'failed',
      failure: { reason: 'failed', message: expect.stringMatching(words) },
    });
  });
});
