import { describe, expect, it } from 'vitest';
import { CREATE_PATH } from '../../http/testing.ts';
import { makeMedia } from '../../lib/testing-media.ts';
import { CREATE, completeVideo, GOOD, stageOpenai, taskOf, toForm } from './testing.ts';

const stage = await stageOpenai();
const { api, call, create, countTasks, errorOf } = stage;
const picture = makeMedia('image/png', 300);

async function inputOf(id: unknown) {
  const row = await api.readTask(taskOf(id));
  return { row, input: JSON.parse(row.input) as Record<string, unknown> };
}

describe('a create', () => {
  it('answers the whole video as OpenAI has it, from JSON and from a form alike', async () => {
    const json = await create();
    const { body, headers } = toForm(Object.entries(GOOD).toReversed());
    const form = await create(body, headers);
    for (const answer of [json, form]) {
      expect(answer.status).toBe(200);
      expect(answer.headers['x-request-id']).toMatch(/^[\w-]{8,}$/);
      expect(answer.body).toEqual({
        id: expect.stringMatching(/^video_[0-9a-f]{32}$/),
        object: 'video',
        status: 'queued',
        progress: 0,
        created_at: expect.any(Number),
        completed_at: null,
        expires_at: null,
        model: 'reelay/draft-t2v',
        prompt: 'a boat',
        seconds: '4',
        size: '1280x720',
        remixed_from_video_id: null,
        error: null,
      });
      const { row, input } = await inputOf(answer.body.id);
      expect(row.door).toBe('openai');
      expect(input).toEqual({ prompt: 'a boat', duration: 4, resolution: '720p', aspect_ratio: '16:9' });
      const read = await call(`${CREATE}/${answer.body.id}`);
      expect(read.body).toEqual(answer.body);
      expect(read.headers['openai-poll-after-ms']).toBe('1000');
    }
  });

  it('takes seconds as a number, further fields in their types, and what Reelay has beside them', async () => {
    const extra = { seconds: 3, seed: 7, camera_fixed: true, metadata: { a: 'b' }, max_credits: 5 };
    const json = await create({ ...GOOD, ...extra });
    const { body, headers } = toForm([
      ['model', GOOD.model],
      ['prompt', 'a boat'],
      ['seconds', '3'],
      ['seed', '7'],
      ['camera_fixed', 'true'],
      ['metadata[a]', 'b'],
      ['max_credits', '5'],
    ]);
    const form = await create(body, headers);
    for (const answer of [json, form]) {
      const { row, input } = await inputOf(answer.body.id);
      expect(input).toMatchObject({ duration: 3, seed: 7, camera_fixed: true });
      expect(row.metadata).toBe('{"a":"b"}');
    }
  });

  it('keeps a picture that comes as a file, as a data URL or as an address', async () => {
    const model = 'reelay/draft-r2v';
    const file = toForm([
      ['input_reference', picture, 'x.bin'],
      ['model', model],
      ['prompt', 'a'],
    ]);
    const bracket = toForm([
      ['input_reference[image_url]', 'https://pictures.example/a.png'],
      ['model', model],
      ['prompt', 'a'],
    ]);
    const data = `data:image/jpeg;base64,${Buffer.from(picture).toString('base64')}`;
    const answers = [
      await create(file.body, file.headers),
      await create(bracket.body, bracket.headers),
      await create({ model, prompt: 'a', input_reference: { image_url: data } }),
      await create({ model, prompt: 'a', input_reference: 'https://pictures.example/a.png' }),
    ];
    const urls: unknown[] = [];
    for (const answer of answers) {
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
      urls.push((await inputOf(answer.body.id)).input.img_urls);
    }
    const kept = [expect.stringMatching(/\/files\/uploads\/[\w-]+\.png\?/)];
    const given = ['https://pictures.example/a.png'];
    expect(urls).toEqual([kept, given, kept, given]);
    const [[fileUrl]] = urls as string[][];
    expect(Buffer.from(await (await fetch(fileUrl)).arrayBuffer())).toEqual(Buffer.from(picture));
  });
});

