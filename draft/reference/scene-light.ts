// Reads from a drawn scene what light falls on someone who stands in it. Measured from the picture and not from the plan,
// so that it fits any scene, also ones made later.
import { createCanvas } from '@napi-rs/canvas';
import { type Rgb, saturateColor, scaleColor } from '../paint/color.ts';
import type { Painter, Stage } from '../stage.ts';

export interface SceneLight {
  /** Mean colour of the whole picture. */
  ambient: Rgb;
  /** Mean colour of the lowest quarter: what a figure's feet fade into. */
  ground: Rgb;
  /** Colour of the lights on each side, at full strength. */
  left: Rgb;
  right: Rgb;
  /** How much light comes from each side, 0 to 1; the stronger side is near 1. */
  leftShare: number;
  rightShare: number;
  /** Mean brightness, 0 to 1. */
  brightness: number;
}

const COLUMNS = 64;
const ROWS = 36;
/** Near enough to the start that a film which grows darker later is still lit as it begins. */
const SAMPLE_AT_SHARE = 0.3;

export function brightnessOf([red, green, blue]: Rgb): number {
  return (red * 0.2126 + green * 0.7152 + blue * 0.0722) / 255;
}

/** The same colour with its strongest channel at 255. */
function toFullStrength(color: Rgb): Rgb {
  return scaleColor(color, 255 / Math.max(1, ...color));
}

interface ColorSum {
  red: number;
  green: number;
  blue: number;
  weight: number;
}

function createSum(): ColorSum {
  return { red: 0, green: 0, blue: 0, weight: 0 };
}

function addColor(sum: ColorSum, [red, green, blue]: Rgb, weight: number): void {
  sum.red += red * weight;
  sum.green += green * weight;
  sum.blue += blue * weight;
  sum.weight += weight;
}

function meanOf({ red, green, blue, weight }: ColorSum): Rgb {
  return scaleColor([red, green, blue], 1 / Math.max(1e-6, weight));
}

/** Bright and colourful places count as lamps; grey daylight counts by its brightness alone. */
function lampWeight(color: Rgb): number {
  const strongest = Math.max(...color);
  const colorful = (strongest - Math.min(...color)) / Math.max(1, strongest);
  return (strongest / 255) ** 3 * (0.12 + colorful * colorful);
}

const HUES = 12;

/** Which twelfth of the colour circle a colour lies in. */
function hueOf([red, green, blue]: Rgb): number {
  const angle = Math.atan2(Math.sqrt(3) * (green - blue), 2 * red - green - blue);
  return Math.floor(((angle / (Math.PI * 2) + 1) % 1) * HUES) % HUES;
}

/** The lights of one side, kept apart by hue: the mean of pink and green lamps would be a grey that nothing shines in. */
type Lamps = ColorSum[];

function createLamps(): Lamps {
  return Array.from({ length: HUES }, createSum);
}

function strengthOf(lamps: Lamps): number {
  return lamps.reduce((sum, { weight }) => sum + weight, 0);
}

/** Colour of the hue that shines strongest together with its two neighbours, at full strength. */
function strongestColor(lamps: Lamps): Rgb {
  const sums = lamps.map((lamp, hue) => {
    const near = [lamp, lamps[(hue + 1) % HUES]!, lamps[(hue + HUES - 1) % HUES]!];
    const total = (key: keyof ColorSum): number => near.reduce((sum, one) => sum + one[key], 0);
    return { red: total('red'), green: total('green'), blue: total('blue'), weight: total('weight') };
  });
  const best = sums.reduce((most, sum) => (sum.weight > most.weight ? sum : most));
  return saturateColor(toFullStrength(meanOf(best)), 1.7);
}

/** Draws one frame of the scene and measures it. */
export function sampleSceneLight(paintScene: Painter, stage: Stage): SceneLight {
  const full = createCanvas(stage.width, stage.height);
  paintScene(full.getContext('2d'), stage.cameraFixed ? 0 : stage.durationSeconds * SAMPLE_AT_SHARE);
  // In two steps: one step would skip most pixels, and thin lamps with them.
  const middle = createCanvas(COLUMNS * 4, ROWS * 4);
  const middleContext = middle.getContext('2d');
  middleContext.imageSmoothingQuality = 'high';
  middleContext.drawImage(full, 0, 0, middle.width, middle.height);
  const small = createCanvas(COLUMNS, ROWS);
  const context = small.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(middle, 0, 0, COLUMNS, ROWS);
  return measureLight(context.getImageData(0, 0, COLUMNS, ROWS).data);
}

function measureLight(pixels: ArrayLike<number>): SceneLight {
  const [all, low] = [createSum(), createSum()];
  const [left, right] = [createLamps(), createLamps()];
  for (let index = 0; index < COLUMNS * ROWS; index += 1) {
    const color: Rgb = [pixels[index * 4]!, pixels[index * 4 + 1]!, pixels[index * 4 + 2]!];
    const x = (index % COLUMNS) / (COLUMNS - 1);
    addColor(all, color, 1);
    if (index >= COLUMNS * ROWS * 0.75) addColor(low, color, 1);
    const lamp = lampWeight(color);
    const hue = hueOf(color);
    addColor(left[hue]!, color, lamp * (1 - x) ** 2);
    addColor(right[hue]!, color, lamp * x ** 2);
  }
  const ambient = meanOf(all);
  const strongest = Math.max(strengthOf(left), strengthOf(right), 1e-6);
  return {
    ambient,
    ground: meanOf(low),
    left: strongestColor(left),
    right: strongestColor(right),
    leftShare: Math.sqrt(strengthOf(left) / strongest),
    rightShare: Math.sqrt(strengthOf(right) / strongest),
    brightness: brightnessOf(ambient),
  };
}
