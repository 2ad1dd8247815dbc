// npm `openai` at the OpenAI door: every call that it has for videos and models, as its users write it.
import { createReadStream } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import sharp from 'sharp';
import { expect, inject } from 'vitest';
import { signMessage } from '../../server/src/callbacks/signature.ts';
import { openaiDoor } from '../../server/src/doors/openai/openai.ts';
import { makeMedia } from '../../server/src/lib/testing-media.ts';
import { systemClock } from '../../server/src/lib/time.ts';
import { readTasksById } from '../../server/src/tasks/tasks.store.ts';
import { methodsOf, refusalOf } from './client.ts';
import type { DoorClient, DoorTools } from './door-clients.ts';
import {
  FILE_EACH,
  PICTURE_BYTES,
  PRICED_MODELS,
  REPEATS_MAX,
  type RepeatingClient,
  sendThroughCuts,
} from './repeats.ts';

const MODEL = 'reelay/draft-t2v';
const WITH_PICTURE = 'reelay/draft-r2v';
const EDITING = 'wan/2-7-video-edit';
const PROMPT = 'a boat';
/** A length that the package has no type for: it sends what it is given. */
const FIVE = '5' as OpenAI.VideoSeconds;

function connect({ stage, key }: DoorTools, more: { apiKey?: string; maxRetries?: number } = {}): OpenAI {
  return new OpenAI({ apiKey: key, baseURL: `${stage.url}/v1`, maxRetries: 0, ...more });
}

function taskOf(videoId: string): string {
  const hex = videoId.slice('video_'.length);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

async function made(
  { stage }: DoorTools,
  videos: OpenAI['videos'],
): Promise<{ id: string; bytes: Uint8Array }> {
  const { id } = await videos.create({ model: MODEL, prompt: PROMPT, seconds: '4', size: '1280x720' });
  return { id, bytes: await stage.end(taskOf(id)) };
}

async function bodyOf(prompt: string, number: number): Promise<OpenAI.VideoCreateParams> {
  if (number % FILE_EACH !== 0) return { model: PRICED_MODELS.text, prompt, seconds: FIVE };
  const input_reference = await toFile(makeMedia('image/png', PICTURE_BYTES), 'a.png');
  return { model: PRICED_MODELS.picture, prompt, seconds: FIVE, input_reference };
}

/** The package repeats creates by itself, and gives them no key. */
export const repeatingOpenai: RepeatingClient = {
  name: 'openai',
  connect({ url, key }) {
    const client = new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: REPEATS_MAX });
    return async (prompt, number) => {
      const video = await client.videos.create(await bodyOf(prompt, number));
      if (video.prompt !== prompt) throw new Error(`was answered with ${video.prompt}`);
      return video.id;
    };
  },
  // Once the head of an answer has come it repeats no more: its caller gets the error, and its task is there.
  mayFail: ({ message }) => message === 'terminated',
};

