// The look that every draft shares, after its painter has drawn: bloom and the draft mark on the canvas; colour
// grade, vignette and grain while the pixels are converted. Never draws anything of the scene itself.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { PixelFinish } from './encode/i420.ts';
import type { Plan } from './plan/plan.ts';
import { createRandom, hashNumbers } from './random.ts';

type CreateCanvas = (width: number, height: number) => Canvas;

/** What the finish depends on; a photo effect asks for a lighter one, since the user's picture has its own look. */
export interface FinishOptions {
  width: number;
  height: number;
  seed: number;
  plan: Plan;
  strength: 'full' | 'light';
  /** Draws the small draft mark into the lower right corner. */
  mark: boolean;
}

/** The canvas part of the finish, drawn over a finished frame. */
export type CanvasFinish = (canvas: Canvas, context: SKRSContext2D) => void;

interface GradeLook {
  contrast: number;
  saturation: number;
  /** Added to dark and to bright tones, per channel, in steps of 255. */
  shadows: readonly [number, number, number];
  highlights: readonly [number, number, number];
  bloom: number;
}

const GRADES: Record<Plan['grade'], GradeLook> = {
  neutral: { contrast: 0.06, saturation: 1.04, shadows: [0, 0, 2], highlights: [2, 1, 0], bloom: 0.5 },
  neon: { contrast: 0.16, saturation: 1.1, shadows: [3, 0, 7], highlights: [3, 0, 3], bloom: 0.62 },
  pastel: { contrast: -0.08, saturation: 0.82, shadows: [20, 16, 22], highlights: [2, 0, 2], bloom: 0.5 },
  vintage: { contrast: -0.02, saturation: 0.72, shadows: [16, 9, 2], highlights: [6, 0, -16], bloom: 0.45 },
  golden: { contrast: 0.06, saturation: 1.08, shadows: [6, 0, -2], highlights: [12, 4, -12], bloom: 0.65 },
  noir: { contrast: 0.22, saturation: 0.06, shadows: [0, 0, 3], highlights: [0, 0, 0], bloom: 0.5 },
  vivid: { contrast: 0.1, saturation: 1.28, shadows: [0, 0, 4], highlights: [3, 2, 0], bloom: 0.5 },
};

const TIME_TINTS: Record<Plan['timeOfDay'], readonly [number, number, number]> = {
  dawn: [4, 0, 3],
  day: [0, 0, 0],
  sunset: [6, 0, -3],
  dusk: [0, -1, 5],
  night: [-1, 0, 4],
};

/** The pixel part of the finish, made once a thread. */
export function preparePixelFinish(options: FinishOptions): PixelFinish {
  const { width, height, plan, seed } = options;
  const share = options.strength === 'full' ? 1 : 0.35;
  const look = GRADES[plan.grade];
  const tint = TIME_TINTS[plan.timeOfDay];
  const curve = (channel: 0 | 1 | 2): Uint8Array =>
    createToneCurve({
      contrast: look.contrast * share,
      shadow: (look.shadows[channel] + tint[channel]) * share,
      highlight: look.highlights[channel] * share,
    });
  return {
    red: curve(0),
    green: curve(1),
    blue: curve(2),
    saturation: 1 + (look.saturation - 1) * share,
    vignette: createVignette(width, height, 0.42 * share),
    grain: createGrain(seed, options.strength === 'full' ? 1.5 : 0.8),
  };
}

interface ToneCurve {
  contrast: number;
  shadow: number;
  highlight: number;
}

function createToneCurve({ contrast, shadow, highlight }: ToneCurve): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => {
    const tone = value / 255;
    const smooth = tone * tone * (3 - 2 * tone);
    const curved = tone + (smooth - tone) * contrast * 2;
    const tinted = curved * 255 + shadow * (1 - tone) ** 2 + highlight * tone ** 2;
    return Math.max(0, Math.min(255, Math.round(tinted)));
  });
}

/** Darker towards the corners; one value for 2 x 2 pixels is fine enough. */
function createVignette(width: number, height: number, depth: number): Uint16Array {
  const columns = width / 2;
  const rows = height / 2;
  const map = new Uint16Array(columns * rows);
  for (let y = 0; y < rows; y += 1) {
    const fromMiddleY = ((y + 0.5) / rows) * 2 - 1;
    for (let x = 0; x < columns; x += 1) {
      const fromMiddleX = ((x + 0.5) / columns) * 2 - 1;
      const distance = (fromMiddleX * fromMiddleX + fromMiddleY * fromMiddleY) / 2;
      map[y * columns + x] = Math.round(256 * (1 - depth * distance * distance));
    }
  }
  return map;
}

