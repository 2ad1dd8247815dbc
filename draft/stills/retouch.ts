// Changes of a user's picture as a whole: another light, another look, another colour. Works on its pixels and invents
// nothing that they do not show.
import { createCanvas } from '@napi-rs/canvas';
import { makeRim, mapBrightness, type Rgb } from '../effects/grade.ts';
import { blurCanvas, drawPixels, type Picture, readPixels } from '../effects/picture.ts';
import { smoothStep } from '../paint/noise.ts';
import type { TimeOfDay } from '../plan/plan.ts';
import { createRandom } from '../random.ts';
import type { Edit } from './choose-edit.ts';

/** How a light changes a picture. */
interface Light {
  /** Gain of each channel in the middle tones. */
  gain: Rgb;
  /** Added to the darkest tones, in steps of 255. */
  lift: Rgb;
  /** Colour of the lamp, and how strongly it lies over the side that it comes from. */
  lamp: Rgb;
  strength: number;
  contrast: number;
}

const LIGHTS: Record<TimeOfDay, Light> = {
  dawn: { gain: [1.04, 0.94, 0.98], lift: [26, 16, 26], lamp: [255, 190, 170], strength: 0.5, contrast: 0.9 },
  day: { gain: [1.1, 1.08, 1.03], lift: [2, 3, 6], lamp: [255, 246, 224], strength: 0.3, contrast: 1.08 },
  sunset: {
    gain: [1.08, 0.86, 0.66],
    lift: [16, 4, 8],
    lamp: [255, 148, 56],
    strength: 0.72,
    contrast: 1.06,
  },
  dusk: {
    gain: [0.66, 0.66, 0.92],
    lift: [14, 10, 34],
    lamp: [196, 130, 255],
    strength: 0.4,
    contrast: 1.04,
  },
  night: { gain: [0.3, 0.38, 0.6], lift: [2, 5, 18], lamp: [120, 170, 255], strength: 0.42, contrast: 1.16 },
};

/** Puts the light of an hour over the picture, from the upper left or right. */
function relight(picture: Picture, time: TimeOfDay, seed: number): Uint8ClampedArray {
  const { width, height, rgba } = picture;
  const { gain, lift, lamp, strength, contrast } = LIGHTS[time];
  const isLeft = seed % 2 === 0;
  const lampX = isLeft ? width * 0.08 : width * 0.92;
  const reach = Math.hypot(width, height) * 0.9;
  const out = new Uint8ClampedArray(rgba.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const near = 1 - smoothStep(0, 1, Math.hypot(x - lampX, y - height * 0.1) / reach);
      for (let c = 0; c < 3; c += 1) {
        const tone = Math.min(1, Math.max(0, (rgba[at + c] / 255 - 0.5) * contrast + 0.5));
        const lit = tone * 255 * gain[c] + lift[c] * (1 - tone) ** 2;
        const light = (lamp[c] / 255) * near * strength;
        // As two exposures add up: a light place cannot get lighter than white.
        out[at + c] = 255 - (255 - lit) * (1 - light * (0.35 + 0.65 * tone));
      }
      out[at + 3] = 255;
    }
  }
  const rim = makeRim(picture, { x: isLeft ? -1 : 1, y: -0.5, depthPx: width / 60, color: lamp });
  for (let at = 0; at < out.length; at += 4) {
    const part = (rim[at + 3] / 255) * strength;
    for (let c = 0; c < 3; c += 1) out[at + c] += rim[at + c] * part;
  }
  return out;
}

function lightOf(rgba: Uint8ClampedArray): Float32Array {
  const light = new Float32Array(rgba.length / 4);
  for (let i = 0; i < light.length; i += 1) {
    light[i] = (0.2126 * rgba[i * 4] + 0.7152 * rgba[i * 4 + 1] + 0.0722 * rgba[i * 4 + 2]) / 255;
  }
  return light;
}

/** The picture, blurred by a part of its short side. */
function soften({ rgba, ...size }: Picture, share: number): Uint8ClampedArray {
  return readPixels(
    blurCanvas(drawPixels(rgba, size), Math.max(1, Math.min(size.width, size.height) * share)),
  );
}

/** How much of an outline each pixel is, 0 to 1: where it is darker than what is around it. */
function findOutlines(picture: Picture, share: number): Float32Array {
  const own = lightOf(soften(picture, share / 4));
  const around = lightOf(soften(picture, share));
  return own.map((light, i) => smoothStep(0.012, 0.09, around[i] - light));
}

const PAPER: Rgb = [247, 243, 234];
const GRAPHITE: Rgb = [46, 46, 54];

/** Pencil on paper: outlines, and hatching by how dark a place is. */
function sketch(picture: Picture): Uint8ClampedArray {
  const { width, rgba } = picture;
  const outlines = findOutlines(picture, 0.012);
  const tones = lightOf(soften(picture, 0.004));
  const pitch = Math.max(3, Math.round(Math.min(width, picture.height) / 150));
  const out = new Uint8ClampedArray(rgba.length);
  for (let i = 0; i < tones.length; i += 1) {
    const x = i % width;
    const y = Math.floor(i / width);
    const first = Math.abs(((x + y) % (pitch * 2)) / pitch - 1);
    const second = Math.abs(((x - y + 4 * width) % (pitch * 2)) / pitch - 1);
    const hatching = (tones[i] < 0.62 ? first * (0.62 - tones[i]) : 0) + (tones[i] < 0.34 ? second * 0.3 : 0);
    const ink = Math.min(1, outlines[i] * 0.85 + hatching * 0.9);
    for (let c = 0; c < 3; c += 1) out[i * 4 + c] = PAPER[c] + (GRAPHITE[c] - PAPER[c]) * ink;
    out[i * 4 + 3] = 255;
  }
  return out;
}

