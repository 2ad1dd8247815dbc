// Open ground that runs from the camera to the horizon: dunes and snow fields as a height field in true
// perspective, lit at a low angle. Computed once in slabs of distance, which the camera then moves apart.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { deriveSeed } from '../random.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import { drawAtDepth, type Frame, type View } from './camera.ts';
import { mixColors, packPixel, putBehind, type Rgb } from './color.ts';
import { createPixelField } from './field.ts';
import { createNoiseTile, type NoiseTile, sampleTile, smoothStep } from './noise.ts';

const MARGIN = 0.13;
/** Frame pixels per column: crests run across the picture, so columns may be wider than rows are high. */
const COLUMN_PIXELS = 1.5;

export interface LandOptions {
  seed: number;
  kind: 'dunes' | 'snowfield';
  /** Colours of hollows and crests. */
  ground: readonly [Rgb, Rgb];
  /** Height of the eye over the ground; one unit of distance away it is this far under the horizon. */
  eye: number;
  /** Height of the crests, in the measure of the eye. */
  relief: number;
}

/** Ground in slabs, farthest first. */
export interface Land {
  slabs: readonly LandSlab[];
}

export interface LandSlab {
  paint(context: SKRSContext2D, view: View): void;
  /** Height of its outline over the horizon in pixels (negative below it), at a share of the width; evened out. */
  outlineAt(across: number): number;
  depth: number;
}

interface LandModel {
  frame: Frame;
  atmosphere: Atmosphere;
  options: LandOptions;
  broad: NoiseTile;
  fine: NoiseTile;
  lean: number;
}

interface SlabRange {
  from: number;
  to: number;
  depth: number;
  /** Samples into the distance. */
  steps: number;
}

/** The lower of two slopes, rounded by `blend` where they meet: a knife edge would be sampled to teeth. */
function joinSlopes(rise: number, fall: number, blend: number): number {
  const share = Math.min(1, Math.max(0, 0.5 + (fall - rise) / (2 * blend)));
  return fall + (rise - fall) * share - blend * share * (1 - share);
}

/** The power of 1.5: flat at the foot, steep at the crest. */
function steepen(share: number): number {
  return share * Math.sqrt(share);
}

function heightOf(model: LandModel, x: number, z: number): number {
  const { options, broad, fine, lean } = model;
  const roll = sampleTile(broad, x * 0.035 + 0.2, z * 0.035);
  if (options.kind === 'snowfield') {
    return (
      (roll * 0.8 +
        sampleTile(fine, x * 0.05, z * 0.05) * 0.3 +
        sampleTile(fine, x * 0.21, z * 0.15) * 0.05) *
      options.relief
    );
  }
  const blend = Math.min(0.9, 0.1 + 0.055 * z);
  const warp = sampleTile(broad, x * 0.05 + 0.6, z * 0.04 + 0.3);
  const phase = z * 0.34 + x * 0.3 * lean + warp * 2.7;
  const share = phase - Math.floor(phase);
  const ridge = joinSlopes(steepen(share / 0.7), steepen((1 - share) / 0.3), blend);
  const small = z * 0.9 - x * 0.7 * lean + roll * 3;
  const smallShare = small - Math.floor(small);
  const knoll = joinSlopes(smallShare / 0.65, (1 - smallShare) / 0.35, blend);
  const tall = smoothStep(0.15, 0.75, roll);
  // Right before the eye even a middling dune would wall off the view.
  const open = 0.35 + 0.65 * smoothStep(0.5, 2.4, z);
  return (ridge * (0.3 + 0.7 * tall) + knoll * knoll * 0.13 * (1 - tall * 0.5)) * options.relief * open;
}

