// npm openai against the `/v1/videos` dialect as OpenAI spoke it.
import OpenAI, { toFile } from 'openai';
import { expect } from 'vitest';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { openaiVideosApi } from '../../emulators/openai-videos/openai-videos.ts';
import { ask, type ForeignClient, isVideo, methodsOf, refusalOf, samplePicture } from './client.ts';

function connect({ fields }: RunningEmulator): OpenAI['videos'] {
  return new OpenAI({ apiKey: fields.api_key, baseURL: fields.base_url, maxRetries: 0 }).videos;
}

const PROMPT = 'a boat';

async function make(videos: OpenAI['videos']): Promise<string> {
  const { id } = await videos.create({ prompt: PROMPT, model: 'sora-2', seconds: '4', size: '1280x720' });
  await ask(async () => (await videos.retrieve(id)).status === 'completed');
  return id;
}

export const openai: ForeignClient = {
  row: 'E4',
  client: 'openai',
  by: 'provider',
  api: openaiVideosApi,
  settings: { engine: 'openai' },
  pointedBy: '`baseURL`',
  steps: {
    'create, retrieve to the end, downloadContent': async (emulator) => {
      const videos = connect(emulator);
      const id = await make(videos);
      const response = await videos.downloadContent(id);
      expect(isVideo(await response.arrayBuffer())).toBe(true);
      expect((await videos.downloadContent(id, { variant: 'thumbnail' })).headers.get('content-type')).toBe(
        'image/png',
      );
    },
    'create with a picture as a file': async (emulator) => {
      const input_reference = await toFile(samplePicture(), 'a.png', { type: 'image/png' });
      expect(await connect(emulator).create({ prompt: PROMPT, input_reference })).toMatchObject({
        object: 'video',
      });
    },
    'create with the address of a picture': async (emulator) => {
      const input_reference = { image_url: 'https://a.example/b.png' };
      expect(await connect(emulator).create({ prompt: PROMPT, input_reference })).toMatchObject({
        object: 'video',
      });
    },
    'list page by page, both ways': async (emulator) => {
      const videos = connect(emulator);
      const made: string[] = [];
      for (let count = 0; count < 3; count += 1) made.push((await videos.create({ prompt: PROMPT })).id);
      const collect = async (order: 'asc' | 'desc') => {
        const ids: string[] = [];
        for await (const { id } of videos.list({ limit: 1, order })) {
          ids.push(id);
          if (ids.length > made.length) break;
        }
        return ids;
      };
      expect(await collect('asc')).toEqual(made);
      expect(await collect('desc')).toEqual([...made].reverse());
    },
    delete: async (emulator) => {
      const videos = connect(emulator);
      const id = await make(videos);
      expect(await videos.delete(id)).toMatchObject({ id, deleted: true });
      expect(await refusalOf(videos.retrieve(id))).toBeInstanceOf(OpenAI.NotFoundError);
    },
    'remix, edit, extend': async (emulator) => {
      const videos = connect(emulator);
      const id = await make(videos);
      emulator.set({ queueMs: 60_000 });
      expect(await videos.remix(id, { prompt: 'at night' })).toMatchObject({ remixed_from_video_id: id });
      expect(await videos.edit({ prompt: PROMPT, video: { id } })).toMatchObject({ status: 'queued' });
      expect(await videos.extend({ prompt: PROMPT, video: { id }, seconds: '8' })).toMatchObject({
        seconds: '8',
      });
    },
    'refusals as classes of errors': async (emulator) => {
      const videos = connect(emulator);
      expect(await refusalOf(videos.create({ prompt: '' }))).toMatchObject({
        status: 400,
        code: 'missing_required_parameter',
      });
      const { base_url: baseURL } = emulator.fields;
      const other = new OpenAI({ apiKey: 'another', baseURL, maxRetries: 0 }).videos;
      expect(await refusalOf(other.retrieve('video_1'))).toBeInstanceOf(OpenAI.AuthenticationError);
      expect(await refusalOf(videos.remix('video_1', { prompt: PROMPT }))).toBeInstanceOf(
        OpenAI.NotFoundError,
      );
    },
  },
  methods: () => methodsOf(new OpenAI({ apiKey: 'none' }).videos),
  leftOut: { 'createCharacter, getCharacter': 'characters are not emulated: no model here takes one' },
};
