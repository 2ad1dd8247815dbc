// The providers that the proof goes through, one of each way to learn what became of a lost start, and the models that
// lead there. Every model has a second offer at the next provider, so that a task which must not move on could.
import type { Json } from '../../server/src/lib/json.ts';

export const LANES = ['ark', 'vidu', 'kling', 'fal', 'openai-videos'] as const;

export type Lane = (typeof LANES)[number];

interface LaneFacts {
  /** What the offers of this provider say. */
  params: Json;
  /** Where a task goes on after this provider's final word. */
  next: Lane;
  /** How a job comes to light whose answer was lost; it is what the proof demands of the engine. */
  comesToLight: 'by look-up' | 'by callback' | 'never';
  /** For people. */
  recovery: string;
  /** Settings of the emulator: nothing here may run out during a long run. */
  settings?: Json;
  /** An error in the provider's own words, by which a job fails and the task may go on elsewhere. */
  failure: Json;
}

export const LANE_FACTS: Readonly<Record<Lane, LaneFacts>> = {
  ark: {
    params: { model: { cn: 'doubao-seedance-1-0-pro-250528', intl: 'seedance-1-0-pro-250528' } },
    next: 'fal',
    comesToLight: 'by look-up',
    recovery: 'callback, and a list that echoes our token; "none" proves nothing',
    failure: { code: 'InternalServiceError', message: 'The service has met an internal error.' },
  },
  vidu: {
    params: { endpoint: 'text2video', model: 'viduq2' },
    next: 'ark',
    comesToLight: 'by look-up',
    recovery: 'list that echoes our payload; "none" counts after 10 min',
    settings: { concurrency: null, credits: 1_000_000_000 },
    failure: 'InternalServiceFailure',
  },
  kling: {
    params: { model_name: 'kling-v3' },
    next: 'vidu',
    comesToLight: 'by look-up',
    recovery: 'look-up by our own id, which is unique there; "none" counts after 2 min',
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
    recovery: 'none: no list to search, no callback, no name of ours',
    failure: { code: 'server_error', message: 'The worker has died.' },
  },
};

/** What one task of a lane costs, in credits. */
export const PRICE = 10;
/** Longer than any run: a task that the engine leaves lying shows as open and not as expired. */
const DEADLINE_MINUTES = 24 * 60;

export function modelOf(lane: Lane): string {
  return `proof/${lane}-t2v`;
}

function describeModel(lane: Lane): Json {
  const offers = [lane, LANE_FACTS[lane].next].map((provider) => ({
    provider,
    params: LANE_FACTS[provider].params,
    // The looks are spaced by it: these jobs last half a second.
    usual_seconds: 6,
  }));
  return {
    model: modelOf(lane),
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
  return JSON.stringify({ models: LANES.map(describeModel) });
}
