// Who speaks: pitch, size of the head and breath of a voice, from its name and from words about it.

export interface Voice {
  /** Middle pitch in hertz. */
  hertz: number;
  /** Resonances against those of a grown man: smaller heads have higher ones. */
  size: number;
  /** Breath beside the tone, 0 to 1. */
  breath: number;
  /** How far the melody of a sentence moves; 1 is natural. */
  liveliness: number;
  /** Against a natural speed. */
  speed: number;
}

const KINDS: readonly { words: RegExp; hertz: number; size: number }[] = [
  { words: /\b(child|kid|boy|girl|young[ _-]?girl|baby|elf|cute)/, hertz: 270, size: 1.28 },
  {
    words:
      /wom[ae]n|female|lady|girl|\bshe\b|mother|queen|princess|abbess|rachel|aria|vivian|serena|sohee|anna|sarah|laura|alice|jessica|lily|charlotte|matilda/,
    hertz: 205,
    size: 1.16,
  },
  {
    words:
      /\bm[ae]n\b|_man\b|male|gentleman|guy|\bhe\b|father|king|knight|deep|ryan|aiden|dylan|eric|george|roger|charlie|liam|will|brian|daniel|bill|chris|callum/,
    hertz: 115,
    size: 1,
  },
];

const TONES: readonly (readonly [
  RegExp,
  Partial<Record<'hertz' | 'breath' | 'liveliness' | 'speed', number>>,
])[] = [
  [/deep|bass|low|gruff/, { hertz: 0.82, liveliness: 0.8 }],
  [/old|elder|grand|wise/, { hertz: 0.92, breath: 0.08, speed: 0.9 }],
  [/whisper|breath|soft|hush/, { breath: 0.3, liveliness: 0.7, speed: 0.94 }],
  [
    /happy|excite|cheer|joy|lively|energetic|exuberant|enthusias/,
    { hertz: 1.08, liveliness: 1.5, speed: 1.06 },
  ],
  [/sad|melanchol|sorrow|tired|grief/, { hertz: 0.94, liveliness: 0.55, speed: 0.86 }],
  [/angry|furious|shout|disgust/, { hertz: 1.06, liveliness: 1.4, speed: 1.08 }],
  [/fear|scared|nervous|surprise/, { hertz: 1.14, liveliness: 1.5, speed: 1.1 }],
  [/calm|slow|relax|meditat|bedtime|narrat|patient/, { liveliness: 0.8, speed: 0.9 }],
  [/fast|quick|hurr|rapid/, { speed: 1.2 }],
  [/robot|monoton|flat/, { liveliness: 0.15 }],
];

/** A number from 0 to 1 for a name, the same each time. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/**
 * The voice of a name and of words about it. Names that say nothing have one of three kinds; voices of equal kind differ a
 * little by their name.
 */
export function chooseVoice(name: string, about: string): Voice {
  const words = `${name} ${about}`.toLowerCase();
  const own = hashName(name.toLowerCase());
  const kind = KINDS.find((one) => one.words.test(words)) ?? KINDS[own < 0.5 ? 1 : 2]!;
  const voice: Voice = {
    hertz: kind.hertz * (0.93 + own * 0.14),
    size: kind.size * (0.97 + ((own * 7) % 1) * 0.06),
    breath: 0.03,
    liveliness: 1,
    speed: 1,
  };
  for (const [pattern, change] of TONES) {
    if (!pattern.test(words)) continue;
    voice.hertz *= change.hertz ?? 1;
    voice.liveliness *= change.liveliness ?? 1;
    voice.speed *= change.speed ?? 1;
    voice.breath = Math.min(0.4, voice.breath + (change.breath ?? 0));
  }
  return voice;
}
