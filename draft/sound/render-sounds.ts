// Sounds from job to files, inside the render process: a voice that reads a text, a piece of music, or the sounds of a
// place. They come from the words and the seed, and from the user's own sound
// where one is given; no other recording is in them, and no model.
import { join } from 'node:path';
import { canDecode } from '../clip/clip.ts';
import { readSound } from '../clip/read-sound.ts';
import type { EncoderChoice } from '../encode/choose-encoder.ts';
import type { Sound } from '../encode/encoder.ts';
import { writeSound } from '../encode/sound-file.ts';
import type { SoundJob, SoundResult, UnderstoodWord } from '../job.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import { speak, VOICE_RATE } from '../voice/speak.ts';
import { chooseVoice, type Voice } from '../voice/voices.ts';
import { readMusic } from './genres.ts';
import { continueWith, followSwells, readPitch, readTempo } from './given.ts';
import { addStereo, createStereo, measureLoudest, randomFrom, SAMPLE_RATE, type Stereo } from './signal.ts';
import { playSong } from './song.ts';
import { composeSound, finishMix } from './sound.ts';

/** The longest that a draft is: a processor makes ten seconds in a third of one. */
const SPEECH_SECONDS_MAX = 300;
const MUSIC_SECONDS_MAX = 120;
const MUSIC_SECONDS_MIN = 1;
/** So much of a user's sound is read; of a longer one, the beginning. */
const GIVEN_SECONDS_MAX = 120;
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

/** The user's sound, read once for all sounds of a job. */
interface Given {
  sound: Sound;
  seconds: number;
  pitch?: number;
  tempo?: number;
}

async function readGiven({ given }: SoundJob): Promise<Given | undefined> {
  if (!given || !(await canDecode())) return undefined;
  const { sound, seconds } = await readSound(given.path, GIVEN_SECONDS_MAX, 'Sound 1');
  if (given.use === 'voice') return { sound, seconds, pitch: readPitch(sound) };
  return given.use === 'cover' ? { sound, seconds, tempo: readTempo(sound) } : { sound, seconds };
}

function notesOfGiven({ given }: SoundJob, read: Given | undefined): string[] {
  if (!given) return [];
  if (!read) return ['No decoder for sounds is installed here; yours plays no part in this draft'];
  const { pitch, tempo } = read;
  switch (given.use) {
    case 'voice':
      return pitch === undefined
        ? ['No voice was heard in your sound; the draft has a voice of its own']
        : [`The voice has the pitch of yours, ${Math.round(pitch)} Hz, and nothing else of it`];
    case 'extend':
      return ['The draft is your sound and then music of its own, in the words of the prompt'];
    case 'cover':
      return [
        `The draft has the length and the swells of your sound${tempo === undefined ? '' : `, and its ${Math.round(tempo)} beats a minute`}; it has not its melody`,
      ];
  }
}

function makeSpeech(job: SoundJob, seed: number, given: Given | undefined): Made {
  const voice = voiceOf(job);
  const { samples, isCut } = speak({
    text: job.text,
    voice: given?.pitch === undefined ? voice : { ...voice, hertz: given.pitch },
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

function secondsOf({ durationSeconds }: Pick<SoundJob, 'durationSeconds'>): number {
  return Math.min(MUSIC_SECONDS_MAX, Math.max(MUSIC_SECONDS_MIN, durationSeconds));
}

function notesOfLength({ durationSeconds }: SoundJob): string[] {
  if (durationSeconds <= MUSIC_SECONDS_MAX) return [];
  return [`A draft has ${MUSIC_SECONDS_MAX} seconds at most; a live key makes the length asked for`];
}

function makeMusic(job: SoundJob, seed: number, given: Given | undefined): Made {
  const plan = planPrompt(job.prompt);
  const random = randomFrom(seed);
  const isCover = job.given?.use === 'cover';
  const read = readMusic(job.prompt, plan.mood, random);
  const ask = { ...read, beatsPerMinute: given?.tempo ?? read.beatsPerMinute };
  const durationSeconds = isCover && given ? secondsOf({ durationSeconds: given.seconds }) : secondsOf(job);
  const lyrics = job.text === '' ? undefined : { text: job.text, voice: voiceOf(job), seed };
  const { music, beatsPerMinute } = playSong({ ask, random, durationSeconds, lyrics });
  const outSeconds = Math.min(1.6, durationSeconds / 4);
  if (isCover && given) followSwells(music, given.sound);
  const whole = job.given?.use === 'extend' && given ? extend(given, music, job.given.fromSeconds) : music;
  const channels = finishMix(whole, { meanDecibels: MEAN_DECIBELS, inSeconds: 0.02, outSeconds });
  const sung = lyrics ? ['A draft sings the syllables of the lyrics and not their words'] : [];
  return {
    sound: { channels, sampleRate: SAMPLE_RATE },
    music: { key: ask.key, beatsPerMinute: Math.round(beatsPerMinute) },
    understood: [...ask.understood, ...plan.understood.filter(({ as }) => as === 'mood')],
    ignored: [],
    notes: [...sung, ...notesOfLength(job)],
  };
}

/** The user's sound as loud as the music, and the music after it. */
function extend({ sound, seconds }: Given, music: Stereo, fromSeconds = seconds): Stereo {
  const [left, right] = sound.channels as [Float32Array, Float32Array];
  const own: Stereo = { left, right };
  const gain = measureLoudest(music) / Math.max(1e-6, measureLoudest(own));
  const level = createStereo(left.length);
  addStereo(level, own, gain);
  const from = Math.min(fromSeconds > 0 ? fromSeconds : seconds, seconds);
  return continueWith({ ...sound, channels: [level.left, level.right] }, music, from);
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
  const given = await readGiven(job);
  for (let at = 0; at < job.count; at += 1) {
    const seed = (job.seed + at) >>> 0;
    const { sound, music, understood, ignored, notes } = MAKERS[job.kind](job, seed, given);
    notes.push(...notesOfGiven(job, given));
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