function colorOf(model: LandModel, x: number, z: number, height: number): Rgb {
  const { options, atmosphere, fine, lean } = model;
  const step = 0.012 * z + 0.004;
  const slopeX = (heightOf(model, x + step, z) - height) / step;
  const slopeZ = (heightOf(model, x, z + step) - height) / step;
  const near = smoothStep(5, 0.8, z);
  const bend = sampleTile(fine, x * 0.25, z * 0.25) * 5;
  const ripple =
    options.kind === 'dunes' ? Math.sin((z * 11 + x * 4 * lean + bend * 2) * 3.1) * 0.07 * near : 0;
  const grain = sampleTile(fine, x * 2.9, z * 2.9) - 0.5;
  const crystals = options.kind === 'snowfield' ? (sampleTile(fine, x * 9, z * 7) - 0.5) * 0.16 * near : 0;
  const low = atmosphere.sunY < 0.4 ? 1.25 : 1;
  const lit = Math.min(
    1.35,
    Math.max(0.02, 0.42 - slopeX * 1.5 * lean * low - slopeZ * 0.55 + ripple + crystals + grain * 0.09),
  );
  const albedo = mixColors(
    options.ground[0],
    options.ground[1],
    smoothStep(0, 0.9, height / options.relief + grain * 0.2),
  );
  const color = lightColor(atmosphere, albedo, lit);
  const faded = 1 - Math.exp(-Math.max(0, z - 1.5) * 0.045 * (0.5 + 0.5 * atmosphere.hazeAmount));
  const shadowed = options.kind === 'snowfield' ? mixColors(color, atmosphere.sky[1], 0.12) : color;
  return mixColors(shadowed, atmosphere.haze, Math.min(0.94, faded));
}

interface Slab {
  pixels: Uint32Array;
  stride: number;
  rows: number;
  /** Row of the horizon on the slab's picture. */
  horizonRow: number;
}

/** Draws the part of a column between two heights in the picture, with a soft upper edge. */
function fillColumn(
  slab: Slab,
  column: number,
  span: { top: number; bottom: number },
  colors: readonly [Rgb, Rgb],
): void {
  const first = Math.max(0, Math.ceil(span.top));
  const length = Math.max(1, span.bottom - first);
  const [near, far] = colors;
  for (let y = first; y < span.bottom; y++) {
    const share = Math.min(1, (span.bottom - y) / length);
    const dither = ((y * 29 + column * 53) & 7) / 7 - 0.5;
    const index = y * slab.stride + column;
    const pixel = packPixel(
      near[0] + (far[0] - near[0]) * share + dither,
      near[1] + (far[1] - near[1]) * share + dither,
      near[2] + (far[2] - near[2]) * share + dither,
    );
    slab.pixels[index] = y === span.bottom - 1 ? putBehind(slab.pixels[index], pixel) : pixel;
  }
  if (first > 0) {
    const [red, green, blue] = colors[1];
    const cover = Math.max(first - span.top, 1 / 255);
    slab.pixels[(first - 1) * slab.stride + column] = packPixel(red, green, blue, cover * 255);
  }
}

/** A place of the ground as the camera sees it: its distance and its row in the picture. */
interface Sight {
  z: number;
  height: number;
  top: number;
}

function look(model: LandModel, slab: Slab, across: number, z: number): Sight {
  const height = heightOf(model, across * z, z);
  return { z, height, top: slab.horizonRow + ((model.options.eye - height) / z) * model.frame.unit };
}

/** The highest sight around `sight`: finds the true crest between the samples, so that crests run smoothly. */
function findCrest(
  model: LandModel,
  slab: Slab,
  across: number,
  around: { sight: Sight; growth: number },
): Sight {
  let best = around.sight;
  for (let part = -5; part <= 5; part++) {
    const candidate = look(model, slab, across, around.sight.z * around.growth ** (part / 6));
    if (candidate.top < best.top) best = candidate;
  }
  return best;
}

