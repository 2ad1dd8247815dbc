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

const COLUMNS = 32;
const ROWS = 18;
/** Near enough to the start that a film which grows darker later is still lit as it begins. */
const SAMPLE_AT_SHARE = 0.3;

export function brightnessOf([red, green, blue]: Rgb): number {
  return (red * 0.2126 + green * 0.7152 + blue * 0.0722) / 255;
}

/** The same colour with its strongest channel at 255. */
function toFullStrength(color: Rgb): Rgb {
  return scaleColor(color, 255 / Math.max(1, ...color));
}

class ColorSum {
  #sum: [number, number, number] = [0, 0, 0];
  weight = 0;

  add([red, green, blue]: Rgb, weight: number): void {
    this.#sum[0] += red * weight;
    this.#sum[1] += green * weight;
    this.#sum[2] += blue * weight;
    this.weight += weight;
  }

  mean(): Rgb {
    const share = 1 / Math.max(1e-6, this.weight);
    return scaleColor(this.#sum, share);
  }
}

/** Bright and colourful places count as lamps; grey daylight counts by its brightness alone. */
function lampWeight(color: Rgb): number {
  const strongest = Math.max(...color);
  const colorful = (strongest - Math.min(...color)) / Math.max(1, strongest);
  return (strongest / 255) ** 4 * (0.12 + colorful * colorful);
}

/** Draws one frame of the scene and measures it. */
export function sampleSceneLight(paintScene: Painter, stage: Stage): SceneLight {
  const full = createCanvas(stage.width, stage.height);
  paintScene(full.getContext('2d'), stage.cameraFixed ? 0 : stage.durationSeconds * SAMPLE_AT_SHARE);
  // In two steps: one step would skip most pixels, and thin lamps with them.
  const middle = createCanvas(COLUMNS * 8, ROWS * 8);
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
  const [all, low, left, right] = [new ColorSum(), new ColorSum(), new ColorSum(), new ColorSum()];
  for (let index = 0; index < COLUMNS * ROWS; index += 1) {
    const color: Rgb = [pixels[index * 4]!, pixels[index * 4 + 1]!, pixels[index * 4 + 2]!];
    const x = (index % COLUMNS) / (COLUMNS - 1);
    all.add(color, 1);
    if (index >= COLUMNS * ROWS * 0.75) low.add(color, 1);
    const lamp = lampWeight(color);
    left.add(color, lamp * (1 - x) ** 1.5);
    right.add(color, lamp * x ** 1.5);
  }
  const ambient = all.mean();
  const strongest = Math.max(left.weight, right.weight, 1e-6);
  const colored = (sum: ColorSum): Rgb => saturateColor(toFullStrength(sum.mean()), 1.3);
  return {
    ambient,
    ground: low.mean(),
    left: colored(left),
    right: colored(right),
    leftShare: Math.sqrt(left.weight / strongest),
    rightShare: Math.sqrt(right.weight / strongest),
    brightness: brightnessOf(ambient),
  };
}
