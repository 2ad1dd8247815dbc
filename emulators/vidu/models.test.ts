import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { openEmulator } from '../core/testing.ts';
import { type Endpoint, VIDU_MODELS } from './models.ts';
import { ask, PICTURE, plain } from './testing.ts';
import { viduApi } from './vidu.ts';

const LEAST: Record<Endpoint, JsonObject> = {
  text2video: { prompt: 'a boat' },
  img2video: { images: [PICTURE] },
  'start-end2video': { images: [PICTURE, PICTURE] },
  reference2video: { prompt: 'a boat', images: [PICTURE] },
};

describe('the models', () => {
  const cases = (Object.keys(VIDU_MODELS) as Endpoint[]).flatMap((endpoint) =>
    Object.keys(VIDU_MODELS[endpoint]).map((model) => ({ endpoint, model })),
  );

  it.each(cases)('$model at $endpoint accepts its smallest request, and has a price', async (one) => {
    const emulator = await openEmulator(viduApi);
    const body = { model: one.model, ...LEAST[one.endpoint] };
    const { status, json } = await ask(emulator, 'POST', one.endpoint, body);
    expect([status, json.credits]).toEqual([200, expect.any(Number)]);
    expect(json.credits).toBeGreaterThan(0);
  });

  it.each<[Endpoint, JsonObject, number]>([
    ['text2video', { model: 'viduq1', style: 'anime', bgm: true }, 80],
    ['text2video', { model: 'viduq1', off_peak: true }, 40],
    ['text2video', { model: 'viduq2', duration: 1, resolution: '540p' }, 10],
    ['text2video', { model: 'viduq2', duration: 10, resolution: '1080p', aspect_ratio: '3:4' }, 110],
    ['text2video', { model: 'viduq3-pro', duration: 16, audio: false }, 320],
    ['text2video', { model: 'viduq3-turbo', off_peak: true, audio: true }, 28],
    ['img2video', { model: 'viduq2-pro', duration: 5, audio: true, audio_type: 'all', voice_id: 'x' }, 70],
    ['img2video', { model: 'viduq2-pro', is_rec: true }, 65],
    ['img2video', { model: 'vidu2.0', duration: 8, resolution: '720p' }, 100],
    ['img2video', { model: 'viduq1', images: ['data:image/png;base64,iVBORw0KGgo='] }, 80],
    ['start-end2video', { model: 'viduq2-pro', duration: 8, resolution: '1080p' }, 160],
    ['reference2video', { model: 'viduq2', images: Array.from({ length: 7 }, () => PICTURE) }, 45],
    ['reference2video', { model: 'viduq3', aspect_ratio: 'auto', duration: 3 }, 36],
    ['reference2video', { model: 'viduq1', audio: true, audio_type: 'speech_only' }, 80],
  ])('at %s take %j for %i credits', async (endpoint, more, credits) => {
    const emulator = await openEmulator(viduApi);
    const { json } = await ask(emulator, 'POST', endpoint, { ...LEAST[endpoint], ...more });
    expect(json).toMatchObject({ state: 'created', credits });
  });

  it('accept subjects instead of pictures, with sound', async () => {
    const emulator = await openEmulator(viduApi, { settings: { q1TakesAudio: false } });
    const subjects = [{ name: '1', images: [PICTURE] }];
    const body = { model: 'viduq1', prompt: '@1 waves', subjects, audio: true, audio_type: 'all' };
    expect((await ask(emulator, 'POST', 'reference2video', body)).status).toBe(200);
    const both = { ...body, images: [PICTURE] };
    expect((await ask(emulator, 'POST', 'reference2video', both)).json.message).toBe(
      'unwanted field: images',
    );
    const many = Array.from({ length: 3 }, (_, at) => ({
      name: `${at}`,
      images: [PICTURE, PICTURE, PICTURE],
    }));
    const { json } = await ask(emulator, 'POST', 'reference2video', { ...body, subjects: many });
    expect(json.reason).toBe('FieldItemCountOutOfRange');
  });

  it.each<[string, Endpoint, JsonObject, ...wanted: [reason: string, field: string]]>([
    ['an unknown field', 'text2video', { ratio: '16:9' }, 'FieldUnwanted', 'ratio'],
    ['unwanted pictures', 'text2video', { images: [PICTURE] }, 'FieldUnwanted', 'images'],
    [
      'a ratio although the picture has one',
      'img2video',
      { aspect_ratio: '1:1' },
      'FieldUnwanted',
      'aspect_ratio',
    ],
    ['music at Q3', 'text2video', { model: 'viduq3-pro', bgm: true }, 'FieldUnwanted', 'bgm'],
    ['sound at Q1', 'text2video', { audio: true }, 'FieldUnwanted', 'audio'],
    [
      'sound beside plain pictures at Q2',
      'reference2video',
      { model: 'viduq2', audio: true },
      'FieldUnwanted',
      'audio',
    ],
    ['the moderation of v1', 'reference2video', { moderation: true }, 'FieldUnwanted', 'moderation'],
    ['no prompt', 'text2video', { prompt: '' }, 'FieldLacking', 'prompt'],
    ['no picture', 'reference2video', { images: [] }, 'FieldLacking', 'images'],
    ['no model', 'text2video', { model: '' }, 'FieldLacking', 'model'],
    ['two first frames', 'img2video', { images: [PICTURE, PICTURE] }, 'FieldItemCountOutOfRange', 'images'],
    ['one frame of two', 'start-end2video', { images: [PICTURE] }, 'FieldItemCountOutOfRange', 'images'],
    [
      'eight references',
      'reference2video',
      { images: Array(8).fill(PICTURE) },
      'FieldItemCountOutOfRange',
      'images',
    ],
    ['an invalid picture', 'img2video', { images: ['file:///a.png'] }, 'FieldInvalid', 'images.0'],
    [
      'a picture of another format',
      'img2video',
      { images: ['data:image/gif;base64,aaaa'] },
      'FieldInvalid',
      'images.0',
    ],
    ['six seconds of Q1', 'text2video', { duration: 6 }, 'FieldInvalid', 'duration'],
    ['eleven of Q2', 'text2video', { model: 'viduq2', duration: 11 }, 'FieldInvalid', 'duration'],
    [
      'nine of Q2 frames',
      'start-end2video',
      { model: 'viduq2-pro', duration: 9 },
      'FieldInvalid',
      'duration',
    ],
    ['two of Q3 references', 'reference2video', { model: 'viduq3', duration: 2 }, 'FieldInvalid', 'duration'],
    ['a number as text', 'text2video', { duration: '5' }, 'FieldInvalid', 'duration'],
    ['720p of Q1', 'text2video', { resolution: '720p' }, 'FieldInvalid', 'resolution'],
    ['a ratio of Q2 at Q1', 'text2video', { aspect_ratio: '4:3' }, 'FieldInvalid', 'aspect_ratio'],
    ['an unknown style', 'text2video', { style: 'oil' }, 'FieldInvalid', 'style'],
    [
      'an unknown movement',
      'text2video',
      { movement_amplitude: 'huge' },
      'FieldInvalid',
      'movement_amplitude',
    ],
    ['a long prompt', 'text2video', { prompt: 'a'.repeat(2_001) }, 'FieldInvalid', 'prompt'],
    ['a negative seed', 'text2video', { seed: -1 }, 'FieldInvalid', 'seed'],
    ['an unknown sound', 'img2video', { audio: true, audio_type: 'music' }, 'FieldInvalid', 'audio_type'],
    [
      'an invalid callback address',
      'text2video',
      { callback_url: 'ftp://a' },
      'FieldInvalid',
      'callback_url',
    ],
    ['a long payload', 'text2video', { payload: 'a'.repeat(1_048_577) }, 'FieldInvalid', 'payload'],
    [
      'Q3 without its sound off peak',
      'text2video',
      { model: 'viduq3-pro', audio: false, off_peak: true },
      'FieldInvalid',
      'off_peak',
    ],
    [
      'Q2 with sound off peak',
      'img2video',
      { model: 'viduq2-pro', audio: true, off_peak: true },
      'FieldInvalid',
      'off_peak',
    ],
    [
      'the mix off peak',
      'reference2video',
      { model: 'viduq3-mix', off_peak: true },
      'FieldInvalid',
      'off_peak',
    ],
    [
      'a length that this size does not have',
      'img2video',
      { model: 'vidu2.0', duration: 8, resolution: '360p' },
      'FieldInvalid',
      'resolution',
    ],
  ])('refuse %s', async (_name, endpoint, more, ...[reason, field]) => {
    const emulator = await openEmulator(viduApi);
    const body = { model: 'viduq1', ...LEAST[endpoint], ...more };
    const { status, json } = await ask(emulator, 'POST', endpoint, body);
    expect([status, json]).toEqual([400, expect.objectContaining({ code: 400, reason })]);
    expect(json.message).toMatch(new RegExp(`: ${field}$`));
    expect(emulator.accepted()).toEqual([]);
  });

  it('refuse a body that is not an object, and a model of another endpoint', async () => {
    const emulator = await openEmulator(viduApi);
    expect((await ask(emulator, 'POST', 'text2video', ['a'])).json.reason).toBe('BadRequest');
    const { json } = await ask(emulator, 'POST', 'text2video', plain({ model: 'viduq2-pro' }));
    expect(json.reason).toBe('ModelUnavailable');
  });

  it('accept sound at Q1, and the moderation of v1, as the settings say', async () => {
    const settings = { q1TakesAudio: false, takesModeration: true };
    const emulator = await openEmulator(viduApi, { settings });
    const refer = (more: JsonObject) =>
      ask(emulator, 'POST', 'reference2video', plain({ images: [PICTURE], ...more }));
    expect((await refer({ audio: true })).json.message).toBe('unwanted field: audio');
    expect((await refer({ moderation: true })).status).toBe(200);
  });
});