describe('a refusal', () => {
  const bad: [string, object, { status?: number; param: string | null; code: string; message?: RegExp }][] = [
    ['no model', { model: undefined }, { param: 'model', code: 'missing_required_parameter' }],
    ['a model that is none', { model: 'sora-2' }, { status: 404, param: 'model', code: 'model_not_found' }],
    ['no prompt', { prompt: undefined }, { param: 'prompt', code: 'missing_required_parameter' }],
    ['a prompt of another type', { prompt: 7 }, { param: 'prompt', code: 'invalid_type' }],
    [
      'a length beyond it',
      { seconds: '20' },
      { param: 'seconds', code: 'invalid_value', message: /seconds: .*12/ },
    ],
    ['a length in words', { seconds: 'four' }, { param: 'seconds', code: 'invalid_value' }],
    ['a size it lacks', { size: '1000x1000' }, { param: 'size', code: 'invalid_value', message: /1280x720/ }],
    [
      'a picture for words',
      { input_reference: { image_url: 'https://e.example/a.png' } },
      { param: 'input_reference', code: 'invalid_value', message: /takes no picture/ },
    ],
    ['characters', { characters: [{ id: 'x' }] }, { param: 'characters', code: 'invalid_value' }],
    [
      'a price above the limit',
      { model: 'vidu/q1-t2v', seconds: '5', size: undefined, max_credits: 0 },
      { param: null, code: 'price_above_limit' },
    ],
  ];
  it.each(bad)(
    'of %s says which field and why',
    async (_name, change, { status = 400, param, code, message }) => {
      const before = await countTasks();
      const answer = await create({ ...GOOD, ...change });
      expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
      expect(answer.body).toEqual({
        error: {
          message: expect.stringMatching(message ?? /\w/),
          type: 'invalid_request_error',
          param,
          code,
        },
      });
      expect(answer.headers['x-should-retry']).toBe('false');
      expect(await countTasks()).toBe(before);
    },
  );

  it('of a key, of an id and of an address has the form of this door', async () => {
    const wrong = await call(CREATE, { headers: { authorization: 'Bearer sk-none' } });
    expect([wrong.status, errorOf(wrong).code]).toEqual([401, 'invalid_api_key']);
    const lost = [
      `${CREATE}/video_0`,
      `${CREATE}/video_${'0'.repeat(32)}`,
      `${CREATE}/a/content`,
      '/v1/nothing',
    ];
    for (const path of lost) {
      const answer = await call(path);
      expect([path, answer.status, errorOf(answer).code]).toEqual([path, 404, 'not_found']);
    }
  });

  it('of a task that makes no video is that of an id that is not there', async () => {
    const body = { model: 'bytedance/seedream-4', input: { prompt: 'a boat' } };
    const { data } = await api.call({ method: 'POST', path: CREATE_PATH, key: stage.key, body });
    expect((await call(`${CREATE}/${data.task_id}`)).status).toBe(404);
  });

  it('of pictures of a video that nothing can decode is that of what is not there', async () => {
    const { body } = await create();
    await completeVideo(api, taskOf(body.id));
    expect((await call(`${CREATE}/${body.id}/content`)).status).toBe(200);
    for (const variant of ['thumbnail', 'spritesheet']) {
      const answer = await call(`${CREATE}/${body.id}/content?variant=${variant}`);
      expect([variant, answer.status, errorOf(answer).code]).toEqual([variant, 404, 'not_found']);
    }
  });

  it('for want of credits is a 402 that is not sent again', async () => {
    const poor = await api.openAccount({ credits: '0' });
    const body = { model: 'vidu/q1-t2v', prompt: 'a', seconds: '5' };
    const answer = await create(body, { authorization: `Bearer ${poor.key}` });
    expect([answer.status, errorOf(answer).code]).toEqual([402, 'insufficient_quota']);
    expect(answer.headers['x-should-retry']).toBe('false');
  });

  it('of a rate says in milliseconds when to come again', async () => {
    const limited = await api.openAccount({ createsPer10s: 1 });
    const headers = { authorization: `Bearer ${limited.key}` };
    expect((await create(GOOD, headers)).status).toBe(200);
    const answer = await create(GOOD, headers);
    expect([answer.status, errorOf(answer).code]).toEqual([429, 'rate_limit_exceeded']);
    expect(Number(answer.headers['retry-after-ms'])).toBeGreaterThan(0);
    expect(answer.headers).not.toHaveProperty('x-should-retry');
  });
});

describe('raw bodies', () => {
  const fields = [...Object.entries(GOOD)] as [string, string][];
  const cut = toForm(fields);
  const cases: [string, { body: Uint8Array | string; headers: Record<string, string> }][] = [
    ['a form without its end', { body: cut.body.subarray(0, cut.body.length - 6), headers: cut.headers }],
    ['another boundary', { body: cut.body, headers: { 'content-type': 'multipart/form-data; boundary=b' } }],
    ['no boundary', { body: cut.body, headers: { 'content-type': 'multipart/form-data' } }],
    ['a field twice', toForm([...fields, ['prompt', 'another']])],
    [
      'two files of a name',
      toForm([...fields, ['input_reference', picture, 'a'], ['input_reference', picture, 'b']]),
    ],
    [
      'an empty file',
      toForm([...fields.slice(1), ['model', 'reelay/draft-r2v'], ['input_reference', '', 'a.png']]),
    ],
    [
      'a file that is no picture',
      toForm([...fields.slice(1), ['model', 'reelay/draft-r2v'], ['input_reference', 'hello', 'a.png']]),
    ],
    ['a file in another field', toForm([...fields, ['mask', picture, 'a.png']])],
    ['a name with a prototype', toForm([...fields, ['__proto__[a]', 'b']])],
    [
      'words of another type',
      { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['half of JSON', { body: '{"model":', headers: {} }],
  ];
  it.each(cases)('%s is a 400 in the form of this door', async (_name, { body, headers }) => {
    const before = await countTasks();
    const answer = await create(body, headers);
    expect([answer.status, answer.text]).toEqual([400, expect.any(String)]);
    expect(errorOf(answer)).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) });
    expect(await countTasks()).toBe(before);
  });

  it('a data URL beyond 20 MiB is refused', async () => {
    const image_url = `data:image/png;base64,${'A'.repeat(21 * 1024 * 1024)}`;
    const answer = await create({ model: 'reelay/draft-r2v', prompt: 'a', input_reference: { image_url } });
    expect([answer.status, errorOf(answer).param]).toEqual([400, 'input_reference']);
  });
});
