// The photo becomes a shallow space: a camera sways through it while the focus travels from far to near and a sheet of
// light with it. Works without people; with them, they stand out.
import { smoothStep } from '../paint/noise.ts';
import { guessDepth } from '../photo/depth.ts';
import type { Photo } from '../photo/photo.ts';
import { clamp, toBytes } from '../photo/plane.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeDust, makeVignette } from './finish.ts';
import { easeInOut, mix } from './motion.ts';
import { blurCanvas, drawPixels, fitPhoto, type Picture, readPixels, wrapPixels } from './picture.ts';
import { mixWords, sampleSmooth, viewWords } from './sample.ts';

/** A photo ready to be seen from beside where it was taken. */
export interface Relief {
  picture: Picture;
  words: Uint32Array;
  softWords: Uint32Array;
  /** Nearness of each pixel, 0 far to 255. */
  depth: Uint8Array;
}

/** Where the camera is. Shifts are in pixels of the nearest things; the middle depth stays where it is. */
export interface View {
  shiftX: number;
  shiftY: number;
  zoom: number;
  /** Depth that is sharp, 0 to 1. */
  focus: number;
  /** How quickly things blur away from the focus; 0 keeps all sharp. */
  blur: number;
  /** Depth of the sheet of light, outside of 0 to 1 for none. */
  light: number;
}

export function makeRelief(photo: Photo, stage: Stage): Relief {
  const picture = fitPhoto(photo, stage);
  const soft = readPixels(
    blurCanvas(drawPixels(picture.rgba, picture), Math.max(stage.width, stage.height) / 130),
  );
  return {
    picture,
    words: viewWords(picture.rgba),
    softWords: viewWords(soft),
    depth: toBytes(guessDepth(picture, picture.mask)),
  };
}

/** What a view does to each of the 256 depths: shift times 256, share of the soft copy and of light, 0 to 256. */
function planDepths(view: View) {
  const shiftX = new Int32Array(256);
  const shiftY = new Int32Array(256);
  const soft = new Int32Array(256);
  const light = new Int32Array(256);
  for (let depth = 0; depth < 256; depth++) {
    const near = depth / 255;
    shiftX[depth] = Math.round(-view.shiftX * (near - 0.45) * 256);
    shiftY[depth] = Math.round(-view.shiftY * (near - 0.45) * 256);
    soft[depth] = Math.round(256 * view.blur * smoothStep(0.12, 0.6, Math.abs(near - view.focus)));
    light[depth] = Math.round(105 * Math.exp(-(((near - view.light) / 0.075) ** 2)));
  }
  return { shiftX, shiftY, soft, light };
}

/** The relief as seen in `view`, one word a pixel. */
export function paintRelief(out: Uint32Array, relief: Relief, view: View): void {
  const { picture, words, softWords, depth } = relief;
  const { width, height } = picture;
  const plan = planDepths(view);
  const step = Math.round(256 / view.zoom);
  const left = Math.round(picture.focusX * (256 - step));
  const top = Math.round(picture.focusY * (256 - step));
  const right = (width - 1) << 8;
  const bottom = (height - 1) << 8;
  for (let y = 0; y < height; y++) {
    const fromY = top + y * step;
    const row = Math.min(height - 1, fromY >> 8) * width;
    for (let x = 0; x < width; x++) {
      const fromX = left + x * step;
      const near = depth[row + Math.min(width - 1, fromX >> 8)];
      const sx = clamp(fromX + plan.shiftX[near], 0, right);
      const sy = clamp(fromY + plan.shiftY[near], 0, bottom);
      let color = sampleSmooth(words, picture, sx, sy);
      const soft = plan.soft[near];
      if (soft > 8) color = mixWords(color, softWords[(sy >> 8) * width + (sx >> 8)], soft);
      const light = plan.light[near];
      if (light > 3) color = mixWords(color, 0xffffe9c4, light);
      out[y * width + x] = color;
    }
  }
}

export function prepareDepthDrift(photos: Photo[], stage: Stage): Painter {
  const relief = makeRelief(photos[0], stage);
  const out = new Uint8ClampedArray(relief.picture.rgba.length);
  const image = wrapPixels(out, stage);
  const bloom = makeBloom(stage, 0.2);
  const dust = makeDust(stage, { seed: stage.seed, count: 46, rgb: '235,240,255', strength: 0.5 });
  const vignette = makeVignette(stage, 0.6);
  const reach = Math.max(stage.width, stage.height) * 0.034 * stage.movement;
  return (context, timeSeconds) => {
    const part = clamp(timeSeconds / stage.durationSeconds, 0, 1);
    const turn = part * Math.PI * 2;
    paintRelief(viewWords(out), relief, {
      shiftX: reach * Math.sin(turn),
      shiftY: reach * 0.45 * (Math.cos(turn) - 1) * 0.5,
      zoom: 1.07 + 0.07 * stage.movement * easeInOut(part),
      focus: mix(0.25, 0.95, easeInOut(clamp((part - 0.04) / 0.4, 0, 1))),
      blur: 0.95 * (1 - smoothStep(0.78, 0.98, part)),
      light: mix(-0.3, 1.4, clamp((part - 0.1) / 0.55, 0, 1)),
    });
    context.putImageData(image, 0, 0);
    bloom(context, timeSeconds);
    dust(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