export const openaiAtDoor: DoorClient = {
  client: 'openai',
  door: 'OpenAI videos',
  pointedBy: '`baseURL` and `apiKey`',
  steps: {
    'create, retrieve to the end, downloadContent in three variants and with a range': async (tools) => {
      const { videos } = connect(tools);
      const { id, bytes } = await made(tools, videos);
      expect(await videos.retrieve(id)).toMatchObject({ status: 'completed', progress: 100, seconds: '4' });
      const content = await videos.downloadContent(id);
      expect(content.headers.get('content-length')).toBe(String(bytes.length));
      expect(new Uint8Array(await content.arrayBuffer())).toEqual(bytes);
      const thumbnail = await videos.downloadContent(id, { variant: 'thumbnail' });
      expect(thumbnail.headers.get('content-type')).toBe('image/webp');
      const { format } = await sharp(await thumbnail.arrayBuffer()).metadata();
      expect(format).toBe('webp');
      const sheet = await videos.downloadContent(id, { variant: 'spritesheet' });
      expect(sheet.headers.get('content-type')).toBe('image/jpeg');
      const { width = 0, height = 0 } = await sharp(await sheet.arrayBuffer()).metadata();
      expect([width, height % 4, height > 100]).toEqual([5 * 256, 0, true]);
      const part = await videos.downloadContent(id, {}, { headers: { range: 'bytes=10-19' } });
      expect(part.status).toBe(206);
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(10, 20));
    },
    'create with a picture: a stream of a file, toFile, a Blob, a Response, an address, a data URL': async (
      tools,
    ) => {
      const { videos } = connect(tools);
      const picture = new Uint8Array(makeMedia('image/png', 2_000));
      const path = join(await mkdtemp(join(inject('testServer').folder, 'picture-')), 'a.png');
      await writeFile(path, picture);
      const data = `data:image/png;base64,${Buffer.from(picture).toString('base64')}`;
      const references = [
        createReadStream(path),
        await toFile(picture, 'a.png', { type: 'image/png' }),
        await toFile(new Blob([picture]), 'a.png'),
        new Response(picture),
        { image_url: 'https://pictures.example/a.png' },
        { image_url: data },
      ] as OpenAI.VideoCreateParams['input_reference'][];
      for (const input_reference of references) {
        const video = await videos.create({
          model: WITH_PICTURE,
          prompt: PROMPT,
          seconds: FIVE,
          input_reference,
        });
        expect(video).toMatchObject({ object: 'video', status: 'queued', model: WITH_PICTURE });
      }
    },
    'list over pages, both ways': async (tools) => {
      const own = await tools.stage.openAccount();
      const { videos } = connect({ ...tools, ...own });
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1)
        ids.push((await videos.create({ model: MODEL, prompt: `${PROMPT} ${count}` })).id);
      const collect = async (order: 'asc' | 'desc') => {
        const found: string[] = [];
        for await (const { id } of videos.list({ limit: 1, order })) found.push(id);
        return found;
      };
      expect(await collect('asc')).toEqual(ids);
      expect(await collect('desc')).toEqual([...ids].reverse());
    },
    'remix, delete': async (tools) => {
      const { videos } = connect(tools);
      const { id } = await made(tools, videos);
      const remixed = await videos.remix(id, { prompt: 'at night' });
      expect(remixed).toMatchObject({ remixed_from_video_id: id, prompt: 'at night', seconds: '4' });
      expect(await videos.retrieve(remixed.id)).toMatchObject({ remixed_from_video_id: id });
      for (const one of [id, remixed.id]) {
        expect(await videos.delete(one)).toEqual({ id: one, object: 'video.deleted', deleted: true });
        expect(await refusalOf(videos.retrieve(one))).toBeInstanceOf(OpenAI.NotFoundError);
      }
    },
    'edit of a video and of a file, extend where no model can': async (tools) => {
      const { videos } = connect(tools);
      const { id } = await videos.create({ model: 'wan/2-7-t2v', prompt: PROMPT });
      const bytes = await tools.stage.end(taskOf(id));
      const edited = await videos.edit({ prompt: 'at night', video: { id } });
      expect(edited).toMatchObject({ model: EDITING, remixed_from_video_id: id, status: 'queued' });
      // The package has no type for the name of a model here, and sends what it is given.
      const named = { prompt: 'at night', video: await toFile(bytes, 'a.mp4'), model: EDITING };
      expect(await videos.edit(named)).toMatchObject({ model: EDITING, remixed_from_video_id: null });
      const refused = await refusalOf(videos.extend({ prompt: 'on', seconds: '4', video: { id } }));
      expect(refused).toBeInstanceOf(OpenAI.BadRequestError);
      expect(refused).toMatchObject({ param: 'model', message: expect.stringContaining('no model here') });
    },
    'models.list, models.retrieve with a slash in the name': async (tools) => {
      const { models } = connect(tools);
      const names: string[] = [];
      for await (const { id } of models.list()) names.push(id);
      expect(names).toContain(MODEL);
      expect(await models.retrieve(MODEL)).toMatchObject({ id: MODEL, object: 'model', owned_by: 'reelay' });
    },
    'refusals as classes of errors': async (tools) => {
      const { videos } = connect(tools, { maxRetries: 2 });
      const other = connect(tools, { apiKey: 'sk-none' });
      const wrongKey = await refusalOf(other.videos.retrieve('video_1'));
      expect(wrongKey).toBeInstanceOf(OpenAI.AuthenticationError);
      expect(wrongKey.requestID).toMatch(/^[\w-]+$/);
      expect(await refusalOf(videos.retrieve('video_1'))).toBeInstanceOf(OpenAI.NotFoundError);
      const size = '1x1' as OpenAI.VideoSize;
      const badSize = await refusalOf(videos.create({ model: MODEL, prompt: PROMPT, size }));
      expect(badSize).toBeInstanceOf(OpenAI.BadRequestError);
      expect(badSize).toMatchObject({ param: 'size', code: 'invalid_value' });
      const { id } = await videos.create({ model: MODEL, prompt: PROMPT });
      const early = await refusalOf(videos.downloadContent(id));
      expect(early).toBeInstanceOf(OpenAI.NotFoundError);
      expect(early.message).toContain('is not ready yet');
    },
    'webhooks.unwrap of the event at the end': async (tools) => {
      const { stage, accountId } = tools;
      const { videos, webhooks } = connect(tools);
      const { id } = await made(tools, videos);
      const [row] = await readTasksById(stage.core.pool, [taskOf(id)]);
      const body = openaiDoor.renderTask(row, stage.core.tasks.linkTo);
      const secret = await stage.core.callbacks.readSecret({ accountId, testMode: true });
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
      const headers = signMessage({ id: 'msg_1', sentAtMs: systemClock(), body }, [key]);
      expect(await webhooks.unwrap(body, headers, secret)).toMatchObject({
        object: 'event',
        type: 'video.completed',
        data: { id },
      });
    },
    'twenty creates over connections that break: one task each': async ({ stage }) => {
      const run = { creates: 20, atOnce: 10, share: 0.2, seed: 7 };
      const { cuts, violations } = await sendThroughCuts(stage, repeatingOpenai, run);
      expect(violations).toEqual([]);
      expect(Object.keys(cuts).length).toBeGreaterThan(2);
    },
  },
  methods: () => methodsOf(new OpenAI({ apiKey: 'none' }).videos),
  leftOut: {
    'extend, to its end': 'no model that ships prolongs a video',
    'createCharacter, getCharacter': 'no model here takes a character',
  },
};