/** Draws one column from the front to the back; gives the height of its outline over the horizon. */
function renderColumn(model: LandModel, slab: Slab, column: number, range: SlabRange): number {
  const { frame } = model;
  const across = ((column / slab.stride - 0.5) * (1 + 2 * MARGIN) * frame.width) / frame.unit;
  const growth = (range.to / range.from) ** (1 / range.steps);
  let filledTo = slab.rows;
  let previous: Rgb | undefined;
  let last: Sight | undefined;
  const show = (sight: Sight): void => {
    // A sliver that shows behind a crest counts only by its height: at full weight it would fray the crest.
    const seen = colorOf(model, across * sight.z, sight.z, sight.height);
    const color = previous
      ? mixColors(previous, seen, Math.min(1, 0.12 + (filledTo - sight.top) / 2.4))
      : seen;
    fillColumn(slab, column, { top: sight.top, bottom: filledTo }, [previous ?? color, color]);
    filledTo = Math.max(0, Math.min(filledTo, Math.ceil(sight.top)));
    previous = color;
  };
  for (let step = 0; step <= range.steps; step++) {
    const sight = look(model, slab, across, range.from * growth ** step);
    if (sight.top < filledTo) {
      show(sight);
      last = sight;
    } else if (last) {
      const crest = findCrest(model, slab, across, { sight: last, growth });
      if (crest.top < last.top) show(crest);
      last = undefined;
    }
  }
  return slab.horizonRow - filledTo;
}

/** Averages over an eighth of the width, so that a figure that walks along the outline does not jump. */
function evenOut(outline: Float32Array): Float32Array {
  const reach = Math.max(1, Math.round(outline.length / 16));
  return outline.map((_, column) => {
    const from = Math.max(0, column - reach);
    const to = Math.min(outline.length - 1, column + reach);
    let sum = 0;
    for (let index = from; index <= to; index++) sum += outline[index];
    return sum / (to - from + 1);
  });
}

function renderSlab(
  model: LandModel,
  range: SlabRange,
): { canvas: Canvas; outline: Float32Array; top: number } {
  const { frame, options } = model;
  const above = Math.ceil(Math.max(0, ((options.relief * 1.3 - options.eye) / range.from) * frame.unit)) + 4;
  const lowest = Math.min(frame.height * 1.14, frame.horizonY + (options.eye / range.from) * frame.unit + 2);
  const field = createPixelField(
    (frame.width * (1 + 2 * MARGIN)) / COLUMN_PIXELS,
    lowest - frame.horizonY + above,
  );
  const slab = { pixels: field.pixels, stride: field.width, rows: field.height, horizonRow: above };
  const outline = new Float32Array(field.width);
  for (let column = 0; column < field.width; column++)
    outline[column] = renderColumn(model, slab, column, range);
  field.flush();
  return { canvas: field.canvas, outline: evenOut(outline), top: frame.horizonY - above };
}

/** Computes the ground below the horizon; about a tenth of a second at 1920 x 1080, once. */
export function prepareLand(frame: Frame, atmosphere: Atmosphere, options: LandOptions): Land {
  const model: LandModel = {
    frame,
    atmosphere,
    options,
    broad: createNoiseTile(deriveSeed(options.seed, 'land'), 3, 3),
    fine: createNoiseTile(deriveSeed(options.seed, 'land-fine'), 5, 5),
    lean: atmosphere.sunX > 0.5 ? 1 : -1,
  };
  const nearest = (options.eye / (frame.height * 1.14 - frame.horizonY)) * frame.unit * 0.9;
  const ranges: SlabRange[] = [
    { from: 7, to: 34, depth: 0.12, steps: 260 },
    { from: 2.6, to: 9, depth: 0.32, steps: 320 },
    { from: nearest * 0.4, to: 3.2, depth: 0.72, steps: 440 },
  ];
  return {
    slabs: ranges.map((range) => {
      const { canvas, outline, top } = renderSlab(model, range);
      return {
        depth: range.depth,
        paint: (context, view) => {
          drawAtDepth(context, { frame, view }, range.depth, () => {
            context.drawImage(
              canvas,
              -MARGIN * frame.width,
              top,
              frame.width * (1 + 2 * MARGIN),
              canvas.height,
            );
          });
        },
        outlineAt: (across) => {
          const column = Math.round(((across + MARGIN) / (1 + 2 * MARGIN)) * (outline.length - 1));
          return outline[Math.min(outline.length - 1, Math.max(0, column))] ?? 0;
        },
      };
    }),
  };
}
