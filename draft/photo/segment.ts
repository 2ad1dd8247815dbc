// Finds the people in a picture: network, then a judgement whether it saw people at all, then a mask that follows the
// picture's own edges. In doubt it reports nobody: every effect looks right without a mask, and wrong with a torn one.
import { smoothStep } from '../paint/noise.ts';
import type { Box, Photo } from './photo.ts';
import { blurPlane, clamp, makePlane, mixPlanes, type Plane, readBrightness, resizePlane } from './plane.ts';
import { MODEL_SIDE, runSelfieModel } from './selfie-model.ts';

/** Below, people are too small to cut out; above, the network has taken the whole picture for a person. */
const SHARE_MIN = 0.03;
const SHARE_MAX = 0.88;
/** Sure pixels among the likely ones. Portraits give 0.86 and more; cups, wheels and the moon 0.5 and less. */
const CERTAINTY_MIN = 0.72;
/** Islands smaller than this part of the largest one are taken for mistakes. */
const ISLAND_SHARE_MIN = 0.12;

type Picture = Pick<Photo, 'width' | 'height' | 'rgba'>;

/** The picture at the network's size: each cell is the mean of the pixels that fall into it. */
function shrinkForModel({ width, height, rgba }: Picture): Float32Array {
  const rgb = new Float32Array(MODEL_SIDE * MODEL_SIDE * 3);
  for (let y = 0; y < MODEL_SIDE; y++) {
    const top = Math.floor((y * height) / MODEL_SIDE);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * height) / MODEL_SIDE));
    for (let x = 0; x < MODEL_SIDE; x++) {
      const left = Math.floor((x * width) / MODEL_SIDE);
      const right = Math.max(left + 1, Math.floor(((x + 1) * width) / MODEL_SIDE));
      const scale = 1 / (255 * (right - left) * (bottom - top));
      const target = (y * MODEL_SIDE + x) * 3;
      for (let row = top; row < bottom; row++) {
        for (let p = (row * width + left) * 4; p < (row * width + right) * 4; p += 4) {
          for (let c = 0; c < 3; c++) rgb[target + c] = rgb[target + c] + rgba[p + c] * scale;
        }
      }
    }
  }
  return rgb;
}

/** Marks everything connected to `start` with `label` and gives its size in pixels. */
function floodIsland({ width, data }: Plane, labels: Int32Array, start: number, label: number): number {
  const stack = [start];
  labels[start] = label;
  let size = 0;
  while (stack.length > 0) {
    const pixel = stack.pop()!;
    size++;
    const x = pixel % width;
    const left = x > 0 ? pixel - 1 : -1;
    const right = x < width - 1 ? pixel + 1 : -1;
    for (const next of [left, right, pixel - width, pixel + width]) {
      // Beyond the upper or lower border there is no value, and nothing is larger than one half there.
      if (labels[next] !== -1 || !(data[next] > 0.5)) continue;
      labels[next] = label;
      stack.push(next);
    }
  }
  return size;
}

/** Numbers the connected areas above one half; gives each pixel's area and the areas' sizes. */
function labelIslands(mask: Plane): { labels: Int32Array; sizes: number[] } {
  const labels = new Int32Array(mask.data.length).fill(-1);
  const sizes: number[] = [];
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] !== -1 || mask.data[start] <= 0.5) continue;
    sizes.push(floodIsland(mask, labels, start, sizes.length));
  }
  return { labels, sizes };
}

/** Takes away the small islands and their soft surroundings. */
function keepLargeIslands(mask: Plane): Plane {
  const { labels, sizes } = labelIslands(mask);
  const sizeMin = Math.max(...sizes, 1) * ISLAND_SHARE_MIN;
  const kept = makePlane(mask.width, mask.height);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    kept.data[i] = label >= 0 && sizes[label] >= sizeMin ? 1 : 0;
  }
  const near = blurPlane(kept, 4);
  return mixPlanes(mask, near, (alpha, nearness) => alpha * smoothStep(0, 0.12, nearness));
}

