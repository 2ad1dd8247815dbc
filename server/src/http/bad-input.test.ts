import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Json } from '../lib/json.ts';
import { type Call, CREATE_PATH, errorsOf, GOOD_BODY } from './testing.ts';
import { ACCOUNT, expectRefusal, JOBS, seedance, stageRefusals } from './testing-refusals.ts';

const { api, caller } = await stageRefusals();
const BODY_BYTES_MAX = 256 * 1024;

/** A create body as text, with this JSON text as its prompt. */
function withPrompt(json: string): string {
  return `{"model":"reelay/draft-t2v","input":{"prompt":${json}}}`;
}

describe('a body that cannot be read is a 422 that says why', () => {
  const bytes = (text: string, encoding: BufferEncoding = 'utf8') =>
    new Uint8Array(Buffer.from(text, encoding));
  const cases: [string, Call['body'], Record<string, string>, RegExp][] = [
    ['nothing', '', {}, /empty/],
    ['blanks', ' \n ', {}, /not valid JSON/],
    ['no JSON', 'hello', {}, /not valid JSON/],
    ['half of a JSON text', '{"model":"x"', {}, /not valid JSON/],
    ['JSON with something after it', '{} x', {}, /not valid JSON/],
    ['JSON with a comment', '{/**/}', {}, /not valid JSON/],
    ['UTF-16', bytes(withPrompt('"x"'), 'utf16le'), {}, /not valid JSON/],
    ['bytes that are not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), {}, /UTF-8/],
    ['a raw NUL in a text', withPrompt('"a\0b"'), {}, /not valid JSON/],
    ['an escaped NUL', withPrompt('"a\\u0000b"'), {}, /U\+0000/],
    ['an escaped NUL in a name', '{"a\\u0000":1}', {}, /U\+0000/],
    ['the first half of a surrogate pair', withPrompt('"a\\ud83d"'), {}, /surrogate/],
    ['the second half of a surrogate pair', withPrompt('"\\ude00a"'), {}, /surrogate/],
    ['the halves of a pair the wrong way round', withPrompt('"\\ude00\\ud83d"'), {}, /surrogate/],
    ['a name twice', '{"model":"a","model":"b","input":{}}', {}, /twice/],
    ['a name twice further in', withPrompt('"x","prompt":"y"'), {}, /twice/],
    ['a name twice, once with an escape', '{"model":"a","mod\\u0065l":"b"}', {}, /twice/],
    ['__proto__', '{"__proto__":{"admin":true}}', {}, /__proto__/],
    ['constructor further in', withPrompt('{"constructor":{}}'), {}, /constructor/],
    ['a number that is infinite', withPrompt('"x","seed":1e999'), {}, /too large/],
    ['a number of 400 digits', withPrompt(`"x","zoom":${'9'.repeat(400)}`), {}, /too large/],
    ['33 levels of nesting', `${'['.repeat(34)}${']'.repeat(34)}`, {}, /nested/],
    ['100,000 levels of nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, {}, /nested/],
    ['100,000 brackets that never close', '['.repeat(100_000), {}, /not valid JSON/],
    ['one byte more than 256 KiB', withPrompt('"x"').padEnd(BODY_BYTES_MAX + 1, ' '), {}, /larger than/],
    [
      '1,001 names',
      JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`n${at}`, 1]))),
      {},
      /1000 names/,
    ],
    ['10,001 values', `[${'[],'.repeat(10_000)}1]`, {}, /10000 values/],
    ['gzip', new Uint8Array(gzipSync(withPrompt('"x"'))), { 'content-encoding': 'gzip' }, /Content-Encoding/],
    ['plain text by its type', withPrompt('"x"'), { 'content-type': 'text/plain' }, /Content-Type/],
    ['a form', 'model=x', { 'content-type': 'application/x-www-form-urlencoded' }, /Content-Type/],
    ['a multipart form', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }, /Content-Type/],
    ['a type that is none', withPrompt('"x"'), { 'content-type': ';;;' }, /Content-Type/],
  ];
  it.each(cases)('%s', async (_name, body, headers, reason) => {
    const answer = await api.create(caller, body, headers);
    expectRefusal(answer, 422);
    expect(answer.body).toMatchObject({ error: 'body_unreadable', message: expect.stringMatching(reason) });
  });

  it('a create without a body and without a type', async () => {
    const answer = await api.call({ method: 'POST', path: CREATE_PATH, key: caller.key });
    expectRefusal(answer, 422);
    expect(answer.body.message).toMatch(/missing/);
  });

  it('accepts exactly 256 KiB, a byte order mark, and a type in capitals with parameters', async () => {
    const full = await api.create(caller, withPrompt('"x"').padEnd(BODY_BYTES_MAX, ' '));
    const marked = await api.create(caller, bytes(`\ufeff${withPrompt('"x"')}`));
    const typed = await api.create(caller, GOOD_BODY, {
      'content-type': 'Application/JSON; Charset="UTF-8"',
    });
    expect([full.status, marked.status, typed.status]).toEqual([200, 200, 200]);
  });

  const strange: [string, Call['body'], Record<string, string>][] = [
    ['nothing, as JSON', '', {}],
    ['half of a JSON text', '{', {}],
    ['more than 256 KiB', 'x'.repeat(BODY_BYTES_MAX + 1), {}],
    ['plain text', 'x', { 'content-type': 'text/plain' }],
    ['a type that is none', 'x', { 'content-type': ';;;' }],
    ['gzip', new Uint8Array(gzipSync('x')), { 'content-encoding': 'gzip' }],
  ];
  it.each(strange)('D8: is not read where no route needs one: %s', async (_name, body, headers) => {
    const rotate = { method: 'POST', path: `${ACCOUNT}/callback-secret/rotate`, key: caller.key } as const;
    const answer = await api.call({ ...rotate, body, headers });
    expect([answer.status, answer.data]).toEqual([200, { secret: expect.stringMatching(/^whsec_/) }]);
    const wrong = [
      ['POST', '/nothing'],
      ['PUT', CREATE_PATH],
      ['DELETE', `${JOBS}/TaskInfo`],
      ['POST', `${ACCOUNT}/balance`],
      ['PATCH', '/openapi.json'],
    ] as const;
    for (const [method, path] of wrong)
      expectRefusal(await api.call({ ...rotate, method, path, body, headers }), 404);
    const keyless = await api.call({ method: 'POST', path: CREATE_PATH, body, headers });
    expectRefusal(keyless, 401);
  });

  it('B1: with very many names answers with the first of them, each cut short', async () => {
    const names = Array.from({ length: 55 }, (_, at) => [`${at}${'n'.repeat(120)}`, 1]);
    const answer = await api.create(caller, seedance(Object.fromEntries(names)));
    const warnings = answer.data.warnings as string[];
    expect([answer.status, warnings.length]).toEqual([200, 51]);
    expect(warnings.at(-1)).toMatch(/5 more names/);
    expect(Math.max(...warnings.map(({ length }) => length))).toBeLessThan(200);
    await api.endTask(String(answer.data.task_id), 'failed');
    const strict = await api.create(caller, seedance(Object.fromEntries(names)), {
      prefer: 'handling=strict',
    });
    expect([strict.status, errorsOf(strict).length]).toEqual([422, 51]);
  });

  it('B1: accepts a thousand colons and commas in one text', async () => {
    const prompt = '":,\\'.repeat(1_200);
    const { status, data } = await api.create(caller, seedance({ prompt }));
    expect(status).toBe(200);
    await api.endTask(String(data.task_id), 'failed');
  });

  it('keeps emoji, NUL-free control characters and right-to-left text as they were sent', async () => {
    const prompt = 'a 👩‍🚀 on \u202bהירח\u202c\n\t\u0007"\\';
    const { data } = await api.create(caller, { model: 'reelay/draft-t2v', input: { prompt } });
    const info = await api.call({ path: `${JOBS}/TaskInfo?task_id=${data.task_id}`, key: caller.key });
    expect(info.data.param).toMatchObject({ input: { prompt } });
  });
});

