// npm @google/genai: Veo in the Gemini API.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError, type GenerateVideosOperation, GoogleGenAI } from '@google/genai';
import { expect } from 'vitest';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { googleVeoApi } from '../../emulators/google-veo/google-veo.ts';
import { ask, type ForeignClient, isVideo, refusalOf, samplePicture } from './client.ts';

const MODEL = 'veo-3.1-fast-generate-preview';

function connect({ url, fields }: RunningEmulator, apiKey = fields.api_key): GoogleGenAI {
  return new GoogleGenAI({ apiKey, vertexai: false, httpOptions: { baseUrl: url } });
}

async function follow(client: GoogleGenAI, operation: GenerateVideosOperation) {
  return ask(async () => {
    const known = await client.operations.getVideosOperation({ operation });
    return known.done && known;
  });
}

export const googleGenai: ForeignClient = {
  row: 'E5',
  client: '@google/genai',
  by: 'provider',
  api: googleVeoApi,
  pointedBy: '`httpOptions.baseUrl`',
  steps: {
    'models.generateVideos, operations.getVideosOperation to the end, files.download': async (emulator) => {
      const client = connect(emulator);
      const config = { numberOfVideos: 1, durationSeconds: 4, aspectRatio: '9:16', resolution: '720p' };
      const begun = await client.models.generateVideos({
        model: MODEL,
        source: { prompt: 'a boat' },
        config,
      });
      const { response } = await follow(client, begun);
      // It finds the name only in https addresses.
      const [name] = /files\/\w+/.exec(String(response?.generatedVideos?.[0].video?.uri)) ?? [''];
      const folder = await mkdtemp(join(tmpdir(), 'foreign-'));
      try {
        const downloadPath = join(folder, 'video.mp4');
        await client.files.download({ file: name, downloadPath });
        expect(isVideo(await readFile(downloadPath))).toBe(true);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    'models.generateVideos with pictures': async (emulator) => {
      const imageBytes = Buffer.from(samplePicture()).toString('base64');
      const image = { imageBytes, mimeType: 'image/png' };
      const begun = await connect(emulator).models.generateVideos({
        model: MODEL,
        source: { prompt: 'a boat', image },
        config: { lastFrame: image, negativePrompt: 'rain' },
      });
      expect(begun.name).toMatch(/^models\/veo.*\/operations\//);
    },
    'models.list': async (emulator) => {
      const names: string[] = [];
      for await (const { name } of await connect(emulator).models.list()) names.push(String(name));
      expect(names).toContain(`models/${MODEL}`);
    },
    'a failed operation': async (emulator) => {
      emulator.addFault({ on: 'start', kind: 'fail', json: { code: 13, message: 'no' } });
      const client = connect(emulator);
      const begun = await client.models.generateVideos({ model: MODEL, source: { prompt: 'a boat' } });
      expect((await follow(client, begun)).error).toMatchObject({ code: 13 });
    },
    refusals: async (emulator) => {
      const source = { prompt: 'a boat' };
      const config = { durationSeconds: 5 };
      const wrong = connect(emulator).models.generateVideos({ model: MODEL, source, config });
      expect(await refusalOf(wrong)).toMatchObject({ status: 400 });
      const refused = connect(emulator, 'another').models.generateVideos({ model: MODEL, source });
      expect(await refusalOf(refused)).toBeInstanceOf(ApiError);
    },
  },
  leftOut: {
    'versions from 3.1 on': 'they make videos at the Agent Platform (Vertex AI) alone, not in the Gemini API',
    'files.upload': 'Veo takes pictures as bytes; uploads are for other models',
    'video extension (`source.video`)': 'no model here extends a video',
    cancel: 'the Gemini API has none for a video',
  },
};
