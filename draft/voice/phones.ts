// From a text to the sounds of a voice, one after the other. It knows no language: letters stand for the sounds that they
// have most often, and a sign of a script that it cannot read stands for a syllable of its own, always the same. What
// comes out has the rhythm of the text and not its words.

/** How a sound is made. `hum` is a nasal, `glide` a liquid, `hiss` a fricative, `stop` a plosive. */
export type PhoneKind = 'vowel' | 'hum' | 'glide' | 'hiss' | 'stop' | 'pause';

export interface Phone {
  kind: PhoneKind;
  /** Resonances of the mouth in hertz; of a hiss or stop the first is the middle of its noise. */
  formants: readonly [number, number, number];
  isVoiced: boolean;
  seconds: number;
  /** Emphasis of its syllable, 1 being none. */
  stress: number;
}

/** Phones up to a pause, with what its end sounds like. */
export interface Phrase {
  phones: Phone[];
  ending: 'falls' | 'rises' | 'holds';
  pauseSeconds: number;
}

const VOWEL_SECONDS = 0.105;
const PAUSES = { comma: 0.18, sentence: 0.4, line: 0.55 } as const;
/** The last vowel before a pause is held. */
const FINAL_STRETCH = 1.45;
/** Emphasis of the first syllable of a word that is long enough to have one. */
const STRESS = 1.12;
const STRESSED_LETTERS_MIN = 4;

const VOWELS: Readonly<Record<string, Phone['formants']>> = {
  a: [760, 1250, 2550],
  e: [500, 1850, 2500],
  i: [300, 2250, 2950],
  o: [480, 900, 2450],
  u: [330, 820, 2300],
  ä: [640, 1700, 2450],
  ö: [400, 1480, 2350],
  ü: [300, 1780, 2300],
  ə: [500, 1400, 2450],
};

type Consonant = Pick<Phone, 'kind' | 'formants' | 'isVoiced' | 'seconds'>;

function consonant(
  kind: PhoneKind,
  formants: Phone['formants'],
  { isVoiced = true, seconds = 0.07 }: { isVoiced?: boolean; seconds?: number } = {},
): Consonant {
  return { kind, formants, isVoiced, seconds };
}

const DULL = { isVoiced: false };

/** By letter; `S`, `Z`, `T`, `C`, `J` and `N` stand for sh, zh, th, ch, j and ng. */
const CONSONANTS: Readonly<Record<string, Consonant>> = {
  m: consonant('hum', [260, 1000, 2200]),
  n: consonant('hum', [270, 1500, 2500]),
  N: consonant('hum', [280, 1900, 2400]),
  l: consonant('glide', [360, 1150, 2700], { seconds: 0.06 }),
  r: consonant('glide', [420, 1250, 1700], { seconds: 0.06 }),
  w: consonant('glide', [320, 750, 2250], { seconds: 0.055 }),
  y: consonant('glide', [290, 2150, 2900], { seconds: 0.05 }),
  s: consonant('hiss', [5_800, 0, 0], { ...DULL, seconds: 0.09 }),
  z: consonant('hiss', [5_400, 0, 0]),
  S: consonant('hiss', [3_100, 0, 0], { ...DULL, seconds: 0.09 }),
  Z: consonant('hiss', [2_900, 0, 0]),
  f: consonant('hiss', [4_300, 0, 0], { ...DULL, seconds: 0.08 }),
  v: consonant('hiss', [3_900, 0, 0], { seconds: 0.055 }),
  T: consonant('hiss', [4_800, 0, 0], { ...DULL, seconds: 0.06 }),
  h: consonant('hiss', [1_600, 0, 0], { ...DULL, seconds: 0.05 }),
  p: consonant('stop', [900, 0, 0], DULL),
  t: consonant('stop', [4_200, 0, 0], DULL),
  k: consonant('stop', [2_000, 0, 0], DULL),
  b: consonant('stop', [700, 0, 0], { seconds: 0.06 }),
  d: consonant('stop', [3_600, 0, 0], { seconds: 0.055 }),
  g: consonant('stop', [1_700, 0, 0], { seconds: 0.06 }),
  C: consonant('stop', [3_000, 0, 0], { ...DULL, seconds: 0.09 }),
  J: consonant('stop', [2_600, 0, 0], { seconds: 0.08 }),
};

/** Letters that are read together, the longest first. */
const GROUPS: readonly (readonly [string, string])[] = [
  ['tion', 'Sən'],
  ['sch', 'S'],
  ['igh', 'ai'],
  ['th', 'T'],
  ['sh', 'S'],
  ['ch', 'C'],
  ['ph', 'f'],
  ['wh', 'w'],
  ['ck', 'k'],
  ['qu', 'kw'],
  ['ng', 'N'],
  ['oo', 'u'],
  ['ee', 'i'],
  ['ea', 'i'],
  ['ie', 'i'],
  ['ou', 'au'],
  ['ow', 'o'],
  ['ay', 'ei'],
  ['ai', 'ei'],
  ['ß', 's'],
  ['x', 'ks'],
  ['q', 'k'],
  ['j', 'J'],
];

const DIGITS = ['ziro', 'wan', 'tu', 'Tri', 'fo', 'faiv', 'siks', 'sevən', 'eit', 'nain'];