describe('a body of the wrong form is a 422 with a sentence for every fault', () => {
  const url = 'https://example.com/a.png';
  const cases: [string, Json, string[]][] = [
    ['an array', [], ['body: must be a JSON object']],
    ['null', null, ['body: must be a JSON object']],
    ['an empty object', {}, ['model: is required', 'input: is required']],
    [
      'types wrong all over',
      { model: 1, input: [], callback_url: 5, max_credits: '1' },
      [
        'model: must be of type string',
        'input: must be of type object',
        'callback_url: must be of type string',
        'max_credits: must be a number from 0 to 1000000000',
      ],
    ],
    [
      'an unknown model',
      { model: 'x/y', input: {} },
      ['model: there is no model "x/y"; GET /api/v1/client/job/Models lists them'],
    ],
    [
      'a model named like a part of every object',
      { model: 'toString', input: {} },
      ['model: there is no model "toString"; GET /api/v1/client/job/Models lists them'],
    ],
    [
      'nothing but a model',
      { model: 'bytedance/seedance1-0-pro-t2v', input: {} },
      ['input.prompt: is required'],
    ],
    [
      'every field wrong',
      seedance(
        {
          prompt: '',
          resolution: '8k',
          aspect_ratio: 16,
          duration: 2.5,
          camera_fixed: 'no',
          return_last_frame: 1,
          seed: -2,
        },
        { max_credits: -1 },
      ),
      [
        'max_credits: must be a number from 0 to 1000000000',
        'input.prompt: must not be empty',
        'input.resolution: must be one of 480p, 720p, 1080p',
        'input.aspect_ratio: must be of type string',
        'input.duration: must be of type integer',
        'input.camera_fixed: must be of type boolean',
        'input.return_last_frame: must be of type boolean',
        'input.seed: must be >= -1',
      ],
    ],
    ['numbers as text', seedance({ duration: '5' }), ['input.duration: must be of type integer']],
    ['null for a field that is required', seedance({ prompt: null }), ['input.prompt: is required']],
    [
      'null for a picture',
      { model: 'vidu/q1-r2v', input: { prompt: 'x', img_urls: [url, null] } },
      ['input.img_urls[1]: must be of type string'],
    ],
    [
      'null all over',
      { model: null, input: null, max_credits: null },
      ['model: is required', 'input: is required'],
    ],
    ['a prompt of objects', seedance({ prompt: { text: 'x' } }), ['input.prompt: must be of type string']],
    [
      'a prompt of 5,001 letters',
      seedance({ prompt: 'x'.repeat(5001) }),
      ['input.prompt: must have at most 5000 characters'],
    ],
    ['a seed of 2^63', seedance({ seed: 2 ** 63 }), ['input.seed: must be <= 4294967295']],
    ['a duration of 1e300', seedance({ duration: 1e300 }), ['input.duration: must be <= 12']],
    [
      'no pictures',
      { model: 'vidu/q1-r2v', input: { prompt: 'x', img_urls: [] } },
      ['input.img_urls: must have at least 1 items'],
    ],
    [
      'eight pictures',
      { model: 'vidu/q1-r2v', input: { prompt: 'x', img_urls: Array(8).fill(url) } },
      ['input.img_urls: must have at most 7 items'],
    ],
    [
      'a picture that is no text',
      { model: 'vidu/q1-r2v', input: { prompt: 'x', img_urls: [url, 7] } },
      ['input.img_urls[1]: must be of type string'],
    ],
    [
      'an unknown template',
      { model: 'bytedance/template', input: { template_id: '1', img_urls: [url], resolution: '720p' } },
      ['input.template_id: there is no such template; bytedance-templates lists them'],
    ],
    [
      'an unknown template, together with faults that the schema finds',
      { model: 'bytedance/template', input: { template_id: '1', img_urls: ['nope'] }, callback_url: 7 },
      [
        'callback_url: must be of type string',
        'input.resolution: is required',
        'input.img_urls[0]: must be an http or https address without user information, at most 2048 characters',
        'input.template_id: there is no such template; bytedance-templates lists them',
      ],
    ],
    [
      'a resolution that the template has no price for, and a picture too many',
      {
        model: 'bytedance/template',
        input: { template_id: '104909826', img_urls: [url, url], resolution: '9p' },
      },
      [
        'input.img_urls: this template takes 1 picture, not 2',
        'input.resolution: must be one of 480p, 720p, 1080p for this template',
      ],
    ],
  ];
  it.each(cases)('%s', async (_name, body, sentences) => {
    const answer = await api.create(caller, body);
    expectRefusal(answer, 422);
    expect(answer.body).toMatchObject({
      error: 'validation_failed',
      message: 'Missing Params or Type Error',
    });
    expect(errorsOf(answer).toSorted()).toEqual([...sentences].toSorted());
  });

  const addresses = [
    'example.com/a.png',
    '/a.png',
    '//example.com/a.png',
    'ftp://example.com/a.png',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:image/png;base64,AAAA',
    'https://',
    'https:///a.png',
    'http://user:pass@example.com/',
    'http://user@example.com/',
    'http://exa mple.com/',
    ' https://example.com/',
    'https://example.com/\t',
    'http:\\\\example.com\\a',
    'http://[::1',
    'http://example.com:99999/',
    `https://example.com/${'a'.repeat(2048)}`,
    'x',
  ];
  it.each(addresses)('an address of the wrong form: %s', async (address) => {
    const fault = /must be an http or https address/;
    const asPicture = await api.create(caller, {
      model: 'vidu/q1-r2v',
      input: { prompt: 'x', img_urls: [address] },
    });
    const asReceiver = await api.create(caller, { ...GOOD_BODY, callback_url: address });
    for (const answer of [asPicture, asReceiver]) {
      expectRefusal(answer, 422);
      expect(errorsOf(answer)).toContainEqual(expect.stringMatching(fault));
    }
  });

  it('estimates and cancels refuse the same bodies', async () => {
    for (const path of ['estimate-credits', 'EstimateTask', 'CancelTask']) {
      for (const body of ['', '[]', '{}', 'null', '{"task_id":7,"model":7}']) {
        expectRefusal(
          await api.call({ method: 'POST', path: `${JOBS}/${path}`, key: caller.key, body }),
          422,
        );
      }
    }
  });
});

