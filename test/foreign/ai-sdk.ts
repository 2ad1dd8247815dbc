// The AI SDK and its packages for providers: one interface for all, each package with its own reading of an
// API.
import { createByteDance } from '@ai-sdk/bytedance';
import { createFal } from '@ai-sdk/fal';
import { createGoogle } from '@ai-sdk/google';
import { createMiniMax } from '@ai-sdk/minimax';
import { createReplicate } from '@ai-sdk/replicate';
import {
  experimental_generateVideo as generateVideo,
  experimental_getVideoStatus as getVideoStatus,
  experimental_startVideo as startVideo,
} from 'ai';
import { expect } from 'vitest';
import { arkApi } from '../../emulators/ark/ark.ts';
import type { EmulatedApi } from '../../emulators/core/api.ts';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { falApi } from '../../emulators/fal/fal.ts';
import { googleVeoApi } from '../../emulators/google-veo/google-veo.ts';
import { minimaxApi } from '../../emulators/minimax/minimax.ts';
import { replicateApi } from '../../emulators/replicate/replicate.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import {
  ask,
  type ForeignClient,
  isVideo,
  redirectTo,
  refusalOf,
  type Step,
  samplePicture,
} from './client.ts';

type Asked = Parameters<typeof generateVideo>[0];

interface Connected {
  model: Asked['model'];
  /** With a key that is not the emulator's. */
  unknown: Asked['model'];
  /** A model that begins with a picture, if it is another one. */
  pictureModel?: Asked['model'];
}

/** The same to the compiler: each package has its own copy of the types. */
type Models = Readonly<Record<keyof Connected, unknown>> | Readonly<Record<'model' | 'unknown', unknown>>;

interface Package {
  row?: string;
  client: string;
  api: EmulatedApi;
  pointedBy?: string;
  connect(emulator: RunningEmulator): Models;
  options?: Asked['providerOptions'];
  /** What the create needs besides the prompt. */
  needs?: Partial<Asked>;
  /** It makes and follows in one call, and cannot report a start. */
  isWhole?: true;
}

const PROMPT = 'a boat';
const quick = { intervalMs: 15, timeoutMs: 10_000 };
// It writes each of them to the console, and says so.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

/** Its own refuses addresses of this machine. */
const download: Asked['download'] = async ({ url }) => {
  const response = await fetch(url);
  return { data: new Uint8Array(await response.arrayBuffer()), mediaType: 'video/mp4' };
};

function makeSteps({ connect, options, needs, isWhole }: Package): Record<string, Step> {
  const common = { prompt: PROMPT, maxRetries: 0, providerOptions: options, ...needs };
  const poll = isWhole ? undefined : quick;
  const whole: Record<string, Step> = {
    'generateVideo to the bytes': async (emulator) => {
      const { model } = connect(emulator) as Connected;
      const { video } = await generateVideo({ ...common, model, poll, download });
      expect(isVideo(video.uint8Array)).toBe(true);
    },
    'generateVideo from a picture': async (emulator) => {
      const { model, pictureModel = model } = connect(emulator) as Connected;
      const picture = { ...common, prompt: { image: samplePicture(), text: PROMPT }, aspectRatio: undefined };
      const { video } = await generateVideo({ ...picture, model: pictureModel, poll, download });
      expect(isVideo(video.uint8Array)).toBe(true);
    },
    'refusal of a wrong key': async (emulator) => {
      const { unknown: model } = connect(emulator) as Connected;
      expect(await refusalOf(generateVideo({ ...common, model, poll }))).toBeDefined();
      expect(emulator.accepted()).toEqual([]);
    },
  };
  if (isWhole) return whole;
  return {
    ...whole,
    'startVideo, getVideoStatus to the end': async (emulator) => {
      const { model } = connect(emulator) as Connected;
      const { operation } = await startVideo({ ...common, model });
      const done = await ask(async () => {
        const status = await getVideoStatus(model, { operation, maxRetries: 0 });
        return status.status !== 'pending' && status;
      });
      expect(done.status).toBe('completed');
    },
  };
}

