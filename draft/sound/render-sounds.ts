// Sounds from job to files, inside the render process: a voice that reads a text, a piece of music, or the sounds of a
// place. Everything comes from the words and the seed; nobody's recording is in it, and no model.
import { join } from 'node:path';
import type { EncoderChoice } from '../encode/choose-encoder.ts';
import type { Sound } from '../encode/encoder.ts';
import { writeSound } from '../encode/sound-file.ts';
import type { SoundJob, SoundResult, UnderstoodWord } from '../job.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import { speak, VOICE_RATE } from '../voice/speak.ts';
import { chooseVoice, type Voice } from '../voice/voices.ts';
import { readMusic } from './genres.ts';
import { randomFrom, SAMPLE_RATE } from './signal.ts';
import { playSong } from './song.ts';
import { composeSound, finishMix } from './sound.ts';

/** The longest that a draft is: a processor makes ten seconds in a third of one. */
const SPEECH_SECONDS_MAX = 300;
const MUSIC_SECONDS_MAX = 120;
const MUSIC_SECONDS_MIN = 1;
const MEAN_DECIBELS = -16;

interface Made {
  sound: Sound;
  music?: SoundResult['music'];
  understood: UnderstoodWord[];
  ignored: string[];
  notes: string[];
}

function voiceOf({ voice, prompt, pitch }: SoundJob): Voice {
  const chosen = chooseVoice(voice, prompt);
  return { ...chosen, hertz: chosen.hertz * 2 ** (pitch / 12) };
}

function makeSpeech(job: SoundJob, seed: number): Made {
  const { samples, isCut } = speak({
    text: job.text,
    voice: voiceOf(job),
    speed: job.speed,
    seed,
    secondsMax: SPEECH_SECONDS_MAX,
  });
  const notes = ['A draft has the rhythm and the melody of speech and no words; a live key speaks the text'];
  if (isCut)
    notes.push(`A draft speaks for ${SPEECH_SECONDS_MAX} seconds at most; the rest of the text is left out`);
  return {
    sound: { channels: [samples], sampleRate: VOICE_RATE },
    understood: [],
    ignored: [],
    notes,
  };
}

function secondsOf({ durationSeconds }: SoundJob): number {
  return Math.min(MUSIC_SECONDS_MAX, Math.max(MUSIC_SECONDS_MIN, durationSeconds));
}

function notesOfLength({ durationSeconds }: SoundJob): string[] {
  if (durationSeconds <= MUSIC_SECONDS_MAX) return [];
  return [`A draft has ${MUSIC_SECONDS_MAX} seconds at most; a live key makes the length asked for`];
}

function makeMusic(job: SoundJob, seed: number): Made {
  const plan = planPrompt(job.prompt);
  const random = randomFrom(seed);
  const ask = readMusic(job.prompt, plan.mood, random);
  const durationSeconds = secondsOf(job);
  const lyrics = job.text === '' ? undefined : { text: job.text, voice: voiceOf(job), seed };
  const { music, beatsPerMinute } = playSong({ ask, random, durationSeconds, lyrics });
  const outSeconds = Math.min(1.6, durationSeconds / 4);
  const channels = finishMix(music, { meanDecibels: MEAN_DECIBELS, inSeconds: 0.02, outSeconds });
  const sung = lyrics ? ['A draft sings the syllables of the lyrics and not their words'] : [];
  return {
    sound: { channels, sampleRate: SAMPLE_RATE },
    music: { key: ask.key, beatsPerMinute: Math.round(beatsPerMinute) },
    understood: [...ask.understood, ...plan.understood.filter(({ as }) => as === 'mood')],
    ignored: [],
    notes: [...sung, ...notesOfLength(job)],
  };
}

function makeEffects(job: SoundJob, seed: number): Made {
  const plan = planPrompt(job.prompt);
  const durationSeconds = secondsOf(job);
  const { channels } = composeSound({ plan, seed, durationSeconds, audio: 'sound_effect_only' });
  return {
    sound: { channels, sampleRate: SAMPLE_RATE },
    understood: plan.understood,
    ignored: plan.ignored,
    notes: notesOfLength(job),
  };
}

const MAKERS = { speech: makeSpeech, music: makeMusic, effects: makeEffects };

/** What the file says of itself: that it is a draft, and how to make the same sound again. */
function writeComment({ kind }: SoundJob, seed: number): string {
  return JSON.stringify({ renderer: 'Reelay draft (procedural)', kind, seed });
}

/** Makes and writes the sounds of a job. `onProgress` is called after each. */
export async function renderSounds(
  job: SoundJob,
  choice: EncoderChoice,
  onProgress: (done: number, total: number) => void,
): Promise<SoundResult> {
  const soundPaths: string[] = [];
  let result: SoundResult | undefined;
  for (let at = 0; at < job.count; at += 1) {
    const seed = (job.seed + at) >>> 0;
    const { sound, music, understood, ignored, notes } = MAKERS[job.kind](job, seed);
    const stem = join(job.outDir, `sound-${at + 1}`);
    const comment = writeComment(job, seed);
    const written = await writeSound({ stem, sound, format: job.format, comment }, choice);
    soundPaths.push(written.path);
    if (written.format !== job.format)
      notes.push(`No ${job.format.toUpperCase()} encoder is installed here; the file is WAV`);
    result ??= {
      soundPaths,
      format: written.format,
      durationSeconds: (sound.channels[0]?.length ?? 0) / sound.sampleRate,
      sampleRate: sound.sampleRate,
      channels: sound.channels.length,
      seed: job.seed,
      encoder: written.encoder,
      ...(music ? { music } : {}),
      understood,
      ignored,
      notes,
    };
    onProgress(at + 1, job.count);
  }
  if (result === undefined) throw new Error('a job of sounds asks for at least one');
  return result;
}