it('D9: null means the same as a missing field, in the price, the task and the strictest check', async () => {
  const nothing = { prompt: 'x', resolution: '480p', duration: 4 };
  const nulls = {
    ...nothing,
    seed: null,
    aspect_ratio: null,
    camera_fixed: null,
    nobody_knows: null,
    deep: { a: null },
  };
  const strict = { prefer: 'handling=strict' };
  const estimate = async (input: object) =>
    (
      await api.call({
        method: 'POST',
        path: `${JOBS}/estimate-credits`,
        key: caller.key,
        body: seedance(input),
      })
    ).data;
  expect(await estimate({ ...nothing, resolution: null, seed: null })).toEqual(
    await estimate({ prompt: 'x', duration: 4 }),
  );
  const body = seedance(nulls, { callback_url: null, max_credits: null, unheard_of: null });
  const answer = await api.create(caller, body);
  expect([answer.status, answer.data.warnings]).toEqual([
    200,
    ['input.deep: is not known and has no effect'],
  ]);
  const info = await api.call({ path: `${JOBS}/TaskInfo?task_id=${answer.data.task_id}`, key: caller.key });
  expect(info.data.param).toMatchObject({ callback_url: null, input: { ...nothing, deep: {} } });
  expect(Object.keys((info.data.param as { input: object }).input)).toEqual([
    ...Object.keys(nothing),
    'deep',
  ]);
  await api.endTask(String(answer.data.task_id), 'failed');
  const { deep: _, ...known } = nulls;
  const taken = await api.create(caller, seedance(known, { max_credits: null, unheard_of: null }), strict);
  expect(taken.status).toBe(200);
  await api.endTask(String(taken.data.task_id), 'failed');
  const cancel = await api.call({
    method: 'POST',
    path: `${JOBS}/CancelTask`,
    key: caller.key,
    body: { task_id: null },
  });
  expect(errorsOf(cancel)).toEqual(['task_id: is required and must be of type string']);
});
