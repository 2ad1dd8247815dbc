// Text to speech of MiniMax: one call, whose answer has the sound as an address or as hexadecimal text.
// https://platform.minimax.io/docs/api-reference/speech-t2a-http, read 2026-12-01. Streams are refused.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import type { Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, type Route, replyJson } from '../core/exchange.ts';
import { checkFields, type FieldRules } from '../core/fields.ts';
import type { Job, Jobs } from '../core/job.ts';
import { drawFile, type FileShape } from '../core/video.ts';
import { baseResp, invalid, type MinimaxError, refuseFirst } from './errors.ts';

const MODELS = [
  'speech-2.8-hd',
  'speech-2.8-turbo',
  'speech-2.6-hd',
  'speech-2.6-turbo',
  'speech-02-hd',
  'speech-02-turbo',
];
const EMOTIONS = ['happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised', 'calm'];
const RATES = [8_000, 16_000, 22_050, 24_000, 32_000, 44_100];
const BIT_RATES = [32_000, 64_000, 128_000, 256_000];
/** The text has fewer characters than this. */
const CHARACTERS_END = 10_000;
const CHARACTERS_A_SECOND = 14;
const HAN = /\p{Script=Han}/gu;

const oneOf = (values: readonly number[]) => (value: Json) =>
  values.includes(Number(value)) ? undefined : `must be one of ${values.join(', ')}`;

const FIELDS: FieldRules = {
  model: { type: 'string', required: true, values: MODELS },
  text: { type: 'string', required: true, lengthMin: 1, lengthMax: CHARACTERS_END - 1 },
  stream: { type: 'boolean' },
  output_format: { type: 'string', values: ['hex', 'url'] },
  language_boost: { type: 'string' },
  subtitle_enable: { type: 'boolean' },
  voice_setting: {
    type: 'object',
    required: true,
    fields: {
      voice_id: { type: 'string', required: true, lengthMin: 1 },
      speed: { type: 'number', min: 0.5, max: 2 },
      vol: { type: 'number', max: 10, check: (value) => (Number(value) > 0 ? undefined : 'must be above 0') },
      pitch: { type: 'integer', min: -12, max: 12 },
      emotion: { type: 'string', values: EMOTIONS },
      english_normalization: { type: 'boolean' },
    },
  },
  audio_setting: {
    type: 'object',
    fields: {
      format: { type: 'string', values: ['mp3', 'wav', 'flac', 'pcm'] },
      sample_rate: { type: 'integer', check: oneOf(RATES) },
      bitrate: { type: 'integer', check: oneOf(BIT_RATES) },
      channel: { type: 'integer', min: 1, max: 2 },
    },
  },
};

/** The data of a call, which leaves no record. */
export interface SpeechOrder {
  model: string;
  text: string;
  format: 'mp3' | 'wav';
  sampleRate: number;
  inHex: boolean;
  speed: number;
}

function readOrder(json: Json | undefined): SpeechOrder | MinimaxError {
  if (!isObject(json)) return invalid('the body is not a JSON object');
  const [fault] = checkFields(json, FIELDS);
  if (fault) return invalid(`${fault.field} ${fault.message}`);
  const audio = (json.audio_setting ?? {}) as JsonObject;
  const voice = json.voice_setting as JsonObject;
  if (json.stream === true) return invalid('streams are not emulated');
  return {
    model: String(json.model),
    text: String(json.text),
    format: audio.format === 'wav' ? 'wav' : 'mp3',
    sampleRate: Number(audio.sample_rate ?? 32_000),
    inHex: json.output_format !== 'url',
    speed: Number(voice.speed ?? 1),
  };
}

/** A Chinese character counts as two: https://platform.minimax.io/docs/guides/pricing-paygo. */
function billedCharacters(text: string): number {
  return [...text].length + (text.match(HAN)?.length ?? 0);
}

function refusalOf({ text }: SpeechOrder, { settings }: Tools): MinimaxError | undefined {
  if (settings.account !== 'good') return { code: 1008, message: 'insufficient balance' };
  const isRefused = (settings.refusedWords as string[]).some((word) => text.includes(word));
  return isRefused ? { code: 1026, message: 'input new_sensitive' } : undefined;
}

/** @param jobs count as starts, and are forgotten at once: nothing can be asked about them. */
export function routesOfSpeech(tools: Tools, jobs: Jobs<SpeechOrder>): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/t2a_v2',
      on: 'start',
      async answer(request) {
        const order = readOrder(request.json);
        if ('code' in order) return refuseFirst(order);
        const refusal = refusalOf(order, tools);
        return refusal ? refuseFirst(refusal) : speak(request, order, { tools, jobs });
      },
    },
  ];
}

async function speak(
  request: ApiRequest,
  order: SpeechOrder,
  { tools, jobs }: { tools: Tools; jobs: Jobs<SpeechOrder> },
): Promise<Reply> {
  const id = jobs.unusedId(() => tools.random.hex(32));
  const job = jobs.add(request, { id, data: order, model: order.model });
  jobs.remove(id);
  if (request.faults.job?.kind === 'fail')
    return refuseFirst({ code: 1027, message: 'output new_sensitive' });
  return replyJson(await showSpeech(job, tools));
}

async function showSpeech({ id, data, ...job }: Job<SpeechOrder>, tools: Tools): Promise<JsonObject> {
  const { text, speed, format, sampleRate, inHex } = data;
  const seconds = text.length / CHARACTERS_A_SECOND / speed;
  const shape: FileShape = { kind: format, width: 0, height: 0, seconds };
  const bytes = await drawFile(shape);
  const url = tools.files.url({ ...job, id, data, endedAtMs: tools.clock.now() }, shape);
  return {
    data: { audio: inHex ? bytes.toString('hex') : url, status: 2, ced: '' },
    extra_info: {
      audio_length: Math.round(seconds * 1000),
      audio_sample_rate: sampleRate,
      audio_size: bytes.length,
      bitrate: 128_000,
      audio_format: format,
      audio_channel: 1,
      invisible_character_ratio: 0,
      usage_characters: billedCharacters(text),
      word_count: text.split(/\s+/).length,
    },
    trace_id: id,
    ...baseResp(),
  };
}