describe('the templates', () => {
  const template = async (body: JsonObject, path = 'template') => {
    const emulator = await openEmulator(viduApi);
    return (await ask(emulator, 'POST', path, { images: [PICTURE], ...body })).json;
  };

  it('are accepted under both names of the endpoint, and named in the answer', async () => {
    for (const path of ['template', 'template2video']) {
      const answer = await template({ template: 'hugging', aspect_ratio: '9:16', bgm: true }, path);
      expect(answer).toMatchObject({ template: 'hugging', aspect_ratio: '9:16', bgm: true, credits: 40 });
    }
    expect(await template({ template: 'exotic_princess', area: 'uk' })).toMatchObject({ state: 'created' });
    expect(await template({ template: 'beast_companion', beast: 'elk' })).toMatchObject({ state: 'created' });
  });

  it.each<[string, JsonObject, string]>([
    ['an unknown name', { template: 'nobody' }, 'invalid field: template'],
    ['no name', {}, 'field is missing or empty: template'],
    ['no picture', { template: 'hugging', images: [] }, 'field is missing or empty: images'],
    [
      'too many pictures',
      { template: 'beast_companion', images: [PICTURE, PICTURE] },
      'field item count out of range: images',
    ],
    [
      'a ratio that it does not have',
      { template: 'beast_companion', aspect_ratio: '1:1' },
      'invalid field: aspect_ratio',
    ],
    ['a field of another one', { template: 'hugging', area: 'uk' }, 'unwanted field: area'],
    ['an unknown beast', { template: 'beast_companion', beast: 'cat' }, 'invalid field: beast'],
    ['a prompt that it does not take', { template: 'subject_3', prompt: 'x' }, 'unwanted field: prompt'],
    ['a model', { template: 'hugging', model: 'viduq1' }, 'unwanted field: model'],
  ])('refuse %s', async (_name, body, message) => {
    expect(await template(body)).toMatchObject({ code: 400, message });
  });
});