const CYRILLIC = new Map(
  [...'абвгдежзийклмнопрстуфхцчшщыэюяієї'].map((letter, at) => [
    letter,
    'a b v g d e Z z i y k l m n o p r s t u f h ts C S S i e yu ya i e yi'.split(' ')[at]!,
  ]),
);

const LATIN = /\p{Script=Latin}/u;
/** Between the words of these there are no blanks, and a sign is a syllable. */
const SYLLABIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** A syllable for a sign that is not read: the same one each time. */
function syllableOf(sign: string): string {
  const code = sign.codePointAt(0)!;
  const mixed = Math.imul(code, 0x9e3779b1) >>> 8;
  const opening = 'kstnhmyrwgzdbpSC'[mixed % 16]!;
  const vowel = 'aiueo'[(mixed >> 4) % 5]!;
  return `${opening}${vowel}${SYLLABIC.test(sign) && (mixed >> 8) % 3 === 0 ? 'n' : ''}`;
}

/** The sounds of a word of Latin letters, as the names of phones. */
function readLatin(word: string): string {
  // Accents are dropped, but those that change a vowel.
  const plain = word
    .replaceAll('æ', 'ä')
    .replaceAll('ø', 'ö')
    .normalize('NFD')
    .replace(/([aou])\u0308/g, (_, letter) => ({ a: 'ä', o: 'ö', u: 'ü' })[letter as 'a' | 'o' | 'u'])
    .replace(/\p{M}/gu, '');
  const spoken = plain.length > 3 ? plain.replace(/([^aeiou])e$/, '$1') : plain;
  let rest = spoken.replace(/([^aeiou])\1/g, '$1');
  let sounds = '';
  while (rest !== '') {
    const group = GROUPS.find(([letters]) => rest.startsWith(letters));
    if (group) {
      sounds += group[1];
      rest = rest.slice(group[0].length);
      continue;
    }
    const [letter] = rest;
    if (letter === 'c') sounds += /^c[eiy]/.test(rest) ? 's' : 'k';
    else if (letter === 'y') sounds += /^y[aeou]/.test(rest) ? 'y' : 'i';
    else sounds += letter;
    rest = rest.slice(1);
  }
  return sounds;
}

function readWord(word: string): string {
  if (/^\p{N}+$/u.test(word)) return [...word].map((digit) => DIGITS[Number(digit)] ?? '').join('');
  if (LATIN.test(word)) return readLatin(word);
  return [...word].map((sign) => CYRILLIC.get(sign) ?? syllableOf(sign)).join('');
}

function toPhones(sounds: string, isStressed: boolean): Phone[] {
  let isFirst = isStressed;
  return [...sounds].flatMap((name): Phone[] => {
    const formants = VOWELS[name];
    if (formants) {
      const stress = isFirst ? STRESS : 1;
      isFirst = false;
      return [{ kind: 'vowel', formants, isVoiced: true, seconds: VOWEL_SECONDS * stress, stress }];
    }
    const other = CONSONANTS[name];
    return other ? [{ ...other, stress: 1 }] : [];
  });
}

function endingOf(mark: string): Pick<Phrase, 'ending' | 'pauseSeconds'> {
  if (mark.includes('\n')) return { ending: 'falls', pauseSeconds: PAUSES.line };
  if (/[?？؟]/.test(mark)) return { ending: 'rises', pauseSeconds: PAUSES.sentence };
  if (/[.!。！…]/.test(mark)) return { ending: 'falls', pauseSeconds: PAUSES.sentence };
  return { ending: 'holds', pauseSeconds: PAUSES.comma };
}

function hold(phones: Phone[]): Phone[] {
  const last = phones.findLastIndex(({ kind }) => kind === 'vowel');
  return phones.map((phone, at) =>
    at === last ? { ...phone, seconds: phone.seconds * FINAL_STRETCH } : phone,
  );
}

/** The words of a text as sounds, up to each mark at which a speaker breathes. */
export function readPhrases(text: string): Phrase[] {
  // A mark within a number or word, as in 3.5 or e.g., is no place to breathe.
  const parts = text
    .toLowerCase()
    .match(/(?:[^.,;:!?。！？；：，、…؟\n]|[.,:](?=\S))+[.,;:!?。！？；：，、…؟\n]*/gu);
  return (parts ?? []).flatMap((part): Phrase[] => {
    const words = part.match(/\p{N}+|[\p{L}\p{M}'’]+/gu) ?? [];
    const phones = words.flatMap((word) => {
      const letters = word.replace(/['’]/g, '');
      return toPhones(readWord(letters), letters.length >= STRESSED_LETTERS_MIN || SYLLABIC.test(letters));
    });
    if (phones.length === 0) return [];
    return [{ phones: hold(phones), ...endingOf(part.match(/[^\p{L}\p{N}\s]+\s*$|\n+$/u)?.[0] ?? '.') }];
  });
}

/** The syllables of a text: phones up to a vowel, with the consonants after it that begin no other. */
export function readSyllables(text: string): Phone[][] {
  const phones = readPhrases(text).flatMap((phrase) => phrase.phones);
  const syllables: Phone[][] = [];
  let open: Phone[] = [];
  for (const phone of phones) {
    open.push(phone);
    if (phone.kind !== 'vowel') continue;
    syllables.push(open);
    open = [];
  }
  if (open.length > 0) syllables.at(-1)?.push(...open);
  return syllables;
}
