// The bundled pictures, clip and sound that stand in, on test keys, for addresses that can hold nothing: the names
// reserved for documentation. It decides by the parsed host alone and must never claim an address that might be real.
import { fileURLToPath } from 'node:url';

export type SampleId = 'astronaut' | 'person' | 'lake' | 'cat' | 'city' | 'coffee' | 'cameraman';

/** A bundled picture. Sources and licences in full: the README beside this file. */
export interface Sample {
  id: SampleId;
  /** Absolute path of the JPEG. */
  file: string;
  width: number;
  height: number;
  /** What is to be seen, for texts such as a task's `usage`. */
  title: string;
  source: string;
  /** Words in an address that ask for this picture. */
  words: readonly string[];
}

const OWN_DRAWING = { source: 'Drawn for this project by draw-samples.ts' } as const;

function fileOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** In the order in which numbers in an address pick them: `ref1` is the first, `ref8` the first again. */
export const SAMPLES: readonly Sample[] = [
  {
    id: 'astronaut',
    file: fileOf('astronaut.jpg'),
    width: 512,
    height: 512,
    title: 'Portrait of the astronaut Eileen Collins',
    source: 'NASA, https://flic.kr/p/r9qvLn',
    words: ['astronaut', 'portrait', 'photo', 'selfie', 'face', 'me'],
  },
  {
    id: 'person',
    file: fileOf('person.jpg'),
    width: 720,
    height: 720,
    title: 'Portrait of an invented person',
    ...OWN_DRAWING,
    words: ['person', 'woman', 'girl', 'actor', 'model', 'friend'],
  },
  {
    id: 'lake',
    file: fileOf('lake.jpg'),
    width: 960,
    height: 640,
    title: 'Lake at sunset',
    ...OWN_DRAWING,
    words: ['lake', 'landscape', 'nature', 'mountain', 'background', 'scene', 'sunset'],
  },
  {
    id: 'cat',
    file: fileOf('cat.jpg'),
    width: 451,
    height: 300,
    title: 'Chelsea the cat',
    source: 'Stéfan van der Walt, by way of scikit-image',
    words: ['cat', 'pet', 'animal', 'kitten', 'dog'],
  },
  {
    id: 'city',
    file: fileOf('city.jpg'),
    width: 640,
    height: 960,
    title: 'Town at dusk',
    ...OWN_DRAWING,
    words: ['city', 'town', 'street', 'building', 'night', 'skyline'],
  },
  {
    id: 'coffee',
    file: fileOf('coffee.jpg'),
    width: 600,
    height: 400,
    title: 'Cup of coffee on a wooden table',
    source: 'Rachel Michetti at Pikolo Espresso Bar, by way of scikit-image',
    words: ['coffee', 'product', 'food', 'object', 'item', 'cup'],
  },
  {
    id: 'cameraman',
    file: fileOf('cameraman.jpg'),
    width: 512,
    height: 512,
    title: 'Photographer with a video camera, black and white',
    source: 'Lav Varshney, by way of scikit-image',
    words: ['cameraman', 'man', 'boy', 'photographer', 'camera'],
  },
];

/** What stands, on test keys, for the address of a clip that can hold none: a person who sways, four seconds. */
export const SAMPLE_CLIP = { file: fileOf('sway.mp4'), title: 'A person who sways' } as const;
/** The same for the address of a sound: a drawn voice, three seconds. */
export const SAMPLE_SOUND = { file: fileOf('voice.mp3'), title: 'A voice without words' } as const;

/** The path of a bundled picture, absolute. */
export function fileOfSample(id: SampleId): string {
  return SAMPLES.find((sample) => sample.id === id)!.file;
}

/** The one address outside the reserved names: the picture that published request examples carry. */
const EXAMPLE_IMAGE_URL = 'https://static.crunai.com/u/example-image.png';
/** RFC 2606 section 3 and RFC 6761 section 6.5: nobody can register these. */
const RESERVED_HOSTS: readonly string[] = ['example.com', 'example.net', 'example.org', 'example'];

function parseUrl(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}

/**
 * Whether an address stands for a bundled picture: http(s) at a host reserved for examples (or below one), or the
 * example image of published request bodies, spelled exactly. `.test` and `.localhost` are in real use inside
 * networks, so they are not taken.
 */
export function isSampleAddress(address: string): boolean {
  const url = parseUrl(address);
  if (url === undefined) return false;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false;
  if (address === EXAMPLE_IMAGE_URL) return true;
  const host = url.hostname.replace(/\.$/, '');
  return RESERVED_HOSTS.some((reserved) => host === reserved || host.endsWith(`.${reserved}`));
}

/** FNV-1a, 32 bit: spreads addresses without a name or number over all pictures. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * The picture for an address: the same one for the same address, always. A word of the path picks by subject
 * (`/cat.png`), else its last number picks by order (`/ref2.jpg`), else the address is spread by its hash.
 */
export function pickSample(address: string): Sample {
  if (address === EXAMPLE_IMAGE_URL) return SAMPLES[0]!;
  const path = (parseUrl(address)?.pathname ?? address).toLowerCase();
  const words = path.match(/[a-z]+/g) ?? [];
  const named = SAMPLES.find((sample) => words.some((word) => sample.words.includes(word)));
  if (named !== undefined) return named;
  const lastDigits = path.match(/\d+/g)?.at(-1);
  const order =
    lastDigits === undefined ? hashText(address) : Number(lastDigits.slice(-6)) + SAMPLES.length - 1;
  return SAMPLES[order % SAMPLES.length]!;
}
