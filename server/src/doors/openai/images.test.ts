// What a call for images is refused for; test/foreign has the calls that make some.
import { expect, it } from 'vitest';
import { makeMedia } from '../../lib/testing-media.ts';
import { stageOpenai, toForm } from './testing.ts';

const { call, countTasks, errorOf } = await stageOpenai();
const GOOD = { model: 'bytedance/seedream-4', prompt: 'a boat' };

it.each([
  [{ ...GOOD, size: '1x1' }, 'size', 'must be one of 1024x1024, 1024x1536, 1536x1024'],
  [{ ...GOOD, model: 'google/nano-banana', n: 2 }, 'n', 'google/nano-banana makes one image at a time'],
  [{ ...GOOD, n: '2.5' }, 'n', 'must be a whole number'],
  [{ ...GOOD, n: 99 }, 'n', 'must be <= 10'],
  [
    { ...GOOD, model: 'openai/gpt-image-1', size: '1820x1024' },
    'size',
    'must be one of 1024x1024, 1024x1536',
  ],
  [{ ...GOOD, quality: 'high' }, 'quality', 'bytedance/seedream-4 has no choice of it'],
  [{ ...GOOD, output_format: 'webp' }, 'output_format', 'has no choice of it'],
  [{ ...GOOD, stream: true }, 'stream', 'is not made here'],
  [{ ...GOOD, callback_url: 'https://a.example/' }, 'callback_url', 'is for videos'],
  [{ ...GOOD, response_format: 'file' }, 'response_format', 'must be one of b64_json, url'],
  [{ ...GOOD, model: 'kling/v3-t2v' }, 'model', 'makes another kind of thing (video)'],
])('refuses %j', async (body, param, words) => {
  const answer = await call('/v1/images/generations', { method: 'POST', body });
  expect(answer.status).toBe(400);
  expect(errorOf(answer)).toMatchObject({ param, message: expect.stringContaining(words) });
  expect(answer.headers['x-should-retry']).toBe('false');
});

it('refuses an edit without a picture, of a model that takes none, with a mask, and with what is no picture', async () => {
  const edit = (form: ReturnType<typeof toForm>) => call('/v1/images/edits', { method: 'POST', ...form });
  const picture = makeMedia('image/png', 100);
  const words = [
    ['prompt', 'at night'],
    ['model', GOOD.model],
  ] as const;
  const without = await edit(toForm(words));
  expect(errorOf(without)).toMatchObject({ param: 'image', code: 'missing_required_parameter' });
  const other = [
    ['prompt', 'x'],
    ['model', 'google/image-4'],
    ['image', picture, 'a.png'],
  ] as const;
  expect(errorOf(await edit(toForm(other))).message).toContain('google/image-4 takes no picture');
  const masked = await edit(toForm([...words, ['image[]', picture, 'a.png'], ['mask', picture, 'm.png']]));
  expect(errorOf(masked)).toMatchObject({ param: 'mask', message: 'mask: takes no file' });
  const text = await edit(toForm([...words, ['image[]', picture, 'a.png'], ['image[]', 'text', 'b.png']]));
  expect(errorOf(text).message).toContain('image: its bytes are not those of a picture');
  const json = { ...GOOD, images: [{ image_url: 'ftp://a.example/' }] };
  const named = await call('/v1/images/edits', { method: 'POST', body: json });
  expect(errorOf(named).message).toContain('image: must be a file, an http or https address');
  expect(await countTasks()).toBe(0);
});
