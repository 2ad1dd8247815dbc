// The providers that the proof uses, one for each way to learn the outcome of a lost start, and the models
// that lead there. Every model has a second offer at the next provider, so that a task could move on even if
// it must not.
import type { Json } from '../../server/src/lib/json.ts';

export const ROUTES = ['ark', 'vidu', 'kling', 'fal', 'openai-videos'] as const;

export type Route = (typeof ROUTES)[number];

interface RouteFacts {
  /** What the offers of this provider say. */
  params: Json;
  /** Where a task moves on after this provider's final word. */
  next: Route;
  /** How a job comes to light whose answer was lost; the proof demands it of the engine. */
  comesToLight: 'by look-up' | 'by callback' | 'never';
  /** For people. */
  recovery: string;
  /** Settings of the emulator: nothing may run out during a long run. */
  settings?: Json;
  /** An error in the provider's own words, with which a job fails and the task may move on. */
  failure: Json;
}

export const ROUTE_FACTS: Readonly<Record<Route, RouteFacts>> = {
  ark: {
    params: { model: { cn: 'doubao-seedance-1-0-pro-250528', intl: 'seedance-1-0-pro-250528' } },
    next: 'fal',
    comesToLight: 'by look-up',
    recovery: 'callback, and a list that echoes the token; "none" proves nothing',
    failure: { code: 'InternalServiceError', message: 'The service has met an internal error.' },
  },
  vidu: {
    params: { endpoint: 'text2video', model: 'viduq2' },
    next: 'ark',
    comesToLight: 'by look-up',
    recovery: 'list that echoes the payload; "none" counts after 10 min',
    settings: { concurrency: null, credits: 1_000_000_000 },
    failure: 'InternalServiceFailure',
  },
  kling: {
    params: { model_name: 'kling-v3' },
    next: 'vidu',
    comesToLight: 'by look-up',
    recovery: 'look-up by the token, which is unique there; "none" counts after 2 min',
    failure: 'Generation failed',
  },
  fal: {
    params: {
      endpoint: 'fal-ai/wan/v2.2-a14b/text-to-video',
      fields: {
        prompt: 'prompt',
        resolution: 'resolution',
        aspect_ratio: 'aspect_ratio',
        duration: { to: 'num_frames', values: { 5: 81 } },
      },
      constants: { frames_per_second: 16 },
    },
    next: 'openai-videos',
    comesToLight: 'by callback',
    recovery: 'signed callback at the end of the job, and nothing else',
    failure: { detail: 'The runner met an error', error_type: 'internal_error' },
  },
  'openai-videos': {
    params: {
      model: 'Wan-AI/Wan2.1-T2V-1.3B-Diffusers',
      encoding: 'multipart',
      frames: { fps: 16, plus: 1 },
    },
    next: 'kling',
    comesToLight: 'never',
    recovery: 'none: no list to search, no callback, no token',
    failure: { code: 'server_error', message: 'The worker has died.' },
  },
};

/** What one task of a route costs, in credits. */
export const PRICE = 10;
/** Longer than any run: a task that the engine leaves behind shows as open and not as expired. */
const DEADLINE_MINUTES = 24 * 60;

export function modelOf(route: Route): string {
  return `proof/${route}-t2v`;
}

function describeModel(route: Route): Json {
  const offers = [route, ROUTE_FACTS[route].next].map((provider) => ({
    provider,
    params: ROUTE_FACTS[provider].params,
    // Looks are spaced by it: these jobs last half a second.
    usual_seconds: 6,
  }));
  return {
    model: modelOf(route),
    operations: ['text-to-video'],
    input_schema: {
      type: 'object',
      required: ['prompt'],
      properties: {
        prompt: { type: 'string', minLength: 1, maxLength: 500 },
        resolution: { type: 'string', enum: ['720p'], default: '720p' },
        aspect_ratio: { type: 'string', enum: ['16:9'], default: '16:9' },
        duration: { type: 'integer', enum: [5], default: 5 },
      },
    },
    price: { kind: 'flat', version: 'proof', credits: PRICE },
    deadline_minutes: DEADLINE_MINUTES,
    offers,
  };
}

/** The file for REELAY_MODELS. */
export function modelsFile(): string {
  return JSON.stringify({ models: ROUTES.map(describeModel) });
}
