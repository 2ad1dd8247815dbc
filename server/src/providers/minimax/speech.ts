// Text to speech at MiniMax (https://platform.minimax.io/docs/api-reference/speech-t2a-http, read 2026-12-01). One call is
// the whole job: its answer names the file, and nothing names the job afterwards. Maps words and makes the call; only inputs
// named here are sent.
import type { JsonObject } from '../../lib/json.ts';
import { MINUTE_MS } from '../../lib/time.ts';
import { submit } from '../answers.ts';
import type { CallContext, StartOutcome, StartRequest, Success } from '../contract.ts';
import { factsOf, usedOf } from '../kit/states.ts';
import { readWire, unreadOf } from '../kit/wire.ts';
import { toFailure } from './map.ts';
import { type MinimaxParams, type MinimaxSpeech, speechSchema } from './wire.ts';

/** Ten thousand characters are some ten minutes of speech. */
const TIMEOUT_MS = 5 * MINUTE_MS;

/** Names at MiniMax by Reelay's. */
const VOICE_FIELDS = {
  voice_id: 'voice_id',
  speed: 'speed',
  volume: 'vol',
  pitch: 'pitch',
  emotion: 'emotion',
  english_normalization: 'english_normalization',
} as const;
const AUDIO_FIELDS = { format: 'format', sample_rate: 'sample_rate' } as const;

function pick(input: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  const given = Object.entries(names).filter(([own]) => input[own] !== undefined);
  return Object.fromEntries(given.map(([own, theirs]) => [theirs, input[own]]));
}

/** The body of a call. The answer is to name the file: its bytes would come as text in hexadecimal. */
function toWire({ input }: StartRequest, { model }: MinimaxParams): JsonObject {
  const { text = '', language_boost: language } = input;
  return {
    model,
    text,
    stream: false,
    output_format: 'url',
    voice_setting: pick(input, VOICE_FIELDS),
    audio_setting: pick(input, AUDIO_FIELDS),
    ...(language === undefined ? {} : { language_boost: language }),
  };
}

const TYPES: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', wav: 'audio/wav' };

function fromWire(answer: MinimaxSpeech, model: string): Success {
  const { data, extra_info: about = {} } = answer;
  const { audio_length: ms, usage_characters: characters, audio_sample_rate: rate, audio_format } = about;
  return {
    outputs: [{ kind: 'audio', contentType: TYPES[audio_format ?? 'mp3'] ?? 'audio/mpeg', url: data.audio }],
    usage: factsOf({
      duration: ms === undefined ? undefined : ms / 1000,
      sample_rate: rate,
      characters,
    }),
    modelVersion: model,
    ...usedOf('characters', characters),
    ...unreadOf(answer),
  };
}

/** Sends the text once. A lost answer is unknown for good: no list and no callback shows what was made. */
export function startSpeech(
  request: StartRequest,
  context: CallContext,
  params: MinimaxParams,
): Promise<StartOutcome> {
  return submit(
    context,
    {
      method: 'POST',
      path: '/v1/t2a_v2',
      headers: { authorization: `Bearer ${context.credential.fields.api_key}` },
      json: toWire(request, params),
      timeoutMs: TIMEOUT_MS,
    },
    {
      failure: toFailure,
      accepted(answer) {
        const made = readWire(speechSchema, answer);
        return made && { success: fromWire(made, params.model) };
      },
    },
  );
}
