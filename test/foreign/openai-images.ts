// npm openai against its image calls.
import OpenAI, { toFile } from 'openai';
import { expect } from 'vitest';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { openaiImagesApi } from '../../emulators/openai-images/openai-images.ts';
import { type ForeignClient, methodsOf, refusalOf, samplePicture } from './client.ts';

function connect({ fields }: RunningEmulator, apiKey = fields.api_key): OpenAI['images'] {
  return new OpenAI({ apiKey, baseURL: fields.base_url, maxRetries: 0 }).images;
}

const ORDER = { model: 'gpt-image-2', prompt: 'a kettle' } as const;

function isPng(base64: string | undefined): boolean {
  return Buffer.from(base64 ?? '', 'base64').toString('latin1', 1, 4) === 'PNG';
}

export const openaiImages: ForeignClient = {
  row: 'E4',
  client: 'openai',
  by: 'provider',
  api: openaiImagesApi,
  pointedBy: '`baseURL`',
  steps: {
    'generate pictures in base64': async (emulator) => {
      const { data, size, usage } = await connect(emulator).generate({ ...ORDER, n: 2, size: '1536x1024' });
      expect(data?.map(({ b64_json: picture }) => isPng(picture))).toEqual([true, true]);
      expect(size).toBe('1536x1024');
      expect(usage?.output_tokens).toBeGreaterThan(0);
    },
    'edit one picture, and several': async (emulator) => {
      const images = connect(emulator);
      const file = () => toFile(samplePicture(), 'a.png', { type: 'image/png' });
      const one = await images.edit({ ...ORDER, image: await file() });
      expect(isPng(one.data?.[0]?.b64_json)).toBe(true);
      const several = await images.edit({ ...ORDER, image: [await file(), await file()] });
      expect(several.usage?.input_tokens_details.image_tokens).toBe(600);
    },
    'refusals as classes of errors': async (emulator) => {
      expect(await refusalOf(connect(emulator).generate({ ...ORDER, prompt: '' }))).toBeInstanceOf(
        OpenAI.BadRequestError,
      );
      expect(await refusalOf(connect(emulator, 'another').generate(ORDER))).toBeInstanceOf(
        OpenAI.AuthenticationError,
      );
    },
  },
  methods: () => methodsOf(new OpenAI({ apiKey: 'none' }).images),
  leftOut: { createVariation: 'a call of DALL-E 2 alone' },
};