/** Sums of draws, so that the grain is soft; it also hides the steps of dark gradients. */
function createGrain(seed: number, strength: number): Int16Array {
  const random = createRandom(hashNumbers(seed, 0x9a1));
  return Int16Array.from({ length: 1 << 16 }, () =>
    Math.round((random() + random() + random() - 1.5) * 256 * strength * 1.4),
  );
}

/** A bright sky glows by itself; bloom as strong as at night would wash it out. */
const BLOOM_SHARES: Record<Plan['timeOfDay'], number> = {
  dawn: 0.6,
  day: 0.45,
  sunset: 0.6,
  dusk: 0.85,
  night: 1,
};

/** The canvas part of the finish. Holds two small canvases of its own. */
export function prepareCanvasFinish(options: FinishOptions, createCanvas: CreateCanvas): CanvasFinish {
  const { width, height, plan } = options;
  const strength =
    GRADES[plan.grade].bloom * BLOOM_SHARES[plan.timeOfDay] * (options.strength === 'full' ? 1 : 0.3);
  const bloom = prepareBloom({ width, height, strength }, createCanvas);
  return (canvas, context) => {
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    bloom(canvas, context);
    if (options.mark) drawMark(context, width, height);
    context.restore();
  };
}

interface BloomOptions {
  width: number;
  height: number;
  strength: number;
}

/** Glow of bright places: a small copy, darkened by itself twice, so that only light stays, blurred twice as wide. */
function prepareBloom({ width, height, strength }: BloomOptions, createCanvas: CreateCanvas): CanvasFinish {
  const smallWidth = Math.max(8, Math.round(width / 4));
  const smallHeight = Math.max(8, Math.round(height / 4));
  const bright = createCanvas(smallWidth, smallHeight);
  const glow = createCanvas(smallWidth, smallHeight);
  const brightContext = bright.getContext('2d');
  const glowContext = glow.getContext('2d');
  const radius = Math.max(1, Math.min(smallWidth, smallHeight) / 60);
  return (canvas, context) => {
    brightContext.globalCompositeOperation = 'copy';
    brightContext.drawImage(canvas, 0, 0, smallWidth, smallHeight);
    glowContext.globalCompositeOperation = 'copy';
    glowContext.filter = 'none';
    glowContext.drawImage(bright, 0, 0);
    brightContext.globalCompositeOperation = 'multiply';
    brightContext.drawImage(glow, 0, 0);
    brightContext.drawImage(glow, 0, 0);
    glowContext.globalCompositeOperation = 'copy';
    glowContext.filter = `blur(${radius}px)`;
    glowContext.drawImage(bright, 0, 0);
    glowContext.globalCompositeOperation = 'lighter';
    glowContext.filter = `blur(${radius * 3.5}px)`;
    glowContext.globalAlpha = 0.6;
    glowContext.drawImage(bright, 0, 0);
    glowContext.globalAlpha = 1;
    glowContext.filter = 'none';
    context.globalCompositeOperation = 'screen';
    context.globalAlpha = strength;
    context.drawImage(glow, 0, 0, width, height);
    context.globalAlpha = 1;
    context.globalCompositeOperation = 'source-over';
  };
}

/** A film slate drawn from lines, so that no font is needed and no language is taken. */
function drawMark(context: SKRSContext2D, width: number, height: number): void {
  const unit = Math.max(7, Math.min(width, height) / 34);
  const left = width - unit * 2.1;
  const top = height - unit * 1.8;
  context.globalAlpha = 0.55;
  context.strokeStyle = '#ffffff';
  context.lineWidth = Math.max(1, unit * 0.09);
  context.lineJoin = 'round';
  context.beginPath();
  context.roundRect(left, top, unit * 1.3, unit * 0.92, unit * 0.14);
  context.moveTo(left, top + unit * 0.3);
  context.lineTo(left + unit * 1.3, top + unit * 0.3);
  for (let stripe = 0; stripe < 3; stripe += 1) {
    const x = left + unit * (0.22 + stripe * 0.38);
    context.moveTo(x, top + unit * 0.3);
    context.lineTo(x + unit * 0.18, top);
  }
  context.stroke();
  context.globalAlpha = 1;
}
