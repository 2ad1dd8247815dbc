// One photo melts into the next: both are pushed along the folds of one slow current, and the border between them runs
// as a bright, wet seam. A single photo melts and forms again.
import { smoothStep } from '../paint/noise.ts';
import type { Photo } from '../photo/photo.ts';
import { blurPlane, clamp, toBytes } from '../photo/plane.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeVignette } from './finish.ts';
import { easeInOut, mix } from './motion.ts';
import { makeClouds } from './noise.ts';
import { fitPhoto, makeCanvas, type Size, wrapPixels } from './picture.ts';
import { mixWords, sampleSmooth, viewWords } from './sample.ts';

interface Current {
  /** Height of the liquid, 0 to 255. */
  height: Uint8Array;
  /** Direction that each pixel flows in, -1 to 1. */
  x: Float32Array;
  y: Float32Array;
}

/** Three cloud fields, rounded off so that no crease of the noise shows as a crease of the photo. */
function makeCurrent(size: Size, seed: number): Current {
  const unit = Math.max(size.width, size.height);
  const draw = (field: number, cellPx: number, layers: number) =>
    blurPlane(makeClouds(size, { seed: seed + field, cellPx, layers }), unit / 64);
  const toDirection = (value: number) => value * 2 - 1;
  return {
    height: toBytes(draw(0, unit / 3.2, 3)),
    x: draw(1, unit / 4, 2).data.map(toDirection),
    y: draw(2, unit / 4, 2).data.map(toDirection),
  };
}

interface Melt {
  /** How far the first photo has gone, 0 to 1. */
  part: number;
  /** Farthest push of either photo, in pixels. */
  reach: number;
}

/** For each height: share of the second photo and of seam light, 0 to 256. */
function planSeam(part: number) {
  const second = new Int32Array(256);
  const light = new Int32Array(256);
  const level = part * 1.3 - 0.15;
  for (let height = 0; height < 256; height++) {
    const above = level - height / 255;
    second[height] = Math.round(256 * smoothStep(-0.03, 0.03, above));
    light[height] = Math.round(
      120 * Math.exp(-((above / 0.016) ** 2)) * Math.sin(clamp(part, 0, 1) * Math.PI),
    );
  }
  return { second, light };
}

interface Pair {
  size: Size;
  first: Uint32Array;
  second: Uint32Array;
}

function paintMelt(out: Uint32Array, pair: Pair, current: Current, melt: Melt): void {
  const { width, height } = pair.size;
  const seam = planSeam(melt.part);
  const pushFirst = melt.reach * melt.part * 256;
  const pushSecond = -melt.reach * (1 - melt.part) * 256;
  const right = (width - 1) << 8;
  const bottom = (height - 1) << 8;
  const read = (words: Uint32Array, push: number, i: number) => {
    const x = clamp(((i % width) << 8) + current.x[i] * push, 0, right) | 0;
    const y = clamp((((i / width) | 0) << 8) + current.y[i] * push, 0, bottom) | 0;
    return sampleSmooth(words, pair.size, x, y);
  };
  for (let i = 0; i < out.length; i++) {
    const share = seam.second[current.height[i]];
    let color = share === 256 ? 0 : read(pair.first, pushFirst, i);
    if (share > 0) {
      const second = read(pair.second, pushSecond, i);
      color = share === 256 ? second : mixWords(color, second, share);
    }
    const light = seam.light[current.height[i]];
    out[i] = light > 2 ? mixWords(color, 0xffffffff, light) : color;
  }
}

export function prepareLiquidMorph(photos: Photo[], stage: Stage): Painter {
  const pictures = photos.map((photo) => fitPhoto(photo, stage));
  // Alone, a photo flows through itself and comes out whole again.
  if (pictures.length === 1) pictures.push(pictures[0]);
  const words = pictures.map((picture) => viewWords(picture.rgba));
  const current = makeCurrent(stage, stage.seed);
  const out = new Uint8ClampedArray(pictures[0].rgba.length);
  const image = wrapPixels(out, stage);
  const canvas = makeCanvas(stage);
  const bloom = makeBloom(stage, 0.3);
  const vignette = makeVignette(stage, 0.5);
  const steps = pictures.length - 1;
  const reach = Math.max(stage.width, stage.height) * 0.17;
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const step = Math.min(steps - 1, Math.floor(part * steps));
    const melted = easeInOut(clamp((part * steps - step - 0.16) / 0.66, 0, 1));
    const pair = { size: stage, first: words[step], second: words[step + 1] };
    paintMelt(viewWords(out), pair, current, { part: melted, reach });
    canvas.getContext('2d').putImageData(image, 0, 0);
    const zoom = mix(1.02, 1.02 + 0.06 * stage.movement, part) + 0.05 * Math.sin(melted * Math.PI);
    const x = mix(pictures[step].focusX, pictures[step + 1].focusX, melted);
    const y = mix(pictures[step].focusY, pictures[step + 1].focusY, melted);
    context.drawImage(canvas, x * (1 - zoom), y * (1 - zoom), stage.width * zoom, stage.height * zoom);
    bloom(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