const PACKAGES: readonly Package[] = [
  {
    row: 'E5',
    client: '@ai-sdk/google',
    api: googleVeoApi,
    connect: ({ fields }) => {
      const open = (apiKey: string) =>
        createGoogle({ apiKey, baseURL: fields.base_url }).video('veo-3.1-fast-generate-preview');
      return { model: open(fields.api_key), unknown: open('another') };
    },
    needs: { aspectRatio: '9:16', duration: 8, seed: 7 },
  },
  {
    row: 'E6',
    client: '@ai-sdk/fal',
    api: falApi,
    pointedBy: 'a `fetch` of its own: its hosts are fixed',
    connect: (emulator) => {
      const connect = (apiKey: string) => createFal({ apiKey, fetch: localFetch(emulator) });
      const fal = connect(emulator.fields.api_key);
      const t2v = 'fal-ai/wan/v2.2-a14b/text-to-video';
      return {
        model: fal.video(t2v),
        unknown: connect('a:b').video(t2v),
        pictureModel: fal.video('fal-ai/wan/v2.2-a14b/image-to-video'),
      };
    },
    needs: { aspectRatio: '9:16', seed: 7 },
    options: { fal: { resolution: '480p' } },
  },
  {
    row: 'E7',
    client: '@ai-sdk/replicate',
    api: replicateApi,
    connect: ({ fields }) => {
      const connect = (apiToken: string) => createReplicate({ apiToken, baseURL: fields.base_url });
      const replicate = connect(fields.api_key);
      const t2v = 'wan-video/wan-2.2-t2v-fast';
      return {
        model: replicate.video(t2v),
        unknown: connect('another').video(t2v),
        pictureModel: replicate.video('wan-video/wan-2.2-i2v-fast'),
      };
    },
    needs: { aspectRatio: '9:16', seed: 7 },
    options: { replicate: { resolution: '480p' } },
  },
  {
    row: 'E2',
    client: '@ai-sdk/bytedance',
    api: arkApi,
    connect: ({ fields }) => {
      const open = (apiKey: string) =>
        createByteDance({ apiKey, baseURL: fields.base_url }).video('seedance-1-0-pro-250528');
      return { model: open(fields.api_key), unknown: open('another') };
    },
    options: { bytedance: { pollIntervalMs: 15, watermark: false, cameraFixed: false } },
    needs: { duration: 5, resolution: '1248x704', seed: 7 },
    isWhole: true,
  },
  {
    row: 'E7',
    client: '@ai-sdk/minimax',
    api: minimaxApi,
    pointedBy: '`videoBaseURL`',
    connect: ({ url, fields }) => {
      const open = (apiKey: string) => createMiniMax({ apiKey, videoBaseURL: url }).video('MiniMax-H3');
      return { model: open(fields.api_key), unknown: open('another') };
    },
    options: { minimax: { aigcWatermark: false, resolution: '768P' } },
    needs: { aspectRatio: '9:16', duration: 5 },
  },
];

/**
 * fal names the addresses of its jobs in its answers; for this client they must be those of its fixed host.
 */
function localFetch(emulator: RunningEmulator): typeof fetch {
  const redirected = redirectTo(emulator);
  return async (input, init) => {
    const response = await redirected(input, init);
    if (!response.headers.get('content-type')?.includes('json')) return response;
    const json = (await response.json()) as JsonObject;
    const { response_url: address } = json;
    const shown =
      typeof address === 'string' ? address.replace(emulator.url, 'https://queue.fal.run') : undefined;
    const { status, headers } = response;
    return Response.json(shown === undefined ? json : { ...json, response_url: shown }, { status, headers });
  };
}

/** The package, with the SDK that calls it. */
export const aiSdk: readonly ForeignClient[] = PACKAGES.map((known) => ({
  row: known.row,
  client: known.client,
  by: 'AI SDK',
  api: known.api,
  pointedBy: known.pointedBy ?? '`baseURL`',
  steps: makeSteps(known),
}));
