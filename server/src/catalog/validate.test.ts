import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../lib/json.ts';
import { type Model, readShippedModels } from './models.ts';
import { compileInputCheck, isHttpUrl } from './validate.ts';

const models = new Map(readShippedModels().map((model) => [model.model, model]));

function checkOf(name: string) {
  const model = models.get(name);
  if (!model) throw new Error(`there is no ${name}`);
  return compileInputCheck(model);
}

describe('an address', () => {
  it.each([
    'https://example.com',
    'http://example.com/a?b=c#d',
    'HTTPS://EXAMPLE.com',
    'https://xn--bcher-kva.example/ü',
    'http://127.0.0.1:8080/',
    'http://[::1]/',
    'https://your-domain.com/api/callback',
    `https://e.com/${'a'.repeat(2034)}`,
  ])('may be %s', (address) => {
    expect(isHttpUrl(address)).toBe(true);
  });

  it('that is accepted is the one that the client meant: the parser reads the same host as the text has', () => {
    const part = fc.constantFrom(
      'http',
      'https',
      ':',
      '/',
      '//',
      '\\',
      '@',
      'a.com',
      'b',
      '?',
      '#',
      ' ',
      '\t',
      '%2f',
      '[::1]',
      ':80',
      '。',
      '..',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const address = `http://${parts.join('')}`;
        if (!isHttpUrl(address)) return;
        const url = new URL(address);
        expect(url.username + url.password).toBe('');
        const authority = address.slice('http://'.length).split(/[/?#]/)[0];
        expect(new URL(`http://${authority}`).host).toBe(url.host);
        expect(authority).not.toMatch(/[@\\\s]/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the check of an input', () => {
  const seedance = checkOf('bytedance/seedance1-0-pro-t2v');
  const vidu = checkOf('vidu/q1-r2v');

  it('finds nothing in the bodies of the original documentation', () => {
    const input = {
      prompt:
        'A dynamic cinematic view of a futuristic city at night, neon lights reflecting on wet streets.',
      resolution: '1080p',
      aspect_ratio: '16:9',
      duration: 8,
      camera_fixed: false,
      return_last_frame: false,
    };
    expect(seedance(input)).toEqual({ errors: [], unknown: [] });
    const references = {
      prompt: 'A cinematic slow-motion shot of a dancer inspired by the reference images.',
      img_urls: ['https://example.com/ref1.jpg', 'https://example.com/ref2.jpg'],
      audio: true,
      audio_type: 'all',
      duration: 5,
      resolution: '1080p',
      aspect_ratio: '16:9',
      movement_amplitude: 'auto',
      moderation: 'enabled',
    };
    expect(vidu(references)).toEqual({ errors: [], unknown: [] });
  });

  it.each([
    [{}, ['input.prompt: is required']],
    [{ prompt: 'x', duration: 1 }, ['input.duration: must be >= 2']],
    [{ prompt: 'x', duration: 13 }, ['input.duration: must be <= 12']],
    [{ prompt: 'x', resolution: '720P' }, ['input.resolution: must be one of 480p, 720p, 1080p']],
    [{ prompt: 'x', camera_fixed: 'false' }, ['input.camera_fixed: must be of type boolean']],
    [{ prompt: ['x'] }, ['input.prompt: must be of type string']],
    [
      { prompt: 7, duration: 'x' },
      ['input.prompt: must be of type string', 'input.duration: must be of type integer'],
    ],
  ] as [JsonObject, string[]][])('says of %j: %j', (input, errors) => {
    expect(seedance(input).errors).toEqual(errors);
  });

  it('names the place in a list', () => {
    const { errors } = vidu({ prompt: 'x', img_urls: ['https://e.com', 'ftp://e.com', 7] });
    expect(errors).toEqual([
      'input.img_urls[1]: must be an http or https address without user information, at most 2048 characters',
      'input.img_urls[2]: must be of type string',
    ]);
  });

  it('names a slip inside of a field beside the name that is missing there', () => {
    const shot = { type: 'object', required: ['prompt'], properties: { prompt: { type: 'string' } } };
    const check = compileInputCheck({
      ...(models.get('reelay/draft-t2v') as Model),
      input_schema: {
        type: 'object',
        required: ['shots'],
        properties: { shots: { type: 'array', items: shot, maxItems: 3 } },
      },
    });
    const { errors, unknown } = check({
      shots: [
        { prompt: 'x', promt: 'x' },
        { promt: 'x', other: 1 },
      ],
    });
    expect(errors).toEqual([
      'input.shots[1].prompt: is required',
      'input.shots[1].promt: is not known here; did you mean prompt?',
    ]);
    expect(unknown).toEqual([]);
  });

  it('is short about many faults: long lists and crowds of unknown names give short answers', () => {
    const list = vidu({ prompt: 'x', img_urls: Array.from({ length: 80_000 }, () => '') });
    expect(list.errors).toContain('input.img_urls: must have at most 7 items');
    expect(list.errors.length).toBeLessThan(20);
    const names = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`n${at}`, 0]));
    const { errors, unknown } = seedance({ prompt: 'x', ...names });
    expect(errors).toEqual([expect.stringContaining('unknown fields have')]);
    expect(unknown).toHaveLength(51);
    expect(unknown.at(-1)).toBe('input.* (19950 more names)');
  });

  it('counts characters as people do, not halves of them', () => {
    expect(vidu({ prompt: '😀'.repeat(2000), img_urls: ['https://e.com'] }).errors).toEqual([]);
    expect(vidu({ prompt: '😀'.repeat(2001), img_urls: ['https://e.com'] }).errors).toEqual([
      'input.prompt: must have at most 2000 characters',
    ]);
  });

  it('B2: keeps at most 8 KiB of what it does not know, however it is divided', () => {
    const room = 8 * 1024 - '{"note":""}'.length;
    expect(seedance({ prompt: 'x', note: 'y'.repeat(room) }).errors).toEqual([]);
    const many = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`name${at}`, 0]));
    const tooMuch: JsonObject[] = [
      { note: 'y'.repeat(room + 1) },
      { note: { deep: ['ü'.repeat(4_100)] } },
      many,
    ];
    for (const unknown of tooMuch) {
      const bytes = Buffer.byteLength(JSON.stringify(unknown));
      expect(seedance({ prompt: 'x', ...unknown }).errors).toEqual([
        `input: its unknown fields have ${bytes} bytes of JSON, and at most 8192 are kept`,
      ]);
    }
    expect(seedance({ prompt: 'x'.repeat(2_000), mood: 'noir' }).errors).toEqual([]);
  });

  it('names what it does not know, and changes nothing', () => {
    const input = { prompt: 'x', mood: 'noir', lenght: 5 };
    expect(seedance(input)).toEqual({ errors: [], unknown: ['input.mood', 'input.lenght'] });
    expect(input).toEqual({ prompt: 'x', mood: 'noir', lenght: 5 });
  });
});