function countAbove(plane: Plane, threshold: number): number {
  let count = 0;
  for (const value of plane.data) if (value > threshold) count++;
  return count;
}

/**
 * Follows the picture's edges (the guided image filter, ECCV 2010, with brightness as guide): in every small window the
 * mask becomes the straight-line function of brightness that fits it best.
 */
function followEdges(mask: Plane, guide: Plane, radius: number): Plane {
  const mean = (plane: Plane) => blurPlane(plane, radius);
  const product = (a: Plane, b: Plane) => mean(mixPlanes(a, b, (x, y) => x * y));
  const meanGuide = mean(guide);
  const meanMask = mean(mask);
  const guideSquared = product(guide, guide);
  const guideMask = product(guide, mask);
  const slope = makePlane(mask.width, mask.height);
  const level = makePlane(mask.width, mask.height);
  for (let i = 0; i < slope.data.length; i++) {
    const g = meanGuide.data[i];
    const m = meanMask.data[i];
    const variance = guideSquared.data[i] - g * g;
    slope.data[i] = (guideMask.data[i] - g * m) / (variance + 4e-4);
    level.data[i] = m - slope.data[i] * g;
  }
  const slopes = mean(slope);
  const levels = mean(level);
  return mixPlanes(
    mixPlanes(slopes, guide, (a, g) => a * g),
    levels,
    (a, b) => a + b,
  );
}

/** The network's coarse mask at the picture's size, its border pulled onto the picture's edges and feathered. */
function refineMask(coarse: Plane, picture: Picture): Uint8Array {
  const { width, height } = picture;
  const large = resizePlane(coarse, width, height);
  const radius = Math.max(2, Math.round(Math.max(width, height) / 180));
  const fine = followEdges(large, readBrightness(picture), radius);
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) {
    // The filter may dig holes into a person and raise specks far away: it only speaks where the network was unsure.
    const alpha = smoothStep(0.22, 0.82, clamp(fine.data[i], 0, 1));
    const inner = smoothStep(0.86, 0.99, large.data[i]);
    const outer = smoothStep(0.02, 0.2, large.data[i]);
    mask[i] = Math.round(255 * Math.max(inner, alpha * outer));
  }
  return mask;
}

function boundBox(mask: Uint8Array, width: number, height: number): Box {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] < 128) continue;
    const x = i % width;
    const y = (i - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (right < 0) return { x: 0, y: 0, width, height };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Where the network sees people, 0 to 1, as a square whatever the shape of the picture; undefined where none is clearly
 * seen.
 */
export function sensePeople(picture: Picture): Plane | undefined {
  const data = runSelfieModel(shrinkForModel(picture));
  const seen: Plane = { width: MODEL_SIDE, height: MODEL_SIDE, data };
  const count = MODEL_SIDE * MODEL_SIDE;
  const likely = countAbove(seen, 0.3);
  if (likely < SHARE_MIN * count || likely > SHARE_MAX * count) return undefined;
  if (countAbove(seen, 0.85) < CERTAINTY_MIN * likely) return undefined;
  return keepLargeIslands(seen);
}

/** The people of a picture; no mask, a share of 0 and the whole picture as box where none is clearly seen. */
export function findPeople(picture: Picture): Pick<Photo, 'mask' | 'personShare' | 'box'> {
  const { width, height } = picture;
  const nobody = { personShare: 0, box: { x: 0, y: 0, width, height } };
  const seen = sensePeople(picture);
  if (seen === undefined) return nobody;
  const mask = refineMask(seen, picture);
  const personShare = mask.reduce((sum, alpha) => sum + alpha, 0) / (255 * mask.length);
  return personShare < SHARE_MIN ? nobody : { mask, personShare, box: boundBox(mask, width, height) };
}
