import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { call, openEmulator } from '../core/testing.ts';
import { openaiImagesApi } from './openai-images.ts';

it.each(['png', 'jpeg', 'webp'])('answers a picture as %s when that is asked for', async (format) => {
  const emulator = await openEmulator(openaiImagesApi);
  const json = { model: 'gpt-image-2', prompt: 'a boat', output_format: format, size: '1536x1024' };
  const answer = (await call(emulator, 'POST', '/images/generations', { json })).json;
  const [picture] = answer.data as JsonObject[];
  const made = await sharp(Buffer.from(String(picture.b64_json), 'base64')).metadata();
  expect([made.format, answer.output_format]).toEqual([format, format]);
  expect(Number(made.width) / Number(made.height)).toBeCloseTo(1.5, 1);
});