/** Few flat colours, stronger than the picture's own, inside dark outlines. */
function poster(picture: Picture): Uint8ClampedArray {
  const flat = soften(picture, 0.006);
  const outlines = findOutlines(picture, 0.01);
  const steps = 5;
  const out = new Uint8ClampedArray(flat.length);
  for (let i = 0; i < outlines.length; i += 1) {
    const at = i * 4;
    const light = 0.2126 * flat[at] + 0.7152 * flat[at + 1] + 0.0722 * flat[at + 2];
    const level = (Math.round((light / 255) * steps) / steps) * 255;
    const scale = light < 1 ? 1 : level / light;
    for (let c = 0; c < 3; c += 1) {
      const strong = level + (flat[at + c] * scale - level) * 1.55;
      out[at + c] = strong * (1 - outlines[i] * 0.92);
    }
    out[at + 3] = 255;
  }
  return out;
}

/** Washed colours that gather at their borders, on grained paper. */
function watercolour(picture: Picture, seed: number): Uint8ClampedArray {
  const wash = soften(picture, 0.0045);
  const borders = findOutlines(picture, 0.014);
  const random = createRandom(seed);
  const out = new Uint8ClampedArray(wash.length);
  for (let i = 0; i < borders.length; i += 1) {
    const at = i * 4;
    const grain = 1 + (random() - 0.5) * 0.05;
    for (let c = 0; c < 3; c += 1) {
      const level = Math.round(wash[at + c] / 32) * 32;
      const thin = level * 0.62 + wash[at + c] * 0.38;
      const onPaper = PAPER[c] - (255 - thin) * 0.86 * (PAPER[c] / 255);
      out[at + c] = onPaper * (1 - borders[i] * 0.5) * grain;
    }
    out[at + 3] = 255;
  }
  return out;
}

const RAMPS = {
  neutral: undefined,
  noir: [
    [4, 4, 8],
    [40, 41, 46],
    [128, 128, 130],
    [236, 235, 230],
    [255, 254, 250],
  ],
  vintage: [
    [38, 24, 22],
    [104, 74, 52],
    [176, 140, 98],
    [238, 214, 168],
    [255, 246, 220],
  ],
  neon: [
    [8, 4, 34],
    [64, 10, 128],
    [214, 26, 158],
    [64, 214, 255],
    [240, 255, 255],
  ],
  pastel: [
    [118, 104, 140],
    [172, 156, 190],
    [226, 196, 206],
    [252, 226, 214],
    [255, 250, 240],
  ],
  golden: [
    [34, 16, 6],
    [120, 62, 16],
    [214, 136, 44],
    [255, 206, 112],
    [255, 246, 214],
  ],
  vivid: undefined,
} as const satisfies Record<string, readonly Rgb[] | undefined>;

/** How much of the picture's own colour stays. */
const OWN_COLOUR = 0.22;

function gradeTo(picture: Picture, look: keyof typeof RAMPS): Uint8ClampedArray {
  const { rgba } = picture;
  const ramp = RAMPS[look];
  if (ramp === undefined) return strengthen(rgba);
  const mapped = mapBrightness(rgba, ramp);
  const own = look === 'noir' ? 0 : OWN_COLOUR;
  return mapped.map((value, at) => value + (rgba[at] - value) * own);
}

function strengthen(rgba: Uint8ClampedArray): Uint8ClampedArray {
  const light = lightOf(rgba);
  return rgba.map((value, at) => {
    if (at % 4 === 3) return 255;
    const grey = light[at >> 2] * 255;
    return (grey + (value - grey) * 1.7 - 128) * 1.14 + 128;
  });
}

function parseHex(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Behind people, a studio wall of the colour; without people, the picture in tones of it. */
function recolour(picture: Picture, color: string): Uint8ClampedArray {
  const { width, height, rgba, mask } = picture;
  const tint = parseHex(color);
  if (mask === undefined) {
    const deep = tint.map((value) => value * 0.16) as unknown as Rgb;
    const pale = tint.map((value) => 255 - (255 - value) * 0.22) as unknown as Rgb;
    const mapped = mapBrightness(rgba, [deep, tint, pale]);
    return mapped.map((value, at) => value + (rgba[at] - value) * 0.3);
  }
  const wall = createCanvas(width, height);
  const context = wall.getContext('2d');
  const lit = context.createRadialGradient(
    width / 2,
    height * 0.4,
    0,
    width / 2,
    height * 0.4,
    height * 0.95,
  );
  lit.addColorStop(0, `rgb(${tint.map((value) => Math.round(255 - (255 - value) * 0.72)).join(',')})`);
  lit.addColorStop(1, `rgb(${tint.map((value) => Math.round(value * 0.5)).join(',')})`);
  context.fillStyle = lit;
  context.fillRect(0, 0, width, height);
  const backdrop = readPixels(wall);
  return backdrop.map((value, at) => value + ((rgba[at] - value) * mask[at >> 2]) / 255);
}

/** The picture with the change; its size stays. A pure function of its arguments. */
export function retouch(
  picture: Picture,
  edit: Exclude<Edit, { kind: 'scene' }>,
  seed: number,
): Uint8ClampedArray {
  if (edit.kind === 'relight') return relight(picture, edit.time, seed);
  if (edit.kind === 'recolour') return recolour(picture, edit.color);
  switch (edit.look) {
    case 'sketch':
      return sketch(picture);
    case 'poster':
      return poster(picture);
    case 'watercolour':
      return watercolour(picture, seed);
    default:
      return gradeTo(picture, edit.look);
  }
}
