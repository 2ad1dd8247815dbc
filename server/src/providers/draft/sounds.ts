// From the input of a model of sounds to a render job. Pure: no file, no clock. Fields have the names that models give
// them; one of another type is simply absent here.
import type { SoundFormat, SoundJob, SoundKind } from '../../../../draft/job.ts';
import type { JsonObject } from '../../lib/json.ts';
import { withoutMarker } from './scenarios.ts';

interface SoundRequest {
  input: JsonObject;
  seed: number;
  /** How many the model makes of this input. */
  count: number;
  /** The file of the user's sound, if the input has one. */
  sound?: string;
  outDir: string;
}

const MUSIC_SECONDS = 30;
const EFFECT_SECONDS = 5;
/** Characters that are spoken in a second of English. */
const CHARACTERS_A_SECOND = 14;
/** Seconds of sound that count as a short render. */
const SHORT_SECONDS = 120;

function textOf(input: JsonObject, ...names: string[]): string {
  const found = names.map((name) => input[name]).find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? withoutMarker(found) : '';
}

function numberOf(input: JsonObject, name: string): number | undefined {
  const value = input[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function formatOf(input: JsonObject): SoundFormat {
  return textOf(input, 'format', 'output_format') === 'wav' ? 'wav' : 'mp3';
}

/** What a model of these operations lets be heard. */
function kindOf(operations: readonly string[]): SoundKind {
  if (operations.includes('tts')) return 'speech';
  return operations.includes('sound-effects') ? 'effects' : 'music';
}

/** Seconds of sound, roughly: what speech takes is known once it is spoken. */
function secondsOf(input: JsonObject): number {
  const spoken = textOf(input, 'text').length / CHARACTERS_A_SECOND;
  return Math.max(spoken, numberOf(input, 'duration') ?? (spoken > 0 ? 0 : MUSIC_SECONDS));
}

/** How much work a sound is, as a fraction of the longest that counts as short. */
export function estimateSoundWork(input: JsonObject): number {
  return secondsOf(input) / SHORT_SECONDS;
}

/** The words that describe the sound, whatever fields they stand in. */
function describeSound(input: JsonObject, kind: SoundKind): string {
  const names =
    kind === 'speech'
      ? ['prompt', 'emotion', 'style', 'language']
      : ['prompt', 'tags', 'title', 'vocal_gender', 'mood'];
  return names
    .map((name) => textOf(input, name))
    .filter((text) => text !== '')
    .join(', ');
}

/** What the user's sound is for, in a model of these operations. */
function givenOf({ input, sound }: SoundRequest, operations: readonly string[]): Pick<SoundJob, 'given'> {
  if (sound === undefined) return {};
  if (operations.includes('voice-cloning')) return { given: { path: sound, use: 'voice' } };
  if (operations.includes('music-cover')) return { given: { path: sound, use: 'cover' } };
  return { given: { path: sound, use: 'extend', fromSeconds: numberOf(input, 'continue_at') } };
}

/** The job for a request of sounds. @param operations what the catalogue says that the model does. */
export function toSoundJob(request: SoundRequest, operations: readonly string[] = []): SoundJob {
  const { input, seed, count, outDir } = request;
  const kind = kindOf(operations);
  const isInstrumental = input.instrumental === true;
  const lyrics = isInstrumental ? '' : textOf(input, 'lyrics', 'lyrics_prompt');
  return {
    seed,
    count,
    outDir,
    ...givenOf(request, operations),
    kind,
    text: kind === 'speech' ? textOf(input, 'text', 'prompt') : kind === 'music' ? lyrics : '',
    prompt: describeSound(input, kind),
    voice: textOf(input, 'voice', 'voice_id', 'vocal_gender'),
    durationSeconds: numberOf(input, 'duration') ?? (kind === 'effects' ? EFFECT_SECONDS : MUSIC_SECONDS),
    speed: numberOf(input, 'speed') ?? 1,
    pitch: numberOf(input, 'pitch') ?? 0,
    format: formatOf(input),
  };
}
